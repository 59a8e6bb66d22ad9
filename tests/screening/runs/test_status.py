"""The status of a run, read from outside."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from screening.runs.run import ScreenRun
from screening.runs.status import run_status


@pytest.fixture
def half(tmp_path: Path, run: ScreenRun) -> Path:
    """Six batches of 20 records, two at a time, two seconds each, with a night between the second and the third."""
    folder = tmp_path / "run"
    shutil.copytree(run.folder, folder)
    (folder / "summary.json").unlink()
    ends = {0: 1002.0, 1: 1002.0, 2: 50004.0, 3: 50004.0, 4: 50006.0, 5: 50006.0}
    for path in sorted((folder / "receipts").iterdir()):
        index = int(path.stem.removeprefix("part-"))
        if index not in ends:
            path.unlink()
            continue
        facts = json.loads(path.read_text())
        path.write_text(json.dumps({**facts, "seconds": 2.0}))
        os.utime(path, (ends[index], ends[index]))
    return folder


def test_the_rate_leaves_out_the_time_the_run_was_stopped(half: Path) -> None:
    status = run_status(half)
    assert (status.state, status.parts_done, status.parts, status.records_done) == ("stopped", 6, 12, 120)
    assert status.elapsed_seconds == 6.0
    assert status.cpu_seconds == 12.0
    assert status.records_per_second == 20.0
    assert status.records_per_second_worker == 10.0
    assert status.seconds_left is None, "nobody is working"
    assert sum(status.counts.values()) == 120


@pytest.mark.parametrize("shift", [-86_400.0, 86_400.0])
def test_a_clock_that_is_a_day_off_for_some_nodes_changes_no_count(half: Path, shift: float, run: ScreenRun) -> None:
    for index in (1, 3):
        path = half / "receipts" / f"part-{index:06d}.json"
        when = path.stat().st_mtime + shift
        os.utime(path, (when, when))
    status = run_status(half)
    assert (status.records_done, status.parts_done) == (120, 6)
    assert status.records_per_second is not None
    assert status.records_per_second > 0


def test_a_damaged_file_of_the_run_hides_no_progress(half: Path) -> None:
    (half / "training.parquet").write_bytes(b"cut off")
    status = run_status(half)
    assert (status.parts_done, status.matched) == (6, "")
