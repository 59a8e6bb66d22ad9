from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

import numpy as np
import pytest

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.errors import AffinityDataError, ModelError
from screening.models import explain
from screening.models.actives_model import ActivesModel
from screening.models.affinity import Predictions, ScoreKind, meaning
from screening.models.estimators.similarity_to_actives import VIEWS, SimilarityToActives, pooled, views_of
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.rebuild import rebuild_model
from screening.models.storage import load_model, save_model
from screening.models.train_actives import train_actives
from screening.models.training_set import compound_block

ACTIVES = [f"CC(C)NCC(O)COc1ccc({end})cc1" for end in ("CC(N)=O", "CCOC", "COCCOC(C)C", "Cl", "C(C)=O")]
RELATIVE = "CC(C)NCC(O)COc1cccc2ccccc12"  # propranolol


@pytest.fixture(scope="module")
def background(data: Path) -> list[str]:
    return [line.split()[0] for line in (data / "libraries" / "nci.smi").read_text().splitlines()[1000:1300]]


@pytest.fixture(scope="module")
def rest(background: list[str], tmp_path_factory: pytest.TempPathFactory) -> PreparedLibrary:
    """The background, and among it a stereoisomer of an active."""
    folder = tmp_path_factory.mktemp("rest")
    (folder / "rest.smi").write_text("\n".join([*background, "CC(C)NC[C@H](O)COc1ccc(Cl)cc1"]) + "\n")
    return prepare_library(folder / "rest.smi", folder / "library")


@pytest.fixture(scope="module")
def model(rest: PreparedLibrary, tmp_path_factory: pytest.TempPathFactory) -> ActivesModel:
    folder = tmp_path_factory.mktemp("actives")
    (folder / "blockers.smi").write_text("".join(f"{text} b{at}\n" for at, text in enumerate(ACTIVES)))
    with (folder / "blockers.smi").open("a") as stream:
        stream.write(f"Cl.{ACTIVES[0]} salt\n")  # one active drawn again as a salt
    return train_actives(prepare_library(folder / "blockers.smi", folder / "library"), rest)


def columns(found: Predictions) -> list[np.ndarray]:
    return [getattr(found, field.name) for field in dataclasses.fields(found) if field.name != "problems"]


def test_relatives_of_the_actives_come_first(model: ActivesModel, background: list[str]) -> None:
    found = model.predict(compound_block([RELATIVE, *background[:100]]))
    assert found.affinity.argmax() == 0
    assert found.affinity[0] > 3
    assert found.in_domain[0]
    assert abs(float(found.affinity[1:].mean())) < 0.5
    assert (found.lower <= found.affinity).all()
    assert (found.affinity <= found.upper).all()


def test_it_says_that_it_is_no_affinity(model: ActivesModel) -> None:
    assert model.kind is ScoreKind.RANK
    assert "no affinity" in meaning(model.kind).scale
    assert model.card.data["compounds"] == len(ACTIVES)
    assert model.card.data["states"]["duplicate"] == 1
    found = model.card.evaluation["each active left out"]["ranking"]
    assert found["this model"]["roc_auc"] > 0.9
    assert set(found) == {"threshold", "this model", "similarity search"}


def test_the_stereoisomer_of_an_active_is_no_background(model: ActivesModel, rest: PreparedLibrary) -> None:
    assert model.card.data["background_compounds"] == rest.compounds - 1


def test_alone_in_a_batch_saved_and_pickled_it_predicts_the_same(model: ActivesModel, tmp_path: Path) -> None:
    block = compound_block([*ACTIVES, RELATIVE, "C", "[Na+].[Cl-]", "CCO"])
    whole = columns(model.predict(block))
    for row in (0, 5, 7):
        alone = model.predict(compound_block([block.smiles[row]]))
        for one, straight in zip(columns(alone), whole):
            np.testing.assert_array_equal(one, straight[[row]])
    save_model(model, tmp_path / "model")
    for other in (load_model(tmp_path / "model"), pickle.loads(pickle.dumps(model))):
        for one, straight in zip(columns(other.predict(block)), whole):
            np.testing.assert_array_equal(one, straight)
    with pytest.raises(ModelError, match="known actives model, which cannot be trained again"):
        rebuild_model(tmp_path / "model")


def test_the_score_is_the_definition(background: list[str]) -> None:
    """Standardised, pooled similarity in each view, computed here one molecule at a time."""
    model = SimilarityToActives.fit(ACTIVES, background)
    tables, rest, asked = views_of(ACTIVES), views_of(background), views_of([RELATIVE])
    from screening.models.estimators.kernels import minmax

    parts = []
    for view in range(len(VIEWS)):
        near = np.sort(minmax(asked[view], tables[view])[0])[::-1]
        behind = pooled(minmax(rest[view], tables[view]))
        parts.append((0.5 * near[0] + 0.5 * near[:5].mean() - behind.mean()) / behind.std())
    assert model.scores([RELATIVE])[0, 0] == pytest.approx(np.mean(parts))


def test_atoms_that_actives_share_get_the_credit(model: ActivesModel) -> None:
    smiles = "CC(C)NCC(O)COc1cccc2ccccc12"
    found = explain.atom_contributions(model, smiles)
    assert found[:9].mean() > 2 * found[14:].mean()


def test_the_similarity_search_beside_it_is_the_plain_one(model: ActivesModel) -> None:
    index = FingerprintIndex(model.training.fingerprints)
    found = model.predict(compound_block([RELATIVE]))
    assert found.similarity[0] == pytest.approx(
        index.similarity(compound_block([RELATIVE]).fingerprints).max(), abs=1e-3
    )


def test_too_few_actives_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "two.smi").write_text("CCO a\nCCO b\nCCN c\nnonsense d\n")
    library = prepare_library(tmp_path / "two.smi", tmp_path / "l")
    with pytest.raises(
        AffinityDataError, match=r"2 distinct usable compounds among 4 records .*at least 3 known actives"
    ):
        train_actives(library, library)
    (tmp_path / "three.smi").write_text("CCO a\nCCNC b\nCCN c\n")
    three = prepare_library(tmp_path / "three.smi", tmp_path / "t")
    with pytest.raises(AffinityDataError, match=r"three.smi: 0 background compounds"):
        train_actives(three, three)


def test_salts_alone_are_no_actives(tmp_path: Path) -> None:
    (tmp_path / "salts.smi").write_text("[Na+].[Cl-] salt\n[K+].[Br-] other\n[Li+].[F-] third\nCCO ethanol\n")
    library = prepare_library(tmp_path / "salts.smi", tmp_path / "l")
    with pytest.raises(AffinityDataError, match=r"3 of 4 known actives hold no carbon, the first is 'salt'"):
        train_actives(library, library)
