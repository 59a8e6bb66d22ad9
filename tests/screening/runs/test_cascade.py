"""A model with a fast first stage: the full model scores the best again, and the rest says so."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from screening.compounds.library import PreparedLibrary
from screening.models.affinity import AffinityKind, CompoundBlock, Predictions
from screening.models.storage import load_model
from screening.runs import cascade, plan, score
from screening.runs.hits import FIRST_STAGE, HIT_SCHEMA, ranking
from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun
from screening.runs.screen import run_screen
from screening.runs.why import why


@dataclasses.dataclass(frozen=True)
class Staged:
    """The real model, with a first stage that sees its numbers rounded to halves."""

    full: Any
    first_stage: Any = None
    first_stage_keep: float = 0.5
    step: float = 0.0

    @property
    def key(self) -> str:
        return "staged"

    @property
    def kind(self) -> AffinityKind:
        return self.full.kind  # type: ignore[no-any-return]

    @property
    def training_names(self) -> list[str]:
        return self.full.training_names  # type: ignore[no-any-return]

    @property
    def training_identities(self) -> list[bytes]:
        return self.full.training_identities  # type: ignore[no-any-return]

    def known(self, block: CompoundBlock, identities: list[bytes]) -> np.ndarray:
        return self.full.known(block, identities)  # type: ignore[no-any-return]

    def predict(self, block: CompoundBlock) -> Predictions:
        found: Predictions = self.full.predict(block)
        if not self.step:
            return found
        return dataclasses.replace(found, affinity=np.round(found.affinity / self.step) * np.float32(self.step))


@pytest.fixture
def staged(library: PreparedLibrary, model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScreenPlan]:
    real = load_model(model)
    both = Staged(real, Staged(real, step=0.5))
    monkeypatch.setattr(score, "load_bound", lambda path, sequence: both)
    monkeypatch.setattr(plan, "load_bound", lambda path, sequence: both)
    score.bound_model.cache_clear()
    yield plan.plan_screen(library, model, top=20)
    score.bound_model.cache_clear()


def test_the_best_have_the_full_numbers(tmp_path: Path, staged: ScreenPlan, run: ScreenRun) -> None:
    found = run_screen(staged, tmp_path / "run")
    plain = {row["record"]: row for batch in ranking(run) for row in batch.to_pylist()}
    mixed = pa.Table.from_batches(list(ranking(found)), schema=HIT_SCHEMA).to_pylist()
    assert len(mixed) == 210
    again = [row for row in mixed if FIRST_STAGE not in row["flags"]]
    fast = {record: round(row["affinity"] / 0.5) * 0.5 for record, row in plain.items()}
    order = sorted(plain, key=lambda record: (-fast[record], bytes.fromhex(plain[record]["id"]), record))
    assert {row["record"] for row in again} == set(order[: max(40, 105)])
    for row in mixed:
        right = plain[row["record"]]["affinity"] if FIRST_STAGE not in row["flags"] else fast[row["record"]]
        assert row["affinity"] == pytest.approx(right, abs=1e-6)
    # The two stages are not on one scale: every compound the full model scored stands before the others.
    assert [FIRST_STAGE in row["flags"] for row in mixed] == [False] * len(again) + [True] * (210 - len(again))
    for stage in (mixed[: len(again)], mixed[len(again) :]):
        assert [row["affinity"] for row in stage] == sorted((row["affinity"] for row in stage), reverse=True)
    assert found.hits().to_pylist() == mixed[:20]
    last = mixed[-7]
    (fate,) = why(found, f"record:{last['record']}")
    assert "fast first stage only" in fate.sentence
    assert fate.score is not None
    assert fate.score.rank == last["rank"]


def test_it_goes_on_where_it_stopped(tmp_path: Path, staged: ScreenPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cascade, "RESCORED", 10)
    whole = run_screen(staged, tmp_path / "whole")
    calls = 0

    class Stop(Exception):
        pass

    def stop(step: Any) -> None:
        nonlocal calls
        calls += step.stage == "scoring the best again"
        if calls == 4:
            raise Stop

    with pytest.raises(Stop):
        run_screen(staged, tmp_path / "run", on_progress=stop)
    resumed = run_screen(staged, tmp_path / "run")
    for name in ("hits.parquet", "merged/scores/part-000004.parquet"):
        assert (resumed.folder / name).read_bytes() == (whole.folder / name).read_bytes()
    shutil.rmtree(resumed.folder / "second" / "scores")
    (resumed.folder / "merged" / "scores" / "part-000001.parquet").write_bytes(b"")
    mended = run_screen(staged, tmp_path / "run")
    assert (mended.folder / "hits.parquet").read_bytes() == (whole.folder / "hits.parquet").read_bytes()
