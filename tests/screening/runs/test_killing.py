"""Killed at any instant and started again: the same bytes, a balanced ledger."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun


def killed(tmp_path: Path, plan: ScreenPlan, seeds: range) -> list[dict[str, object]]:
    (tmp_path / "plan.json").write_text(plan.to_json())
    program = Path(__file__).with_name("killing.py")
    done = subprocess.run(
        [sys.executable, program, tmp_path / "plan.json", tmp_path / "runs", *map(str, seeds)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(found: list[dict[str, object]], run: ScreenRun, seeds: range) -> int:
    right = hashlib.sha256((run.folder / "hits.parquet").read_bytes()).hexdigest()
    assert [each["seed"] for each in found] == list(seeds)
    for each in found:
        assert each["hits"] == right, each
        assert each["counts"] == run.counts, each
        assert not each["left"], each
    return sum(len(each["points"]) for each in found)  # type: ignore[arg-type]


def test_some_kill_points(tmp_path: Path, plan: ScreenPlan, run: ScreenRun) -> None:
    seeds = range(6)
    assert check(killed(tmp_path, plan, seeds), run, seeds) >= 6


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_hundred_kill_points(
    tmp_path: Path, plan: ScreenPlan, run: ScreenRun, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds = range(1000, 1150)
    points = check(killed(tmp_path, plan, seeds), run, seeds)
    with capsys.disabled():
        print(f"\n{points} kill points in {len(seeds)} screens, each with the same hits and a balanced ledger")
    assert points >= 200
