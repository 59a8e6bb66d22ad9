"""Docking the hits of a real screen: more of them later, two workers, and a process killed in the middle."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from distributed import Client

from screening.errors import RunMismatchError, UsageError
from screening.runs.docking import dock
from screening.runs.docking.dock import dock_run
from screening.runs.docking.docking import open_docking
from screening.runs.run import ScreenRun, open_run

pytest.importorskip("biotite", reason="receptors with modified residues need biotite (extra poses)")
pytest.importorskip("dimorphite_dl", reason="ligand states need dimorphite_dl (extra poses)")
pytest.importorskip("rustina", reason="docking needs rustina (extra poses)")

SITE = "ligand ADN"


def _copy(run: ScreenRun, folder: Path) -> ScreenRun:
    shutil.copytree(run.folder, folder, ignore=shutil.ignore_patterns("poses"))
    return open_run(folder)


def _bytes(folder: Path) -> dict[str, str]:
    layer = folder / "poses"
    files = [path for name in ("parts", "ledger") for path in sorted((layer / name).glob("*.parquet"))]
    files += [layer / name for name in ("docked.parquet", "summary.json", "plan.json")]
    return {path.relative_to(layer).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_run_without_a_target_says_so(run: ScreenRun) -> None:
    with pytest.raises(UsageError, match="the run was planned without a target; expected a target to dock into"):
        dock_run(run, 2)


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_more_hits_later_and_two_workers_end_with_the_same_bytes(
    run: ScreenRun, data: Path, tmp_path: Path, two_workers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = data / "targets" / "1fmo.cif"
    monkeypatch.setattr(dock, "HITS_PER_BATCH", 2)
    at_once = _copy(run, tmp_path / "once")
    dock_run(at_once, 3, target=target, site=SITE, poses=1, quick=True, time_limit=900)
    in_steps = _copy(run, tmp_path / "steps")
    first = dock_run(in_steps, 1, target=target, site=SITE, poses=1, quick=True, time_limit=900)
    assert sum(first.counts.values()) == 1
    dock_run(in_steps, 3, target=target, site=SITE, poses=1, quick=True, time_limit=900)
    assert _bytes(in_steps.folder) == _bytes(at_once.folder)
    assert (
        sum(dock_run(in_steps, 1, target=target, site=SITE, poses=1, quick=True, time_limit=900).counts.values()) == 3
    )
    spread = _copy(run, tmp_path / "spread")
    dock_run(spread, 3, target=target, site=SITE, poses=1, quick=True, time_limit=900, client=two_workers)
    assert _bytes(spread.folder) == _bytes(at_once.folder)
    hits = run.hits()["record"].to_pylist()[:3]
    docked = open_docking(spread.folder)
    assert docked is not None
    assert [record for record in hits if docked.poses(record)] == docked.table()["record"].to_pylist()


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_a_full_search_takes_the_place_of_a_quick_one(run: ScreenRun, data: Path, tmp_path: Path) -> None:
    target = data / "targets" / "1fmo.cif"
    afresh, after = _copy(run, tmp_path / "afresh"), _copy(run, tmp_path / "after")
    dock_run(afresh, 1, target=target, site=SITE, poses=1, time_limit=900)
    quick = dock_run(after, 2, target=target, site=SITE, poses=1, quick=True, time_limit=900)
    assert "quick search" in quick.table()["origin"][0].as_py()
    dock_run(after, 1, target=target, site=SITE, poses=1, time_limit=900)
    assert _bytes(after.folder) == _bytes(afresh.folder)
    with pytest.raises(RunMismatchError, match="quick False instead of True"):
        dock_run(after, 1, target=target, site=SITE, poses=1, quick=True, time_limit=900)


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_a_process_killed_in_the_middle_goes_on(
    run: ScreenRun, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = data / "targets" / "1fmo.cif"
    monkeypatch.setattr(dock, "HITS_PER_BATCH", 1)
    whole = _copy(run, tmp_path / "whole")
    dock_run(whole, 2, target=target, site=SITE, poses=1, quick=True, time_limit=900)
    killed = _copy(run, tmp_path / "killed")
    script = (
        "from screening.runs.run import open_run; from screening.runs.docking import dock\n"
        "dock.HITS_PER_BATCH = 1\n"
        f"run, target = open_run({str(killed.folder)!r}), {str(target)!r}\n"
        f"dock.dock_run(run, 2, target=target, site={SITE!r}, poses=1, quick=True, time_limit=900)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script])
    receipts = killed.folder / "poses" / "receipts"
    until = time.monotonic() + 1000
    while time.monotonic() < until and process.poll() is None and not list(receipts.glob("*.json")):
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(list(receipts.glob("*.json"))) == 1, "killed before or after, not between"
    dock_run(killed, 2, target=target, site=SITE, poses=1, quick=True, time_limit=900)
    assert _bytes(killed.folder) == _bytes(whole.folder)
