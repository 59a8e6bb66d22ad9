from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from screening.errors import AffinityDataError, UsageError
from screening.models import classification
from screening.models.activity_model import ActivityModel
from screening.models.affinity import ScoreKind
from screening.models.data.labels import read_labels
from screening.models.data.measurements import AffinityData
from screening.models.rebuild import rebuild_model
from screening.models.storage import load_model, save_model
from screening.models.train import TrainOptions, train_activity
from screening.models.training_set import compound_block

QUICK = TrainOptions(model="gaussian process", folds=3, inner_folds=2)


@pytest.fixture(scope="module")
def active(small: AffinityData) -> ActivityModel:
    return train_activity(small, 7.0, options=QUICK)


def test_probabilities_are_better_than_both_baselines(active: ActivityModel) -> None:
    assert active.kind is ScoreKind.PROBABILITY
    for split in active.card.evaluation.values():
        found = split["classification"]
        for baseline in found["baselines"].values():
            assert found["model"]["brier"] < baseline["brier"]
        assert sum(one["compounds"] for one in found["reliability"]) == found["n"]
        if split["ranking"]:
            own, near = split["ranking"]["this model"], split["ranking"]["nearest neighbour"]
            assert own["roc_auc"] == found["model"]["roc_auc"]
            assert near["roc_auc"] == found["baselines"]["nearest neighbour"]["roc_auc"]
    crossed = active.card.evaluation["random cross-validation"]["classification"]
    assert crossed["model"]["calibration_error"] < 0.1
    assert crossed["model"]["roc_auc"] > crossed["baselines"]["nearest neighbour"]["roc_auc"]


def test_probabilities_rank_as_the_values_do(active: ActivityModel, small: AffinityData) -> None:
    block = compound_block(small.smiles)
    found, values = active.predict(block), active.scorer.predict(block).affinity
    assert ((found.lower <= found.affinity) & (found.affinity <= found.upper)).all()
    assert (found.affinity >= 0).all()
    assert (found.affinity <= 1).all()
    order = np.argsort(values, kind="stable")
    steps = np.diff(found.affinity[order])
    assert (steps[np.diff(values[order]) > 0] > 0).all()


def test_saved_and_rebuilt_it_predicts_the_same(active: ActivityModel, small: AffinityData, tmp_path: Path) -> None:
    save_model(active, tmp_path / "model")
    block = compound_block(small.smiles[:20])
    for other in (load_model(tmp_path / "model"), rebuild_model(tmp_path / "model")):
        assert isinstance(other, ActivityModel)
        for name in ("affinity", "lower", "upper", "similarity"):
            np.testing.assert_array_equal(getattr(other.predict(block), name), getattr(active.predict(block), name))


def test_limits_count_where_they_leave_no_doubt(small: AffinityData) -> None:
    data = dataclasses.replace(
        small,
        values=np.r_[[5.0, 7.0, 8.0, 8.0, 5.0], small.values[5:]],
        limits=np.r_[np.array([-1, -1, -1, 1, 1], dtype=np.int8), small.limits[5:]],
    )
    found = classification.classes(data, 7.0)
    assert found.known[:5].tolist() == [True, True, False, True, False]
    assert found.active[:5].tolist() == [False, False, False, True, False]


def test_too_few_of_a_class_is_one_sentence(small: AffinityData) -> None:
    with pytest.raises(
        AffinityDataError, match=r"0 active and 170 inactive compounds at pIC50 12 .*at least 10 of each"
    ):
        train_activity(small, 12.0, options=QUICK)
    with pytest.raises(UsageError, match="nan is no threshold of activity"):
        train_activity(small, float("nan"), options=QUICK)


def test_rows_without_a_label_are_named_where_a_class_is_too_small(small: AffinityData, tmp_path: Path) -> None:
    words = ["maybe" if row % 2 else "yes" for row in range(len(small))]
    lines = [f"{smiles},{word}" for smiles, word in zip(small.smiles, words)]
    (tmp_path / "l.csv").write_text("\n".join(["smiles,label", *lines]), encoding="utf-8")
    data = read_labels(tmp_path / "l.csv", smiles="smiles", label="label")
    with pytest.raises(AffinityDataError, match=r"0 inactive compounds; 85 rows cannot be used, the first: 'maybe'"):
        train_activity(data, 0.5, options=QUICK)


@pytest.mark.slow
def test_few_actives_are_a_limitation(small: AffinityData) -> None:
    threshold = float(np.sort(small.values)[-15])
    card = train_activity(
        small, threshold, options=TrainOptions(model="nearest neighbours", folds=3, inner_folds=2)
    ).card
    assert any(sentence.startswith("Only 15 actives") for sentence in card.limitations)


@pytest.fixture
def labelled(small: AffinityData, tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    words = [("active" if value >= 7 else "0") for value in small.values]
    rows = [f"{name},{smiles},{word}" for name, smiles, word in zip(small.names, small.smiles, words)]
    rows += [f"again,{small.smiles[0]},{words[0]}", f"torn,{small.smiles[1]},{'0' if words[1] == 'active' else '1'}"]
    rows += ["odd,CCO,perhaps", "broken,C1CC,1"]
    path.write_text("name,smiles,label\n" + "\n".join(rows) + "\n")
    return path


def test_labels_are_merged_and_every_row_is_accounted_for(labelled: Path, small: AffinityData) -> None:
    data = read_labels(labelled, smiles="smiles", label="label", name="name")
    states = data.ledger.column("state").to_pylist()
    assert len(states) == len(small) + 4
    assert states.count("duplicate") == 1
    assert states.count("filtered") == 2
    assert states.count("rejected") == 2
    assert len(data) == len(small) - 1
    assert set(data.values) == {0.0, 1.0}
    reasons = data.ledger.column("reason").to_pylist()
    assert any("'perhaps' is no label" in reason for reason in reasons)
    assert any("2 labels disagree (1 active, 1 inactive)" in reason for reason in reasons)


def test_a_model_of_labels_finds_the_actives(labelled: Path) -> None:
    data = read_labels(labelled, smiles="smiles", label="label", name="name")
    model = train_activity(data, 0.5, options=QUICK)
    assert model.card.data["measured"] == "label"
    assert not any("RMSE" in sentence for sentence in model.card.limitations)
    assert model.card.evaluation["scaffold split"]["classification"]["model"]["roc_auc"] > 0.65
    found = model.predict(compound_block(data.smiles)).affinity
    assert found[data.values == 1].mean() > found[data.values == 0].mean() + 0.3
