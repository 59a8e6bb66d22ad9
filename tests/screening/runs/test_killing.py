"""Killed at any instant and started again: the same bytes, a balanced ledger."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.runs.plan import ScreenPlan, plan_screen
from screening.runs.run import ScreenRun

Found = list[dict[str, Any]]


def killed(tmp_path: Path, job: str, plan: ScreenPlan, seeds: range) -> Found:
    """Return what the undisturbed job ended with, and then what each seed did."""
    (tmp_path / "plan.json").write_text(plan.to_json())
    program = Path(__file__).with_name("killing.py")
    done = subprocess.run(
        [sys.executable, program, job, tmp_path / "plan.json", tmp_path / "runs", *map(str, seeds)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(found: Found, seeds: range) -> int:
    """Compare each seed with the undisturbed job; return how many kills there were."""
    right, *others = found
    assert right["files"]
    assert [each["seed"] for each in others] == list(seeds)
    for each in others:
        assert each["files"] == right["files"], each
        assert each["counts"] == right["counts"], each
        assert not each["left"], each
    return sum(len(each["points"]) for each in others)


def test_some_kill_points(tmp_path: Path, plan: ScreenPlan, run: ScreenRun) -> None:
    seeds = range(4)
    found = killed(tmp_path, "screen", plan, seeds)
    assert check(found, seeds) >= 4
    assert found[0]["counts"] == run.counts
    assert found[0]["files"]["hits.parquet"] == hashlib.sha256((run.folder / "hits.parquet").read_bytes()).hexdigest()


def test_some_kill_points_of_featurise(tmp_path: Path, plan: ScreenPlan) -> None:
    seeds = range(2)
    assert check(killed(tmp_path, "featurise", plan, seeds), seeds) >= 2


@pytest.mark.slow  # the model alone takes twenty seconds to train
def test_some_kill_points_with_the_accurate_model(
    tmp_path: Path, other_parts: PreparedLibrary, staged_model: Path
) -> None:
    seeds = range(1)
    found = killed(tmp_path, "learn", plan_screen(other_parts, staged_model, top=20), seeds)
    assert check(found, seeds) >= 1
    assert "stand-in.json" in found[0]["files"]


def said(capsys: pytest.CaptureFixture[str], points: int, jobs: int) -> None:
    with capsys.disabled():
        print(f"\n{points} kill points in {jobs} jobs, each with the same bytes and a balanced ledger")


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_hundred_kill_points(tmp_path: Path, plan: ScreenPlan, capsys: pytest.CaptureFixture[str]) -> None:
    seeds = range(1000, 1150)
    points = check(killed(tmp_path, "screen", plan, seeds), seeds)
    said(capsys, points, len(seeds))
    assert points >= 200


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("job", ["featurise", "learn"])
def test_fifty_kill_points_of_slow_work(
    tmp_path: Path, library: PreparedLibrary, staged_model: Path, job: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds = range(2000, 2034)
    points = check(killed(tmp_path, job, plan_screen(library, staged_model, top=20), seeds), seeds)
    said(capsys, points, len(seeds))
    assert points >= 50
