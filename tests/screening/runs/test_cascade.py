"""A model with a fast first stage: a student learns its library, the full model scores the best, the rest says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import Client

from screening.compounds.library import PreparedLibrary
from screening.errors import FileError
from screening.features.packed_features import PackedFeatures
from screening.models.storage import load_model
from screening.models.student import read_student
from screening.models.trained import TrainedModel
from screening.runs import cascade, learning
from screening.runs.hits import FIRST_STAGE, HIT_SCHEMA, ranking
from screening.runs.plan import plan_screen
from screening.runs.run import ScreenRun
from screening.runs.score import compound_block
from screening.runs.screen import run_screen
from screening.runs.why import why

TOP = 20


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers that fit a library of two hundred compounds."""
    for name, value in {"FEWEST": 0, "RUNS": 12, "RUN": 15, "FIRST": 30, "ROUND": 10, "BATCH": 8}.items():
        monkeypatch.setattr(learning, name, value)
    monkeypatch.setattr(cascade, "RESCORED", 10)


@pytest.fixture(scope="session")
def taught_run(tmp_path_factory: pytest.TempPathFactory, library: PreparedLibrary, staged_model: Path) -> ScreenRun:
    with pytest.MonkeyPatch.context() as patch:
        small.__wrapped__(patch)  # type: ignore[attr-defined]
        return run_screen(plan_screen(library, staged_model, top=TOP), tmp_path_factory.mktemp("taught") / "run")


def all_rows(run: ScreenRun) -> list[dict[str, Any]]:
    return pa.Table.from_batches(list(ranking(run)), schema=HIT_SCHEMA).to_pylist()


def compounds(library: PreparedLibrary) -> pa.Table:
    return pa.concat_tables([pq.read_table(part.compounds) for part in library.parts])


def test_the_best_have_the_numbers_of_the_full_model_and_the_rest_those_of_the_student(
    taught_run: ScreenRun, library: PreparedLibrary, staged_model: Path
) -> None:
    model = load_model(staged_model)
    assert isinstance(model, TrainedModel)
    table = compounds(library)
    block = compound_block(table)
    full = dict(zip(table.column("record").to_pylist(), model.predict(block).affinity.tolist()))
    student, _ = read_student(taught_run.folder / learning.STUDENT)
    inputs = PackedFeatures(block.fingerprints, block.properties)
    guessed = dict(zip(table.column("record").to_pylist(), student.trees.predict(inputs.matrix()).tolist()))
    rows = all_rows(taught_run)
    assert len(rows) == len(full)
    again = [row for row in rows if FIRST_STAGE not in row["flags"]]
    taught = set(pq.read_table(taught_run.folder / "learning" / learning.TAUGHT).column("record").to_pylist())
    assert len(taught) == student.taught == 70
    rescored = {row["record"] for row in again}
    last_in = sorted(np.round(list(guessed.values()), 3), reverse=True)[2 * TOP - 1]
    assert taught | {record for record, value in guessed.items() if round(value, 3) > last_in} <= rescored
    assert rescored <= taught | {record for record, value in guessed.items() if round(value, 3) >= last_in}
    assert len(rescored) >= 2 * TOP
    for row in rows:
        right = (guessed if FIRST_STAGE in row["flags"] else full)[row["record"]]
        assert row["affinity"] == pytest.approx(right, abs=6e-4)
        assert row["lower"] < row["affinity"] < row["upper"]
    # The two stages are not on one scale: every compound the full model scored stands before the others.
    assert [FIRST_STAGE in row["flags"] for row in rows] == [False] * len(again) + [True] * (len(rows) - len(again))
    for stage in (rows[: len(again)], rows[len(again) :]):
        assert [row["affinity"] for row in stage] == sorted((row["affinity"] for row in stage), reverse=True)
    assert taught_run.hits().to_pylist() == rows[:TOP]
    last = rows[-7]
    (fate,) = why(taught_run, f"record:{last['record']}")
    assert "fast first stage only" in fate.sentence
    assert fate.score is not None
    assert fate.score.rank == last["rank"]


def test_the_student_follows_its_teacher(taught_run: ScreenRun, library: PreparedLibrary, staged_model: Path) -> None:
    block = compound_block(compounds(library))
    full = load_model(staged_model).predict(block).affinity  # type: ignore[union-attr]
    student, _ = read_student(taught_run.folder / learning.STUDENT)
    guess = student.trees.predict(PackedFeatures(block.fingerprints, block.properties).matrix())
    assert np.corrcoef(full, guess)[0, 1] > 0.5
    assert 0 < student.recall <= 1
    assert "recall expected" in (taught_run.folder / "run.log").read_text("utf-8")


@pytest.mark.usefixtures("small")
def test_another_division_of_the_library_gives_the_same_hits(
    tmp_path: Path, taught_run: ScreenRun, other_parts: PreparedLibrary, staged_model: Path
) -> None:
    other = run_screen(plan_screen(other_parts, staged_model, top=TOP), tmp_path / "run")
    for name in ("hits.parquet", learning.STUDENT):
        assert (other.folder / name).read_bytes() == (taught_run.folder / name).read_bytes()


@pytest.mark.usefixtures("small")
def test_workers_give_the_same_hits(
    tmp_path: Path, taught_run: ScreenRun, library: PreparedLibrary, staged_model: Path, two_workers: Client
) -> None:
    other = run_screen(plan_screen(library, staged_model, top=TOP), tmp_path / "run", client=two_workers)
    for name in ("hits.parquet", learning.STUDENT):
        assert (other.folder / name).read_bytes() == (taught_run.folder / name).read_bytes()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("stage", "number"), [("learning what the full model prefers", 2), ("scoring the best again", 3)]
)
def test_it_goes_on_where_it_stopped(
    tmp_path: Path, taught_run: ScreenRun, library: PreparedLibrary, staged_model: Path, stage: str, number: int
) -> None:
    calls = 0

    class Stop(Exception):
        pass

    def stop(step: Any) -> None:
        nonlocal calls
        calls += step.stage == stage
        if calls == number:
            raise Stop

    plan = plan_screen(library, staged_model, top=TOP)
    with pytest.raises(Stop):
        run_screen(plan, tmp_path / "run", on_progress=stop)
    resumed = run_screen(plan, tmp_path / "run")
    for name in ("hits.parquet", learning.STUDENT, "merged/scores/part-000004.parquet"):
        assert (resumed.folder / name).read_bytes() == (taught_run.folder / name).read_bytes()


@pytest.mark.usefixtures("small")
def test_what_was_damaged_is_made_again(
    tmp_path: Path, taught_run: ScreenRun, library: PreparedLibrary, staged_model: Path
) -> None:
    folder = Path(shutil.copytree(taught_run.folder, tmp_path / "run"))
    shutil.rmtree(folder / "second" / "scores")
    (folder / "merged" / "scores" / "part-000001.parquet").write_bytes(b"")
    (folder / learning.STUDENT).write_text("{", encoding="utf-8")
    with pytest.raises(FileError, match="same screen command again"):
        read_student(folder / learning.STUDENT)
    mended = run_screen(plan_screen(library, staged_model, top=TOP), folder)
    for name in ("hits.parquet", learning.STUDENT, "merged/scores/part-000001.parquet"):
        assert (mended.folder / name).read_bytes() == (taught_run.folder / name).read_bytes()


def test_a_small_library_is_scored_by_the_full_model_alone(
    tmp_path: Path, library: PreparedLibrary, staged_model: Path
) -> None:
    run = run_screen(plan_screen(library, staged_model, top=TOP), tmp_path / "run")
    rows = all_rows(run)
    assert not any(FIRST_STAGE in row["flags"] for row in rows)
    assert not (run.folder / learning.STUDENT).exists()
    assert json.loads((run.folder / "summary.json").read_text("utf-8"))["stages"] == 2
