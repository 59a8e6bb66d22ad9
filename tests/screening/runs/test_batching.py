"""Batches depend on the library's size alone, and many parts become one batch in a large library."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.runs import batching
from screening.runs.estimate import estimate
from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun
from screening.runs.screen import run_screen


def records(counts: list[int]) -> list[tuple[int, int, int, int]]:
    return [(part.start, part.stop, part.first, part.records) for part in batching._divided(tuple(counts))]


def test_small_libraries_keep_their_parts() -> None:
    assert records([20, 20, 5]) == [(0, 1, 0, 20), (1, 2, 20, 20), (2, 3, 40, 5)]
    assert records([]) == []


def test_a_billion_records_make_some_thousand_batches() -> None:
    found = records([20_000] * 50_000)
    assert len(found) == 5_000
    assert {part[3] for part in found} == {200_000}
    assert found[-1] == (49_990, 50_000, 999_800_000, 200_000)
    assert len(records([2_000] * 5_000)) == 5_000, "ten million in parts of 2,000 stay as they are"


def test_several_parts_in_a_batch_give_the_same_hits(
    tmp_path: Path, plan: ScreenPlan, run: ScreenRun, library: PreparedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "MOST", 4)
    batching._divided.cache_clear()
    found = run_screen(plan, tmp_path / "run")
    batching._divided.cache_clear()
    assert found.summary["parts"] == 4
    assert (found.folder / "hits.parquet").read_bytes() == (run.folder / "hits.parquet").read_bytes()
    assert found.counts == run.counts


def test_a_pilot_says_what_a_run_costs(plan: ScreenPlan, library: PreparedLibrary) -> None:
    found = estimate(plan, library, records=60)
    assert found.records == 240
    assert found.pilot_records == 60
    assert found.cpu_hours == pytest.approx(240 / found.records_per_second / 3600)
    assert found.hours(2) == pytest.approx(found.start_seconds / 3600 + found.cpu_hours / 2)
