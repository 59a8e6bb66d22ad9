"""Screens on a real Slurm: through the command line, over TLS, with a job cancelled on the way."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from screening.clusters.certificates import make_certificates
from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun
from tests.conftest import Run

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


def test_a_queue_that_is_not_there_is_named(
    tmp_path: Path, slurm: Path, plan: ScreenPlan, certificates: Path, workbench: Run
) -> None:
    path = toml(tmp_path, plan, certificates)
    path.write_text(path.read_text().replace("start_seconds = 120", 'start_seconds = 8\nqueue = "nowhere"'))
    done = workbench("screen", path)
    assert done.returncode == 1
    assert "error: sbatch: no slurm job came up within 8 s" in done.stderr
    assert "Traceback" not in done.stderr.split("error: ")[-1]
