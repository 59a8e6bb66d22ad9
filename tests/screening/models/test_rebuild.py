from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from screening.errors import ModelError
from screening.models.data.measurements import AffinityData
from screening.models.learning_curve import learning_curve
from screening.models.rebuild import rebuild_model
from screening.models.storage import load_model, save_model
from screening.models.train import TrainOptions, train_model
from screening.models.trained import TrainedModel
from screening.models.training_set import compound_block
from screening.provenance import file_sha256


@pytest.fixture(scope="module")
def quick(small: AffinityData) -> TrainedModel:
    return train_model(small, options=TrainOptions(model="nearest neighbours", title="as it was"))


def test_a_rebuilt_model_is_the_model(quick: TrainedModel, tmp_path: Path) -> None:
    save_model(quick, tmp_path / "old")
    again = rebuild_model(tmp_path / "old")
    block = compound_block(quick.training.smiles[:40])
    np.testing.assert_array_equal(again.predict(block).affinity, quick.predict(block).affinity)
    np.testing.assert_array_equal(again.predict(block).upper, quick.predict(block).upper)
    assert again.card.title == "as it was"
    assert again.card.evaluation == quick.card.evaluation


def test_a_file_of_another_version_is_rebuilt_from_its_card(quick: TrainedModel, tmp_path: Path) -> None:
    """The fitted file is one that nothing here can read; its checksum is right."""
    import json

    from screening.models import storage

    save_model(quick, tmp_path / "old")
    (tmp_path / "old" / "model.skops").write_bytes(b"written by a version of the future")
    seal = json.loads((tmp_path / "old" / "checksums.json").read_text())
    sums = seal["files"] | {"model.skops": file_sha256(tmp_path / "old" / "model.skops")}
    (tmp_path / "old" / "checksums.json").write_text(json.dumps(storage._sealed(seal["key"], sums)))
    with pytest.raises(ModelError, match=r"workbench model rebuild .*old --out NEW"):
        load_model(tmp_path / "old")
    save_model(rebuild_model(tmp_path / "old"), tmp_path / "new")
    block = compound_block(quick.training.smiles[:5])
    found = load_model(tmp_path / "new")
    assert isinstance(found, TrainedModel)
    np.testing.assert_array_equal(found.predict(block).affinity, quick.predict(block).affinity)


def test_a_sequence_model_is_made_by_its_script(data: Path) -> None:
    with pytest.raises(ModelError, match="cannot be trained again from its folder"):
        rebuild_model(data / "models" / "kinome")


def test_more_compounds_help(small: AffinityData) -> None:
    points = learning_curve(small, model="nearest neighbours", fractions=(0.1, 1.0))
    assert points[0].compounds < points[1].compounds
    assert points[1].rmse < points[0].rmse
    assert points[1].spearman > 0.4


@pytest.mark.parametrize(("name", "version"), [("scikit-learn", "0.1"), ("rdkit", "2001.01.1")])
def test_a_model_of_another_version_loads_only_if_its_numbers_hold(
    quick: TrainedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, version: str
) -> None:
    from screening.models import storage

    card = dataclasses.replace(quick.card, versions=quick.card.versions | {name: version})
    old = dataclasses.replace(quick, card=card)
    save_model(old, tmp_path / "holds")
    block = compound_block(quick.training.smiles[:5])
    again = load_model(tmp_path / "holds")
    assert isinstance(again, TrainedModel)
    np.testing.assert_array_equal(again.predict(block).affinity, quick.predict(block).affinity)
    with monkeypatch.context() as patch:
        shifted = [value + 0.1 for value in storage._probe(old)]
        patch.setattr(storage, "_probe", lambda model: shifted)
        save_model(old, tmp_path / "shifts")
        save_model(quick, tmp_path / "same versions")
    with pytest.raises(ModelError, match=rf"other numbers .*{name} {version} then, .* now.*workbench model rebuild"):
        load_model(tmp_path / "shifts")
    load_model(tmp_path / "same versions")
    assert rebuild_model(tmp_path / "shifts").card.versions[name] != version
