"""The best hits by a score: those, and the numbers, that scoring all evidence gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.errors import UsageError
from screening.runs.evidence.table import evidence, evidence_schema
from screening.runs.run import ScreenRun, open_run
from screening.runs.scoring.best_hits import best_hits
from screening.runs.scoring.profile import read_profile
from screening.runs.scoring.score import scored


@pytest.fixture(scope="module")
def run() -> ScreenRun:
    return open_run(Path(__file__).parents[3] / "formats" / "0.1" / "finished.run")


def test_only_what_the_aims_need_is_worked_out_for_all(run: ScreenRun) -> None:
    aims = read_profile("affinity > 4..8 * 2; logp = 0..1..3..5")
    whole = scored(evidence(run), aims)
    assert whole.num_rows > 4
    assert best_hits(run, aims).equals(whole)
    assert best_hits(run, aims, top=3).equals(whole.slice(0, 3))
    assert best_hits(run, aims, among=4).equals(scored(evidence(run, top=4), aims))


def test_columns_are_known_before_anything_is_worked_out(run: ScreenRun) -> None:
    assert evidence_schema(run).equals(evidence(run, top=1).schema, check_metadata=True)
    with pytest.raises(UsageError, match="there is no column 'weight' to score by; expected one of rank"):
        best_hits(run, read_profile("weight < 10..50"))
