"""Every estimator of the catalog keeps the same promises."""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

import numpy as np
import pytest

from screening.models.affinity import AffinityKind, CompoundBlock, Predictions
from screening.models.data.measurements import AffinityData, data_from_arrays
from screening.models.estimators import catalog
from screening.models.storage import load_model, save_model
from screening.models.train import TrainOptions, train_model
from screening.models.trained import TrainedModel
from screening.models.training_set import compound_block

SMILES = [f"{ring}{'C' * n}{end}" for ring in ("c1ccccc1", "C1CCNCC1", "c1ccncc1") for n in (1, 2, 3) for end in "ONFS"]
STRANGERS = ["C", "[Na+].[Cl-]", "OC1OC(CO)C(O)C(O)C1O", "B(O)(O)c1ccccc1", "CC[N+](C)(C)C"]


@pytest.fixture(scope="module")
def measured() -> AffinityData:
    """A made structure-activity relationship: affinity grows with the chain, amines are best."""
    values = [4.5 + 0.6 * text.count("C") + (1.0 if text.endswith("N") else 0.0) for text in SMILES]
    noise = np.random.default_rng(0).normal(0, 0.1, len(values))
    return data_from_arrays(SMILES, np.array(values) + noise, kind=AffinityKind.PKI, source="made")


@pytest.fixture(scope="module", params=list(catalog.MODELS))
def trained(request: pytest.FixtureRequest, measured: AffinityData) -> TrainedModel:
    return train_model(measured, options=TrainOptions(model=request.param, folds=3, inner_folds=2))


def columns(found: Predictions) -> list[np.ndarray]:
    return [getattr(found, field.name) for field in dataclasses.fields(found) if field.name != "problems"]


def rows_of(block: CompoundBlock, rows: list[int]) -> CompoundBlock:
    return CompoundBlock([block.smiles[row] for row in rows], block.fingerprints[rows], block.properties[rows])


def test_shapes_types_and_order_of_the_interval(trained: TrainedModel) -> None:
    block = compound_block(SMILES + STRANGERS)
    found = trained.predict(block)
    assert [column.shape for column in columns(found)] == [(len(block),)] * 6
    assert [column.dtype.kind for column in columns(found)] == list("fffbif")
    assert all(np.isfinite(column).all() for column in columns(found))
    assert (found.lower < found.affinity).all()
    assert (found.affinity < found.upper).all()


def test_one_compound_is_predicted_as_in_a_batch(trained: TrainedModel) -> None:
    block = compound_block((SMILES + STRANGERS) * 2)
    whole = columns(trained.predict(block))
    for row in (0, len(SMILES) + 1, len(block) - 1):
        for alone, straight in zip(columns(trained.predict(rows_of(block, [row]))), whole):
            np.testing.assert_array_equal(alone, straight[[row]])
    order = list(np.random.default_rng(0).permutation(len(block)))
    for mixed, straight in zip(columns(trained.predict(rows_of(block, order))), whole):
        np.testing.assert_array_equal(mixed, straight[order])


def test_a_compound_with_a_missing_property_is_named_and_harms_no_other(trained: TrainedModel) -> None:
    block = compound_block(SMILES)
    properties = block.properties.copy()
    properties[3, 1], properties[7, 0] = np.nan, np.inf
    found = trained.predict(CompoundBlock(block.smiles, block.fingerprints, properties))
    assert found.problems == {3: "a property is missing", 7: "a property is missing"}
    assert np.flatnonzero(~np.isfinite(found.affinity)).tolist() == [3, 7]
    whole = trained.predict(block)
    others = [row for row in range(len(block)) if row not in (3, 7)]
    np.testing.assert_array_equal(found.affinity[others], whole.affinity[others])
    np.testing.assert_array_equal(found.upper[others], whole.upper[others])


def test_saved_loaded_and_pickled_models_predict_the_same(trained: TrainedModel, tmp_path: Path) -> None:
    save_model(trained, tmp_path / "model")
    block = compound_block(SMILES[:9] + STRANGERS)
    expected = columns(trained.predict(block))
    for other in (load_model(tmp_path / "model"), pickle.loads(pickle.dumps(trained))):
        assert isinstance(other, TrainedModel)
        for new, old in zip(columns(other.predict(block)), expected):
            np.testing.assert_array_equal(new, old)
        assert (other.first_stage is None) == (trained.first_stage is None)


def test_training_again_gives_the_same_numbers(trained: TrainedModel, measured: AffinityData) -> None:
    estimator = catalog.MODELS[trained.card.estimator["name"]](0)
    block = compound_block(measured.smiles)
    share = trained.card.estimator["parameters"].get("share")
    if share is not None:
        estimator.set_params(share=share)
    again = dataclasses.replace(trained, estimator=estimator.fit(estimator.inputs(block), measured.values))
    np.testing.assert_array_equal(again.predict(block).affinity, trained.predict(block).affinity)


def test_it_learns_what_it_is_shown(trained: TrainedModel, measured: AffinityData) -> None:
    """Fitted values follow the made relationship better than its mean does, for every estimator."""
    found = trained.predict(compound_block(measured.smiles))
    assert np.corrcoef(found.affinity, measured.values)[0, 1] > 0.5
    first = trained.card.evaluation["random cross-validation"]
    assert first["model"]["n"] == len(measured)


def test_a_slow_model_has_a_fast_first_stage_of_the_same_data(trained: TrainedModel) -> None:
    name = trained.card.estimator["name"]
    if name not in catalog.FIRST_STAGE:
        assert trained.first_stage is None
        return
    assert trained.first_stage is not None
    assert 0 < trained.first_stage_keep <= 0.2
    assert trained.first_stage.training_identities == trained.training_identities
    assert trained.first_stage.key != trained.key
    assert any("stand-in" in sentence for sentence in trained.card.limitations)
