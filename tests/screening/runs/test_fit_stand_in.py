"""A model with a fast first stage: a stand-in learns its library, the full model scores the best, the rest says so."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from distributed import Client

from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.errors import FileError, LibraryError
from screening.features.library_features import FOLDER, features_of, featurise_library
from screening.models.affinity import CompoundBlock
from screening.models.data.measurements import read_measurements
from screening.models.stand_in import read_stand_in
from screening.models.storage import load_model, save_model
from screening.models.train import TrainOptions, train_activity
from screening.models.trained import TrainedModel
from screening.runs import fit_stand_in
from screening.runs.estimate import estimate
from screening.runs.fit_stand_in import STAND_IN, part_to_keep
from screening.runs.hits import FIRST_STAGE, HIT_SCHEMA, ranking
from screening.runs.plan import plan_screen
from screening.runs.run import ScreenRun
from screening.runs.score import compound_block, stand_in_model
from screening.runs.screen import run_screen
from screening.runs.why import why

TOP = 20
SMALL = {
    "FEWEST": 0,
    "RUNS": 12,
    "RUN": 15,
    "FIRST": 30,
    "ROUND": 10,
    "BATCH": 8,
    "FEW_RUNS": 12,
    "LONG_RUN": 15,
    "DRAWN": 60,
}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers that fit a library of two hundred compounds."""
    for name, value in SMALL.items():
        monkeypatch.setattr(fit_stand_in, name, value)


@pytest.fixture(scope="session")
def featurised(tmp_path_factory: pytest.TempPathFactory, library: PreparedLibrary) -> PreparedLibrary:
    copy = shutil.copytree(library.folder, tmp_path_factory.mktemp("featurised") / "library")
    featurise_library(open_library(copy))
    return open_library(copy)


@pytest.fixture(scope="session", params=["fitted trees", "expansion"])
def screened(request: pytest.FixtureRequest, library: PreparedLibrary, featurised: PreparedLibrary) -> PreparedLibrary:
    """Return a library without and one with stored features."""
    return library if request.param == "fitted trees" else featurised


@pytest.fixture(scope="session")
def taught_run(tmp_path_factory: pytest.TempPathFactory, screened: PreparedLibrary, staged_model: Path) -> ScreenRun:
    with pytest.MonkeyPatch.context() as patch:
        small.__wrapped__(patch)  # type: ignore[attr-defined]
        return run_screen(plan_screen(screened, staged_model, top=TOP), tmp_path_factory.mktemp("taught") / "run")


def all_rows(run: ScreenRun) -> list[dict[str, Any]]:
    return pa.Table.from_batches(list(ranking(run)), schema=HIT_SCHEMA).to_pylist()


def compounds(library: PreparedLibrary) -> tuple[list[int], CompoundBlock]:
    """Return the records and what models see of them, with the features if the library has them."""
    features = features_of(library)
    blocks, records = [], []
    for position in range(len(library.parts)):
        table = library.read_compounds(position).combine_chunks()
        blocks.append(compound_block(table, None if features is None else features.part(position)))
        records += table.column("record").to_pylist()
    return records, _joined(blocks)


def _joined(blocks: list[CompoundBlock]) -> CompoundBlock:
    features = [block.features for block in blocks if block.features is not None]
    return CompoundBlock(
        [text for block in blocks for text in block.smiles],
        np.concatenate([block.fingerprints for block in blocks]),
        np.concatenate([block.properties for block in blocks]),
        type(features[0]).joined(features) if features else None,
    )


def test_the_best_have_the_numbers_of_the_full_model_and_the_rest_those_of_the_stand_in(
    taught_run: ScreenRun, screened: PreparedLibrary, staged_model: Path
) -> None:
    model = load_model(staged_model)
    assert isinstance(model, TrainedModel)
    records, block = compounds(screened)
    full = dict(zip(records, model.predict(block).affinity.tolist()))
    stand_in, _ = read_stand_in(taught_run.folder / STAND_IN)
    guessed = dict(zip(records, stand_in_model(model, stand_in).predict(block).affinity.tolist()))
    rows = all_rows(taught_run)
    assert len(rows) == len(full)
    again = [row for row in rows if FIRST_STAGE not in row["flags"]]
    assert TOP <= len(again) < len(rows)
    # A threshold can fall between two rounded numbers.
    assert {row["record"] for row in again} == {
        record for record, value in guessed.items() if value >= np.float32(stand_in.threshold)
    }
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


def test_the_stand_in_follows_the_model(taught_run: ScreenRun, screened: PreparedLibrary, staged_model: Path) -> None:
    model = load_model(staged_model)
    _, block = compounds(screened)
    stand_in, _ = read_stand_in(taught_run.folder / STAND_IN)
    guess = stand_in_model(model, stand_in).numbers(block)  # type: ignore[arg-type]
    full = model.predict(block).affinity  # type: ignore[union-attr]
    assert np.corrcoef(full, guess)[0, 1] > 0.5
    assert 0 < stand_in.recall <= 1
    assert "recall expected" in (taught_run.folder / "run.log").read_text("utf-8")
    assert f"{stand_in.recall:.1%} of its best are expected" in taught_run.how_scored


@pytest.mark.usefixtures("small")
def test_another_division_of_the_library_gives_the_same_hits(
    tmp_path: Path, taught_run: ScreenRun, screened: PreparedLibrary, other_parts: PreparedLibrary, staged_model: Path
) -> None:
    other = open_library(shutil.copytree(other_parts.folder, tmp_path / "library"))
    if features_of(screened) is not None:
        featurise_library(other)
    found = run_screen(plan_screen(other, staged_model, top=TOP), tmp_path / "run")
    for name in ("hits.parquet", STAND_IN):
        assert (found.folder / name).read_bytes() == (taught_run.folder / name).read_bytes()


@pytest.mark.usefixtures("small")
def test_workers_give_the_same_hits(
    tmp_path: Path, taught_run: ScreenRun, screened: PreparedLibrary, staged_model: Path, two_workers: Client
) -> None:
    other = run_screen(plan_screen(screened, staged_model, top=TOP), tmp_path / "run", client=two_workers)
    for name in ("hits.parquet", STAND_IN):
        assert (other.folder / name).read_bytes() == (taught_run.folder / name).read_bytes()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("stage", "number"), [("learning what the full model prefers", 2), ("scoring", 3)])
def test_it_goes_on_where_it_stopped(
    tmp_path: Path, taught_run: ScreenRun, screened: PreparedLibrary, staged_model: Path, stage: str, number: int
) -> None:
    calls = 0

    class Stop(Exception):
        pass

    def stop(step: Any) -> None:
        nonlocal calls
        calls += step.stage == stage
        if calls == number:
            raise Stop

    plan = plan_screen(screened, staged_model, top=TOP)
    with pytest.raises(Stop):
        run_screen(plan, tmp_path / "run", on_progress=stop)
    resumed = run_screen(plan, tmp_path / "run")
    for name in ("hits.parquet", STAND_IN, "scores/part-000004.parquet"):
        assert (resumed.folder / name).read_bytes() == (taught_run.folder / name).read_bytes()


@pytest.mark.usefixtures("small")
def test_what_was_damaged_is_made_again(
    tmp_path: Path, taught_run: ScreenRun, screened: PreparedLibrary, staged_model: Path
) -> None:
    folder = Path(shutil.copytree(taught_run.folder, tmp_path / "run"))
    (folder / "scores" / "part-000001.parquet").write_bytes(b"")
    (folder / STAND_IN).write_text("{", encoding="utf-8")
    with pytest.raises(FileError, match="same screen command again"):
        read_stand_in(folder / STAND_IN)
    mended = run_screen(plan_screen(screened, staged_model, top=TOP), folder)
    for name in ("hits.parquet", STAND_IN, "scores/part-000001.parquet"):
        assert (mended.folder / name).read_bytes() == (taught_run.folder / name).read_bytes()


def test_a_small_library_is_scored_by_the_full_model_alone(
    tmp_path: Path, screened: PreparedLibrary, staged_model: Path
) -> None:
    run = run_screen(plan_screen(screened, staged_model, top=TOP), tmp_path / "run")
    rows = all_rows(run)
    assert not any(FIRST_STAGE in row["flags"] for row in rows)
    assert not (run.folder / STAND_IN).exists()
    assert json.loads((run.folder / "summary.json").read_text("utf-8"))["stages"] == 1
    assert run.how_scored == ""
    records, block = compounds(screened)
    full = load_model(staged_model).predict(block).affinity  # type: ignore[union-attr]
    assert {row["record"]: row["affinity"] for row in rows} == dict(zip(records, full.tolist()))


def test_stored_features_change_no_number_of_the_full_model(
    library: PreparedLibrary, featurised: PreparedLibrary, staged_model: Path
) -> None:
    model = load_model(staged_model)
    (plain, block), (same, stored) = compounds(library), compounds(featurised)
    assert plain == same
    assert block.features is None
    assert stored.features is not None
    np.testing.assert_array_equal(model.predict(block).affinity, model.predict(stored).affinity)  # type: ignore[union-attr]


@pytest.mark.usefixtures("small")
def test_a_model_of_probabilities_has_a_stand_in_too(
    tmp_path: Path, screened: PreparedLibrary, staged_model: Path, data: Path
) -> None:
    with open(data / "affinities" / "nav17.csv", encoding="utf-8") as stream:
        (tmp_path / "some.csv").write_text("".join(itertools.islice(stream, 61)), encoding="utf-8")
    measured = read_measurements(tmp_path / "some.csv", smiles="smiles", value="pIC50", unit="p")
    threshold = float(np.median(measured.values))
    model = train_activity(measured, threshold, options=TrainOptions(folds=2, inner_folds=2))
    plan = plan_screen(screened, save_model(model, tmp_path / "active.model"), top=TOP)
    run = run_screen(plan, tmp_path / "run")
    records, block = compounds(screened)
    full = dict(zip(records, model.predict(block).affinity.tolist()))
    rows = all_rows(run)
    again = [row for row in rows if FIRST_STAGE not in row["flags"]]
    assert TOP <= len(again) < len(rows) == len(full)
    assert all(row["affinity"] == pytest.approx(full[row["record"]], abs=1e-6) for row in again)
    assert all(0 <= row["lower"] <= row["upper"] <= 1 and 0 <= row["affinity"] <= 1 for row in rows)
    assert run.kind == "probability"


def test_a_run_does_not_go_on_without_the_features_it_was_planned_with(
    tmp_path: Path, featurised: PreparedLibrary, staged_model: Path
) -> None:
    copy = open_library(shutil.copytree(featurised.folder, tmp_path / "library"))
    plan = plan_screen(copy, staged_model, top=TOP)
    assert plan.features is not None
    shutil.rmtree(copy.folder / FOLDER)
    with pytest.raises(LibraryError, match="stored features that the run was planned with"):
        run_screen(plan, tmp_path / "run")
    assert plan_screen(copy, staged_model, top=TOP).features is None
    assert plan_screen(copy, staged_model, top=TOP).key != plan.key


def test_damaged_features_are_refused(tmp_path: Path, featurised: PreparedLibrary, staged_model: Path) -> None:
    copy = open_library(shutil.copytree(featurised.folder, tmp_path / "library"))
    path = sorted((copy.folder / FOLDER / "arrays").glob("*.parquet"))[1]
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(LibraryError, match="damaged or was changed"):
        run_screen(plan_screen(copy, staged_model, top=TOP), tmp_path / "run")


@pytest.mark.usefixtures("small")
def test_the_estimate_counts_both_stages(screened: PreparedLibrary, staged_model: Path) -> None:
    plan = plan_screen(screened, staged_model, top=TOP)
    found = estimate(plan, screened, records=60)
    assert found.records == screened.records
    assert found.cpu_hours * 3600 > found.records / found.records_per_second


def test_the_part_to_keep_holds_the_best_that_errors_let_expect() -> None:
    generator = np.random.default_rng(0)
    guess = generator.normal(size=40_000)
    for spread, most in ((0.1, 1.0), (0.5, 1.0), (2.0, 0.05)):
        errors = generator.normal(scale=spread, size=len(guess))
        truth = guess + errors
        keep, recall = part_to_keep(guess, errors[:10_000], 0.01, most)
        best, kept = np.argsort(-truth)[:400], np.argsort(-guess)[: round(keep * len(guess))]
        found = len(np.intersect1d(best, kept)) / 400
        assert found == pytest.approx(recall, abs=0.04)
        assert keep <= most
        assert recall >= 0.99 or keep == most
    assert part_to_keep(guess, np.zeros(10), 0.3, 0.15)[0] == pytest.approx(0.6)
