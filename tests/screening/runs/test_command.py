"""The commands ``screen``, ``status`` and ``hits`` as a user runs them, interrupted and killed too."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun
from screening.runs.status import run_status
from tests.conftest import Run


def start(*arguments: object) -> subprocess.Popen[str]:
    """Start the program in a process group of its own, as a terminal does."""
    return subprocess.Popen(
        [sys.executable, "-m", "workbench.cli.main", *map(str, arguments)],
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_batches(folder: Path, count: int, process: subprocess.Popen[str]) -> None:
    while process.poll() is None and len(list(folder.glob("receipts/part-*.json"))) < count:
        time.sleep(0.005)


def gone(process: subprocess.Popen[str]) -> bool:
    """Tell whether no process of the group is left."""
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_from_a_raw_file_to_the_hits(tmp_path: Path, source: Path, model: Path, run: ScreenRun, workbench: Run) -> None:
    out = tmp_path / "run"
    command = ("screen", "--library", source, "--model", model, "--out", out, "--top", 50, "--workers", 2)
    screened = workbench(*command)
    assert screened.returncode == 0, screened.stderr
    assert "240 records: 16 duplicate, 14 rejected, 210 scored" in screened.stdout
    listed = json.loads(workbench("hits", out, "--json", "--top", 50).stdout)
    assert [row["record"] for row in listed] == run.hits().column("record").to_pylist()
    table = workbench("hits", out, "--top", 3).stdout
    assert listed[0]["name"] in table
    assert "3 of 210 scored compounds; predicted pIC50" in table
    last = workbench("hits", out, "--why", "bad7")
    assert last.returncode == 0
    assert "was not scored: rejected" in last.stdout
    status = json.loads(workbench("status", out, "--json").stdout)
    assert (status["state"], status["records_done"]) == ("finished", 240)
    assert "finished" in workbench("status", out).stdout
    again = workbench(*command, "--json")
    assert json.loads(again.stdout)["counts"] == run.counts


@pytest.mark.slow
def test_a_performance_report_asks_for_no_network(tmp_path: Path, source: Path, model: Path, workbench: Run) -> None:
    report = tmp_path / "report.html"
    options = ("--library", source, "--model", model, "--out", tmp_path / "run", "--workers", 1)
    done = workbench("screen", *options, "--performance", report)
    assert done.returncode == 0, done.stderr
    page = report.read_text("utf-8")
    assert "Dask Performance Report" in page
    assert not re.search(r'<(link|script)\b[^>]*(href|src)="https?:', page)


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),  # test_interrupt.py has it by default
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGKILL, marks=pytest.mark.slow),
    ],
)
def test_stopped_with_workers_and_started_again(
    tmp_path: Path, plan: ScreenPlan, model: Path, run: ScreenRun, workbench: Run, how: signal.Signals
) -> None:
    out = tmp_path / "run"
    command = ("screen", "--library", plan.library, "--model", model, "--out", out, "--top", 50, "--workers", 2)
    process = start(*command)
    wait_for_batches(out, 2, process)
    if how is signal.SIGINT:
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    if how is signal.SIGINT:
        assert process.returncode in (130, 0)
        if process.returncode:
            assert "run the same command again" in errors
    deadline = time.monotonic() + 20
    while not gone(process) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert gone(process), "no worker outlives its driver"
    assert run_status(out).state in ("stopped", "finished")
    again = workbench(*command)
    assert again.returncode == 0, again.stderr
    assert (out / "hits.parquet").read_bytes() == (run.folder / "hits.parquet").read_bytes()
    assert "stopped" in (out / "run.log").read_text() or how is not signal.SIGINT


@pytest.mark.slow
def test_everything_killed_at_once(
    tmp_path: Path, plan: ScreenPlan, model: Path, run: ScreenRun, workbench: Run
) -> None:
    out = tmp_path / "run"
    command = ("screen", "--library", plan.library, "--model", model, "--out", out, "--top", 50, "--workers", 2)
    process = start(*command)
    wait_for_batches(out, 3, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert workbench(*command).returncode == 0
    assert (out / "hits.parquet").read_bytes() == (run.folder / "hits.parquet").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("screen", "--library", "{none}", "--model", "{model}", "--out", "{out}"), 1, r"none\.smi: no such"),
        (("screen", "--library", "{library}", "--model", "{none}", "--out", "{out}"), 1, r"no such model"),
        (("screen", "--library", "{library}", "--model", "{library}", "--out", "{out}"), 1, r"not a model"),
        (("screen", "--library", "{library}", "--library", "{source}", "--model", "{model}", "--out", "{out}"), 2,
         "cannot be mixed"),
        (("screen", "--library", "{library}", "--model", "{model}", "--out", "{out}", "--workers", "2",
          "--scheduler", "tcp://127.0.0.1:1"), 2, "excludes --workers"),
        (("screen", "--library", "{library}", "--model", "{model}", "--out", "{out}", "--target", "{source}"), 1, ""),
        (("screen", "--library", "{library}", "--model", "{model}", "--out", "{run}", "--top", "9", "--workers", "0"),
          1,
         r"holds a run of another plan \(top 50 instead of 9\)"),
        (("screen", "--library", "{library}", "--model", "{model}", "--out", "{source}", "--workers", "0"), 1,
         "is a file; expected a folder"),
        (("hits", "{out}"), 1, "is not a run directory"),
        (("hits", "{run}", "--why", "no such thing"), 2, "no record of this run is 'no such thing'"),
        (("status", "{source}"), 1, "is not a run directory"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(
    tmp_path: Path, run: ScreenRun, plan: ScreenPlan, source: Path, model: Path, workbench: Run,
    arguments: tuple[str, ...], code: int, words: str,
) -> None:  # fmt: skip
    places = {
        "none": tmp_path / "none.smi", "out": tmp_path / "out", "library": plan.library, "source": source,
        "model": model, "run": run.folder,
    }  # fmt: skip
    done = workbench(*[each.format(**places) for each in arguments])
    assert done.returncode == code, done.stderr
    sentences = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(sentences) == 1
    assert "Traceback" not in done.stderr
    assert re.search(words, sentences[0]), sentences


def test_a_dry_run_says_what_would_happen(
    tmp_path: Path, source: Path, plan: ScreenPlan, model: Path, run: ScreenRun, workbench: Run
) -> None:
    def dry(library: object, out: object, *others: object) -> subprocess.CompletedProcess[str]:
        return workbench("screen", "--library", library, "--model", model, "--out", out, "--dry-run", *others)

    new = tmp_path / "new"
    assert f"would start a screen of 240 records (210 compounds) in {new}" in dry(plan.library, new).stdout
    raw = dry(source, new).stdout
    assert re.search(rf"would prepare [\d.]+ kB of compound files in {new}\.library, then screen into {new}", raw)
    assert not list(tmp_path.iterdir()), "nothing was written"
    half = tmp_path / "half"
    shutil.copytree(run.folder, half)
    (half / "summary.json").unlink()
    for path in sorted((half / "receipts").iterdir())[5:]:
        path.unlink()
    gone_on = dry(plan.library, half, "--top", 50).stdout
    assert f"would go on with {half}: 100 of 240 records (210 compounds) are done" in gone_on
    for wrong, words in (
        (dry(plan.library, new, "--model", tmp_path / "none"), "no such model"),
        (dry(plan.library, run.folder), "holds a run of another plan (top 50 instead of 1000)"),
    ):
        assert wrong.returncode == 1
        (error,) = [line for line in wrong.stderr.splitlines() if line.startswith("error: ")]
        assert words in error


@pytest.mark.slow
def test_a_pilot_measures_the_next_step(
    tmp_path: Path, source: Path, plan: ScreenPlan, model: Path, workbench: Run
) -> None:
    def pilot(library: object, *others: object) -> subprocess.CompletedProcess[str]:
        return workbench(
            "screen", "--library", library, "--model", model, "--out", tmp_path / "run", "--pilot", *others
        )

    raw = json.loads(pilot(source, "--json").stdout)
    assert (raw["stage"], raw["records"], raw["pilot_records"]) == ("prepare", 240, 240)
    assert raw["hours"] > 0
    said = pilot(source).stdout
    assert "240 records to prepare first, at " in said
    assert f"workbench library prepare {source} --out {tmp_path / 'run.library'}" in said
    assert not list(tmp_path.iterdir()), "nothing was written"
    assert json.loads(pilot(plan.library, "--json").stdout)["stage"] == "screen"
    assert "240 records at " in pilot(plan.library).stdout
    missing = pilot(source, "--model", tmp_path / "none")
    assert missing.returncode == 1
    assert "no such model" in missing.stderr
