"""A scheduler that somebody else runs: killed on the way, workers that leave and come."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client

from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun
from screening.runs.status import run_status

pytestmark = [pytest.mark.cluster, pytest.mark.slow]


def start(*arguments: object, clock: str | None = None) -> subprocess.Popen[bytes]:
    """Start a program of Python; `clock` sets its clock off, such as ``"+1d"``."""
    prefix = [] if clock is None else ["faketime", "-f", clock]
    return subprocess.Popen(
        [*prefix, sys.executable, "-m", *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@contextlib.contextmanager
def scheduler(file: Path, workers: int) -> Iterator[tuple[subprocess.Popen[bytes], list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers in processes of their own."""
    head = start(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
        "--dashboard-address", "127.0.0.1:0", "--scheduler-file", file,
    )  # fmt: skip
    hands = [worker(file) for _ in range(workers)]
    try:
        yield head, hands
    finally:
        for process in (*hands, head):
            process.kill()
            process.wait()
        file.unlink(missing_ok=True)


def worker(file: Path, clock: str | None = None) -> subprocess.Popen[bytes]:
    return start(
        "distributed.cli.dask_worker", "--scheduler-file", file, "--nthreads", "1", "--no-nanny", "--no-dashboard",
        "--death-timeout", "60", clock=clock,
    )  # fmt: skip


def screen(plan: ScreenPlan, out: Path, file: Path, clock: str | None = None) -> subprocess.Popen[str]:
    wait_for_file(file)
    command = ["screen", "--library", plan.library, "--model", plan.model, "--out", out, "--top", 50]
    prefix = [] if clock is None else ["faketime", "-f", clock]
    return subprocess.Popen(
        [
            *prefix,
            sys.executable,
            "-m",
            "workbench.cli.main",
            *map(str, command),
            "--scheduler",
            str(file),
            "--insecure",
        ],
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_file(file: Path) -> None:
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def wait_for_batches(out: Path, count: int, process: subprocess.Popen[str]) -> None:
    while process.poll() is None and len(list(out.glob("receipts/part-*.json"))) < count:
        time.sleep(0.002)


def test_a_killed_scheduler_is_told_and_the_run_goes_on(tmp_path: Path, plan: ScreenPlan, run: ScreenRun) -> None:
    file, out = tmp_path / "scheduler.json", tmp_path / "run"
    with scheduler(file, 1) as (head, _):
        process = screen(plan, out, file)
        wait_for_batches(out, 2, process)
        head.send_signal(signal.SIGKILL)
        _, errors = process.communicate(timeout=120)
    if process.returncode:
        assert process.returncode == 1
        assert "error: the scheduler was lost" in errors
        assert "run the same command again to go on" in errors
    with scheduler(file, 2):
        again = screen(plan, out, file)
        _, errors = again.communicate(timeout=120)
    assert again.returncode == 0, errors
    assert (out / "hits.parquet").read_bytes() == (run.folder / "hits.parquet").read_bytes()


def test_workers_without_nannies_die_and_others_take_over(tmp_path: Path, plan: ScreenPlan, run: ScreenRun) -> None:
    file, out = tmp_path / "scheduler.json", tmp_path / "run"
    with scheduler(file, 2) as (_, hands):
        process = screen(plan, out, file)
        wait_for_batches(out, 1, process)
        for hand in hands:
            os.kill(hand.pid, signal.SIGKILL)
        hands.append(worker(file))
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert (out / "hits.parquet").read_bytes() == (run.folder / "hits.parquet").read_bytes()


def test_clocks_that_are_a_day_off_change_nothing(tmp_path: Path, plan: ScreenPlan, run: ScreenRun) -> None:
    if shutil.which("faketime") is None:
        pytest.skip("setting a clock off needs the program faketime")
    file, out = tmp_path / "scheduler.json", tmp_path / "run"
    with scheduler(file, 0) as (_, hands):
        # The driver lives today, one worker tomorrow, one yesterday; then the driver goes on from last week.
        hands += [worker(file, "+1d"), worker(file, "-1d")]
        wait_for_file(file)
        with Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=90)
        process = screen(plan, out, file)
        wait_for_batches(out, 3, process)
        process.send_signal(signal.SIGKILL)
        _, errors = process.communicate(timeout=60)
        assert all(line.startswith("scoring: ") for line in errors.splitlines()), errors
        ages = {round((path.stat().st_mtime - time.time()) / 86_400) for path in out.glob("receipts/part-*.json")}
        assert ages == {0}, "the time of a file is the file server's"
        for index, path in enumerate(sorted(out.glob("*/part-*"))):
            os.utime(path, (when := time.time() + (-1) ** index * 86_400, when))
        again = screen(plan, out, file, "-7d")
        _, errors = again.communicate(timeout=120)
    assert again.returncode == 0, errors
    assert (out / "hits.parquet").read_bytes() == (run.folder / "hits.parquet").read_bytes()
    status = run_status(out)
    assert (status.state, status.records_done) == ("finished", run.records)
