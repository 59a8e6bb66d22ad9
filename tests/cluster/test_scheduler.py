"""A scheduler that somebody else runs: killed on the way, workers that leave and come."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun

pytestmark = [pytest.mark.cluster, pytest.mark.slow]


def start(*arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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


def worker(file: Path) -> subprocess.Popen[bytes]:
    return start(
        "distributed.cli.dask_worker", "--scheduler-file", file, "--nthreads", "1", "--no-nanny", "--no-dashboard",
        "--death-timeout", "60",
    )  # fmt: skip


def screen(plan: ScreenPlan, out: Path, file: Path) -> subprocess.Popen[str]:
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    command = ["screen", "--library", plan.library, "--model", plan.model, "--out", out, "--top", 50]
    return subprocess.Popen(
        [sys.executable, "-m", "workbench.cli.main", *map(str, command), "--scheduler", str(file)],
        stderr=subprocess.PIPE,
        text=True,
    )


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
