"""A family model with a slow kernel of compounds, trained on a part of one panel, and the fast model beside it."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.errors import ModelError
from screening.features.library_features import features_of, featurise_library
from screening.models.affinity import AffinityKind
from screening.models.explain import atom_contributions
from screening.models.pairs.bound_family import BoundFamilyModel
from screening.models.pairs.family.compound_kernel import CompoundKernel
from screening.models.pairs.family.drugs_left_out import Drug
from screening.models.pairs.family_model import FamilyModel
from screening.models.pairs.family_table import FamilyTable, Panel
from screening.models.pairs.selectivity import profile
from screening.models.pairs.train_family import train_family_model
from screening.models.rebuild import rebuild_model
from screening.models.stand_in import StandInModel, read_stand_in
from screening.models.storage import load_model, save_model
from screening.models.training_set import TrainingSet, compound_block
from screening.runs import fit_stand_in
from screening.runs.estimate import estimate
from screening.runs.fit_stand_in import STAND_IN
from screening.runs.hits import FIRST_STAGE
from screening.runs.matrix.many_targets import predict_targets
from screening.runs.plan import plan_screen
from screening.runs.score import compound_block as library_block
from screening.runs.score import stand_in_model
from screening.runs.screen import run_screen

SMALL = {"FEWEST": 0, "RUNS": 12, "RUN": 15, "FIRST": 30, "ROUND": 10, "BATCH": 8, "FEW_RUNS": 12, "LONG_RUN": 15,
         "DRAWN": 60}  # fmt: skip
ERLOTINIB = "COCCOc1cc2ncnc(Nc3cccc(c3)C#C)c2cc1OCCOC"
DRUGS = [Drug("erlotinib", ERLOTINIB, "EGFR")]


@pytest.fixture(scope="module")
def table(data: Path) -> FamilyTable:
    """Return the compounds of Davis and some of the kinases, mutants included."""
    shipped = load_model(data / "models" / "kinome")
    assert isinstance(shipped, FamilyModel)
    rows = np.flatnonzero(np.isfinite(shipped.measured).any(axis=1))
    known = [at for at, one in enumerate(shipped.targets) if np.isfinite(shipped.measured[:, at]).any()]
    named = {name for name in shipped.target_names if name.partition("(")[0] in ("EGFR", "ABL1", "KIT")}
    columns = np.array([at for place, at in enumerate(known) if place % 24 == 0 or shipped.target_names[at] in named])
    values = shipped.measured[np.ix_(rows, columns)].astype(np.float64)
    limits = shipped.measured_limits[np.ix_(rows, columns)]
    old = shipped.training
    compounds = TrainingSet(
        names=[old.names[row] for row in rows],
        smiles=[old.smiles[row] for row in rows],
        identities=[old.identities[row] for row in rows],
        families=[old.families[row] for row in rows],
        fingerprints=old.fingerprints[rows],
        values=np.nanmean(values, axis=1),
        limits=np.zeros(len(rows), dtype=np.int8),
        out_of_fold=np.full(len(rows), np.nan),
    )
    return FamilyTable(
        kind=AffinityKind.PKD, source="Davis et al. 2011", sha256="0" * 64, compounds=compounds,
        targets=tuple(shipped.targets[at] for at in columns), profiles=shipped.profiles, values=values, limits=limits,
        noise=np.full(values.shape, 0.1), panels=(Panel("Davis", "pKd", values, limits),), links=(), floor=5.0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(table: FamilyTable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a model with both kernels."""
    kept = tmp_path_factory.mktemp("fits")
    model = train_family_model(table, title="a few kinases", share=0.5, kept=kept, drugs=DRUGS)
    assert len(list(kept.iterdir())) == 9  # four fits of the fast model, five of the full one
    return save_model(model, tmp_path_factory.mktemp("kinases") / "few.model")


@pytest.fixture(scope="module")
def model(folder: Path) -> FamilyModel:
    found = load_model(folder)
    assert isinstance(found, FamilyModel)
    return found


@pytest.fixture(scope="module")
def bound(model: FamilyModel) -> BoundFamilyModel:
    return model.bind_row(model.row("EGFR"))


@pytest.fixture(scope="module")
def library(data: Path, tmp_path_factory: pytest.TempPathFactory) -> PreparedLibrary:
    """Return two hundred compounds of the NCI set."""
    place = tmp_path_factory.mktemp("library")
    with open(data / "libraries" / "nci.smi", encoding="utf-8") as stream:
        (place / "some.smi").write_text("".join(itertools.islice(stream, 200)), encoding="utf-8")
    return prepare_library([place / "some.smi"], place / "some.library")


@pytest.fixture(scope="module", params=["fast model", "expansion"])
def screened(
    request: pytest.FixtureRequest, library: PreparedLibrary, tmp_path_factory: pytest.TempPathFactory
) -> PreparedLibrary:
    """Return a library without and one with stored features."""
    if request.param == "fast model":
        return library
    copy = shutil.copytree(library.folder, tmp_path_factory.mktemp("featurised") / "library")
    featurise_library(open_library(copy))
    return open_library(copy)


def block_of(library: PreparedLibrary) -> Any:
    rows = library.read_compounds(0).combine_chunks()
    stored = features_of(library)
    return library_block(rows, None if stored is None else stored.part(0))


def test_the_kernel_is_a_mean_of_similarities(model: FamilyModel) -> None:
    kernel = model.kernel
    assert kernel is not None
    block = compound_block(model.training.smiles)
    rows = kernel.rows(block, model.similarity(block.fingerprints))
    np.testing.assert_allclose(np.diag(rows), 1.0, atol=1e-6)
    np.testing.assert_allclose(rows, rows.T, atol=1e-6)
    assert np.linalg.eigvalsh(rows.astype(np.float64)).min() > -1e-4
    only = dataclasses.replace(kernel, share=0.0)
    np.testing.assert_array_equal(only.rows(block, model.similarity(block.fingerprints)), model.known_similarity)
    assert np.abs(rows - model.known_similarity).max() > 0.05


def test_a_stored_model_predicts_as_before_it_was_stored(model: FamilyModel) -> None:
    again = FamilyModel.from_state(model.card, model.training, model.to_state(), model.key)
    assert again.kernel is not None
    assert isinstance(again.kernel, CompoundKernel)
    assert again.first_stage is not None
    block = compound_block([ERLOTINIB, *model.training.smiles[:5]])
    for one, other in ((model, again), (model.first_stage, again.first_stage)):
        assert one is not None
        np.testing.assert_array_equal(one.bind_row(0).predict(block).upper, other.bind_row(0).predict(block).upper)
        assert one.bind_row(0).key == other.bind_row(0).key


def test_features_that_a_library_holds_give_the_same_numbers(bound: BoundFamilyModel, library: PreparedLibrary) -> None:
    block = block_of(library)
    stored = block.with_features()
    found, other = bound.predict(block), bound.predict(stored)
    np.testing.assert_array_equal(found.affinity, other.affinity)
    np.testing.assert_array_equal(found.upper, other.upper)
    alone = bound.predict(block.take(np.array([17])))
    assert alone.affinity[0] == found.affinity[17]


def test_many_targets_at_once_have_the_numbers_of_each_alone(model: FamilyModel, library: PreparedLibrary) -> None:
    block = block_of(library).take(np.arange(40))
    models = model.bind_many(list(range(6)))
    for one, found in zip(models, predict_targets(models, block)):
        right = one.predict(block)
        for name in ("affinity", "lower", "upper", "similarity", "in_domain", "nearest"):
            np.testing.assert_array_equal(getattr(found, name), getattr(right, name))
    shown = profile(model, block, variants=True)
    np.testing.assert_array_equal(shown.affinity[:, 3], models[3].predict(block).affinity)


def test_atoms_are_explained_by_the_fast_model_of_the_same_data(bound: BoundFamilyModel) -> None:
    first = bound.first_stage
    assert first is not None
    assert first.kernel is None
    assert first.first_stage is None
    assert first.key != bound.key
    found = atom_contributions(bound, ERLOTINIB)
    assert np.abs(found).max() > 0.05
    np.testing.assert_array_equal(found, atom_contributions(first, ERLOTINIB))


def test_the_fast_model_is_another_fit_and_agrees(bound: BoundFamilyModel, library: PreparedLibrary) -> None:
    assert bound.first_stage is not None
    block = block_of(library)
    full, fast = bound.predict(block).affinity, bound.first_stage.predict(block).affinity
    assert not np.array_equal(full, fast)
    assert np.corrcoef(full, fast)[0, 1] > 0.5


def test_in_a_screen_the_full_model_scores_what_a_stand_in_puts_highest(
    folder: Path, model: FamilyModel, screened: PreparedLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SMALL.items():
        monkeypatch.setattr(fit_stand_in, name, value)
    sequence = model.targets[model.row("EGFR")].sequence
    target = tmp_path / "egfr.fasta"
    target.write_text(f">egfr\n{sequence}\n")
    plan = plan_screen(screened, folder, target=target, top=20)
    stored = features_of(screened)
    assert (plan.features is None) == (stored is None)
    assert estimate(plan, screened, records=30).cpu_hours > 0
    run = run_screen(plan, tmp_path / "run")
    assert "the full model scored those that a fast stand-in puts highest" in run.how_scored
    bound = model.bind(sequence)
    block = block_of(screened)
    stand_in, _ = read_stand_in(run.folder / STAND_IN)
    assert stand_in.facts()["kind"] == ("fast model" if stored is None else "expansion")
    guessing = stand_in_model(bound, stand_in)
    assert isinstance(guessing, StandInModel)
    right, raw = bound.predict(block), guessing.predict(block)
    guess = bound.reported(raw)
    # Similarity to the training compounds costs little and is exact; only the numbers are guessed.
    np.testing.assert_array_equal(guess.similarity, right.similarity)
    assert (guess.affinity >= np.float32(bound.calibration.floor)).all()
    assert (guess.lower <= guess.affinity).all()
    assert (guess.affinity <= guess.upper).all()
    computed = bound.scorer.predict(block).affinity
    # The expansion is nearly the number itself; bits say less than that.
    assert np.corrcoef(raw.affinity, computed)[0, 1] > (0.7 if stored is None else 0.95)
    numbers = {text: (right.affinity[at], guess.affinity[at]) for at, text in enumerate(block.smiles)}
    rows = run.hits().to_pylist()
    assert len(rows) == 20
    for row in rows:
        here = numbers[row["smiles"]][FIRST_STAGE in row["flags"]]
        assert row["affinity"] == pytest.approx(float(here), abs=1.5e-3)
    assert FIRST_STAGE not in rows[0]["flags"]


def test_the_card_names_what_it_sees_and_how_libraries_are_screened(model: FamilyModel) -> None:
    assert "Morgan counts" in model.card.features
    assert any("fast stand-in" in line for line in model.card.limitations)
    drugs = model.card.evaluation["cold compound"]["drugs left out"]
    assert drugs["erlotinib"]["rank"] >= 1
    assert drugs["compounds_left_out"] >= 1


def test_without_a_share_it_is_the_fast_model_and_nothing_else(
    table: FamilyTable, model: FamilyModel, tmp_path: Path
) -> None:
    plain = train_family_model(table, title="a few kinases", kept=tmp_path, drugs=DRUGS)
    assert len(list(tmp_path.iterdir())) == 5
    assert (plain.kernel, plain.first_stage, plain.uses_features) == (None, None, False)
    assert model.first_stage is not None
    np.testing.assert_array_equal(plain.weights, model.first_stage.weights)
    assert plain.interval == model.first_stage.interval
    assert plain.card.features == ["Morgan radius 2, 2048 bits", "residues of the domain and of the binding site"]
    assert not any("fast stand-in" in line for line in plain.card.limitations)
    block = compound_block([ERLOTINIB, *plain.training.smiles[:5]])
    stage = model.bind_row(3).first_stage
    assert stage is not None
    np.testing.assert_array_equal(plain.bind_row(3).predict(block).affinity, stage.predict(block).affinity)
    again = FamilyModel.from_state(plain.card, plain.training, plain.to_state(), plain.key)
    np.testing.assert_array_equal(plain.bind_row(3).predict(block).lower, again.bind_row(3).predict(block).lower)


def test_it_cannot_be_rebuilt_from_its_folder_and_says_so(folder: Path) -> None:
    with pytest.raises(ModelError, match="is a protein family model, which cannot be trained again"):
        rebuild_model(folder)
