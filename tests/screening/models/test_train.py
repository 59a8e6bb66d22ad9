from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from screening.engine.progress import Progress
from screening.errors import AffinityDataError, UsageError
from screening.models.affinity import AffinityKind, CompoundBlock, Predictions
from screening.models.data.measurements import AffinityData, data_from_arrays, read_measurements
from screening.models.estimators.similarity_ensemble import SimilarityEnsemble
from screening.models.train import TrainOptions, train_model
from screening.models.trained import TrainedModel
from screening.models.training_set import compound_block


def part(block: CompoundBlock, rows: np.ndarray) -> CompoundBlock:
    return CompoundBlock([block.smiles[row] for row in rows], block.fingerprints[rows], block.properties[rows])


def columns(found: Predictions) -> list[np.ndarray]:
    return [getattr(found, field.name) for field in dataclasses.fields(found) if field.name != "problems"]


def test_the_card_tells_errors_beside_baselines(model: TrainedModel, small: AffinityData) -> None:
    assert model.kind is AffinityKind.PIC50
    for split in ("scaffold split", "random cross-validation"):
        found = model.card.evaluation[split]
        assert found["model"]["rmse"] < found["baselines"]["training mean"]["rmse"]
        assert set(found["baselines"]) == {"training mean", "nearest neighbour"}
        assert {"n", "rmse", "mae", "r2", "spearman"} <= set(found["model"])
        assert 0.5 < found["interval"]["coverage"] <= 1
    assert model.card.evaluation["scaffold split"]["leakage"]["exact"] == 0
    assert model.card.evaluation["random cross-validation"]["model"]["n"] == len(small)
    assert sum(model.card.data["states"].values()) == model.card.data["rows"]


def test_predicts_the_same_alone_and_in_any_company(model: TrainedModel) -> None:
    block = compound_block([*model.training.smiles, "C", "CCO", "c1ccccc1Br"] * 4)
    assert len(block) > SimilarityEnsemble.block_rows
    whole = columns(model.predict(block))
    order = np.random.default_rng(0).permutation(len(block))
    for mixed, straight in zip(columns(model.predict(part(block, order))), whole):
        np.testing.assert_array_equal(mixed, straight[order])
    for row in (0, 5, len(block) - 1):
        for alone, straight in zip(columns(model.predict(part(block, np.array([row])))), whole):
            np.testing.assert_array_equal(alone, straight[[row]])


def test_training_compounds_are_their_own_nearest(model: TrainedModel) -> None:
    found = model.predict(compound_block(model.training.smiles))
    assert (found.similarity == 1).all()
    assert found.in_domain.all()
    same = model.training.fingerprints[found.nearest] == model.training.fingerprints
    assert same.all()
    assert (found.lower < found.affinity).all()
    assert (found.affinity < found.upper).all()


def test_strangers_are_out_of_domain_with_wider_intervals(model: TrainedModel) -> None:
    known = model.predict(compound_block(model.training.smiles))
    strange = model.predict(compound_block(["CCCCCCCCCCCCCCCC", "OC1OC(CO)C(O)C(O)C1O", "[Na+].[Cl-]"]))
    assert not strange.in_domain.any()
    assert np.median(strange.upper - strange.lower) > np.median(known.upper - known.lower)


def test_no_compounds(model: TrainedModel) -> None:
    found = model.predict(CompoundBlock([], np.zeros((0, 256), np.uint8), np.zeros((0, 10), np.float32)))
    assert all(len(column) == 0 for column in columns(found))


def test_training_again_gives_the_same_model(model: TrainedModel, small: AffinityData) -> None:
    steps: list[Progress] = []
    again = train_model(small, options=TrainOptions(model="fast"), on_progress=steps.append)
    assert again.key == model.key
    for new, old in zip(
        columns(again.predict(compound_block(small.smiles))), columns(model.predict(compound_block(small.smiles)))
    ):
        np.testing.assert_array_equal(new, old)
    assert steps[-1].done == steps[-1].total


def test_three_compounds_are_too_few(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("smiles,value\nCCO,5\nCCN,50\nCCC,500\n")
    with pytest.raises(
        AffinityDataError, match=r"few.csv: 3 compounds with an exact value left of 3 rows .* at least 20"
    ):
        train_model(read_measurements(path, smiles="smiles", value="value", unit="nM"))


def test_constant_values_teach_nothing() -> None:
    data = data_from_arrays(["C" * n for n in range(1, 40)], np.full(39, 6.5), kind=AffinityKind.PKI, source="flat")
    with pytest.raises(AffinityDataError, match=r"all 39 values are nearly the same \(6.50 to 6.50\)"):
        train_model(data)


def test_one_scaffold_falls_back_to_a_random_split_and_says_so(small: AffinityData) -> None:
    generator = np.random.default_rng(0)
    smiles = [f"c1ccc({'C' * (n % 8 + 1)})c({'O' * (n % 2)}{'C' * (n // 8 + 1)})c1" for n in range(60)]
    data = data_from_arrays(smiles, 6 + generator.normal(size=60), kind=AffinityKind.PKI)
    trained = train_model(data, options=TrainOptions(model="fast"))
    assert trained.card.evaluation["scaffold split"]["how"].startswith("random")
    assert any("new scaffolds" in sentence for sentence in trained.card.limitations)


def test_unknown_model(small: AffinityData) -> None:
    with pytest.raises(UsageError, match="there is no model 'oracle'; expected one of ensemble, fast"):
        train_model(small, options=TrainOptions(model="oracle"))
