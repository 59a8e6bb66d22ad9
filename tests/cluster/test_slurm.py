"""Screens on a real Slurm: through the command line, over TLS, with a job cancelled on the way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from screening.clusters.certificates import make_certificates
from screening.clusters.jobqueue import SLURM, JobOptions, open_jobs
from screening.engine import parts
from screening.engine.batches import Batch, run_batches
from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun
from tests.conftest import Run
from tests.screening.engine import jobs as engine_jobs

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

_PLAN = """\
[screen]
library = "{library}"
model = "{model}"
out = "{out}"
top = 50
[cluster]
backend = "slurm"
workers = 2
interface = "lo"
memory = "1GB"
walltime = "00:10:00"
skip = ["--mem"]
log_folder = "{logs}"
start_seconds = 120
certificates = "{certificates}"
"""


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("tls") / "certificates")


def toml(tmp_path: Path, plan: ScreenPlan, certificates: Path) -> Path:
    path = tmp_path / "plan.toml"
    out, logs = tmp_path / "run", tmp_path / "logs"
    path.write_text(_PLAN.format(library=plan.library, model=plan.model, out=out, logs=logs, certificates=certificates))
    return path


def jobs(state: str = "R") -> list[str]:
    listed = subprocess.run(["squeue", "-h", "-t", state, "-o", "%i"], capture_output=True, text=True, check=True)
    return listed.stdout.split()


def test_a_toml_plan_runs_on_slurm(
    tmp_path: Path, slurm: Path, plan: ScreenPlan, run: ScreenRun, certificates: Path, workbench: Run
) -> None:
    path = toml(tmp_path, plan, certificates)
    shown = workbench("screen", path, "--dry-run")
    assert "#SBATCH -t 00:10:00" in shown.stdout
    assert "#SBATCH --mem" not in shown.stdout
    assert "--lifetime 510s --lifetime-stagger 30s" in shown.stdout
    done = workbench("screen", path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "hits.parquet").read_bytes() == (run.folder / "hits.parquet").read_bytes()
    assert "tls://127.0.0.1" in (tmp_path / "run" / "run.log").read_text()
    deadline = time.monotonic() + 30
    while jobs("R,PD") and time.monotonic() < deadline:
        time.sleep(0.5)
    assert not jobs("R,PD"), "no job is left in the queue"


def test_a_cancelled_job_costs_only_its_batch(
    tmp_path: Path, slurm: Path, plan: ScreenPlan, run: ScreenRun, certificates: Path
) -> None:
    path = toml(tmp_path, plan, certificates)
    with subprocess.Popen(
        [sys.executable, "-m", "workbench.cli.main", "screen", path], stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 120
        while not (running := jobs()) and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.1)
        subprocess.run(["scancel", running[0]], check=True)
        _, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors
    assert (tmp_path / "run" / "hits.parquet").read_bytes() == (run.folder / "hits.parquet").read_bytes()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('queue = "nowhere"', "invalid partition specified: nowhere"),
        ('directives = ["--constraint=gold"]', "Invalid feature specification"),
        ('directives = ["--mincpus=500"]', "Requested node configuration is not available"),
    ],
)
def test_a_job_that_is_refused_ends_the_run_at_once(
    tmp_path: Path, slurm: Path, plan: ScreenPlan, certificates: Path, workbench: Run, wrong: str, said: str
) -> None:
    path = toml(tmp_path, plan, certificates)
    path.write_text(path.read_text().replace("start_seconds = 120", f"start_seconds = 100\n{wrong}"))
    began = time.monotonic()
    done = workbench("screen", path)
    assert done.returncode == 1
    assert time.monotonic() - began < 60, "long before start_seconds"
    (error,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert re.search(rf"sbatch: refused the job: .*({said})", error), error
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) < 10, done.stderr
    assert not jobs("R,PD")


def test_jobs_that_wait_are_told_with_the_reason(
    tmp_path: Path, slurm: Path, plan: ScreenPlan, certificates: Path, workbench: Run
) -> None:
    path = toml(tmp_path, plan, certificates)
    path.write_text(
        path.read_text().replace("start_seconds = 120", 'start_seconds = 8\ndirectives = ["--begin=now+600"]')
    )
    done = workbench("screen", path)
    assert done.returncode == 1
    assert "waiting for workers: 2 of 2 jobs submitted: 2 pending (BeginTime)" in done.stderr
    assert "no slurm job came up within 8 s (2 of 2 jobs submitted: 2 pending (BeginTime))" in done.stderr
    assert not jobs("R,PD"), "they are cancelled"


def test_jobs_that_end_without_a_worker_are_told(
    tmp_path: Path, slurm: Path, plan: ScreenPlan, certificates: Path, workbench: Run
) -> None:
    path = toml(tmp_path, plan, certificates)
    path.write_text(path.read_text().replace("start_seconds = 120", 'start_seconds = 100\nprologue = ["exit 3"]'))
    done = workbench("screen", path)
    assert done.returncode == 1
    assert "sbatch: the jobs ended before a worker came up; their output is in" in done.stderr


def test_more_jobs_than_slurm_takes_are_no_error(
    tmp_path: Path, small_slurm: Path, plan: ScreenPlan, run: ScreenRun, certificates: Path, workbench: Run
) -> None:
    """Ten thousand jobs are asked for, and all but a few are refused: those that run do the work."""
    path = toml(tmp_path, plan, certificates)
    path.write_text(path.read_text().replace("workers = 2", "workers = 10000"))
    done = workbench("screen", path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "hits.parquet").read_bytes() == (run.folder / "hits.parquet").read_bytes()
    assert len(done.stderr.splitlines()) < 30, done.stderr
    assert "MaxJobCount" in (small_slurm / "slurmctld.log").read_text(), "Slurm did refuse"


def options(tmp_path: Path, **others: Any) -> JobOptions:
    return JobOptions(
        memory="1GB", interface="lo", skip=("--mem",), log_folder=str(tmp_path / "logs"), start_seconds=120.0, **others
    )


@pytest.fixture
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the jobs find the modules of the tests of the engine."""
    places = [str(Path(engine_jobs.__file__).parent), str(Path(__file__).parent.parent.parent)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(places))


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("importable", "slurm")
def test_jobs_end_before_their_walltime_and_others_take_over(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    work = [Batch(i, engine_jobs.Numbers(i * 10, i * 10 + 10, marks=str(marks), seconds=8.0)) for i in range(24)]
    seen: set[str] = set()
    with open_jobs(SLURM, workers=2, options=options(tmp_path, walltime="00:01:00")) as client:
        for _ in run_batches(engine_jobs.squares, work, tmp_path / "run", client=client):
            seen.update(jobs())
    assert len(seen) >= 4, f"the first two jobs ({seen}) cannot have done 96 s of work in a minute each"
    assert [receipt.index for receipt in parts.receipts(tmp_path / "run", verify=True)] == list(range(24))


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("importable", "slurm")
def test_a_job_that_is_killed_at_its_walltime_costs_its_batch(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    # The first attempt sleeps past the walltime, so that Slurm sends SIGTERM and SIGKILL; the second does not.
    work = [Batch(i, engine_jobs.Numbers(i, i + 1, marks=str(marks), first_seconds=400.0 * (i == 1))) for i in range(4)]
    with open_jobs(SLURM, workers=1, options=options(tmp_path, walltime="00:01:00")) as client:
        done = list(run_batches(engine_jobs.squares, work, tmp_path / "run", client=client))
    assert len(done) == 4
    assert len(list(marks.glob("1-*"))) == 2, "begun twice"


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("importable", "slurm")
def test_jobs_come_with_the_work_and_go_without_it(tmp_path: Path) -> None:
    work = [Batch(i, engine_jobs.Numbers(i, i + 1, seconds=2.0)) for i in range(40)]
    asked = options(tmp_path, walltime="00:10:00", adaptive=True)
    with open_jobs(SLURM, workers=4, options=asked) as client:
        assert len(jobs("R,PD")) == 1
        most = 0
        for _ in run_batches(engine_jobs.squares, work, tmp_path / "run", client=client):
            most = max(most, len(jobs("R,PD")))
        assert most >= 3
        deadline = time.monotonic() + 150
        while len(jobs("R,PD")) > 1 and time.monotonic() < deadline:
            time.sleep(2)
        assert len(jobs("R,PD")) == 1
