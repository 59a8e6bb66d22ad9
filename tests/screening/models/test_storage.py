from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.dummy import DummyRegressor

from screening.errors import FileError, ModelError, StorageError
from screening.models import storage
from screening.models.pairs.family_model import FamilyModel
from screening.models.storage import bind, load_model, save_model
from screening.models.trained import TrainedModel
from screening.models.training_set import compound_block
from screening.provenance import file_sha256
from workbench.plots import model_card


@pytest.fixture
def folder(model: TrainedModel, tmp_path: Path) -> Path:
    return save_model(model, tmp_path / "model")


def test_a_loaded_model_predicts_the_same(model: TrainedModel, folder: Path) -> None:
    again = load_model(folder)
    assert isinstance(again, TrainedModel)
    assert (again.key, again.card) == (model.key, type(model.card).from_json(model.card.to_json()))
    block = compound_block([*model.training.smiles[:50], "CCO"])
    one, other = model.predict(block), again.predict(block)
    for name in ("affinity", "lower", "upper", "in_domain", "nearest", "similarity"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert bind(again, None) is again


def test_nothing_in_a_model_is_a_pickle(folder: Path) -> None:
    assert sorted(file.name for file in folder.iterdir()) == [
        "card.json",
        "checksums.json",
        "model.skops",
        "training.parquet",
    ]
    assert b"screening." not in zipfile.ZipFile(folder / "model.skops").read("schema.json")


@pytest.mark.parametrize("name", ["card.json", "model.skops", "training.parquet", "checksums.json"])
def test_tampering_is_refused(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    at = len(content) // 2
    content[at] = ord("7") if content[at] != ord("7") else ord("8")
    (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=rf"{name}.*(was changed|damaged)"):
        load_model(folder)


@pytest.mark.parametrize("name", ["card.json", "model.skops", "training.parquet"])
def test_missing_parts_are_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name}: is missing"):
        load_model(folder)


def test_strange_types_are_refused_even_with_right_checksums(folder: Path) -> None:
    """Whoever can write the checksums too must still not get other code to run."""

    class Strange(DummyRegressor):
        pass

    Strange.__module__ = "os"
    skops.io.dump({"estimator": DummyRegressor(), "call": print}, folder / "model.skops")
    seal = json.loads((folder / "checksums.json").read_text())
    sums = seal["files"] | {"model.skops": file_sha256(folder / "model.skops")}
    (folder / "checksums.json").write_text(json.dumps(storage._sealed(seal["key"], sums)))
    with pytest.raises(ModelError, match="types that are not trusted"):
        load_model(folder)


def test_links_are_followed_to_the_right_bytes_only(folder: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    for path in list(folder.iterdir()):
        path.rename(shared / path.name)
        path.symlink_to(shared / path.name)
    (tmp_path / "link").symlink_to(folder)
    assert load_model(tmp_path / "link").key == load_model(folder).key
    for place, words in (("/dev/zero", "is missing"), ("/etc/passwd", "was changed"), (folder / "none", "is missing")):
        (folder / "card.json").unlink()
        (folder / "card.json").symlink_to(place)
        with pytest.raises(ModelError, match=f"card.json: {words}"):
            load_model(folder)
    (folder / "card.json").unlink()
    os.mkfifo(folder / "card.json")
    with pytest.raises(ModelError, match=r"card\.json: is missing"):
        load_model(folder)


def test_a_card_of_a_stranger_is_text(folder: Path) -> None:
    """Its checksums may be right: whoever can write a card can write them too."""
    hostile = "</title><script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp"
    card = json.loads((folder / "card.json").read_text("utf-8"))
    card["title"] = hostile
    card["data"]["source"] = hostile
    (folder / "card.json").write_text(json.dumps(card), "utf-8")
    seal = json.loads((folder / "checksums.json").read_text())
    sums = seal["files"] | {"card.json": file_sha256(folder / "card.json")}
    (folder / "checksums.json").write_text(json.dumps(storage._sealed(seal["key"], sums)))
    model = load_model(folder)
    assert model.card.title == hostile
    shown = model_card.page(model) + str(getattr(model, "_repr_html_", str)())
    assert "&lt;script&gt;" in shown
    for active in ("<script", "<img", "\u202e"):
        assert active not in shown


def test_places_that_are_no_models(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such model"):
        load_model(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="is not a model"):
        load_model(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ModelError, match="is not a model"):
        load_model(tmp_path / "file")


def test_saving_replaces_a_model_but_nothing_else(model: TrainedModel, folder: Path, tmp_path: Path) -> None:
    save_model(model, folder)
    assert load_model(folder).key == model.key
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "data.txt").write_text("x")
    with pytest.raises(FileError, match="is in the way"):
        save_model(model, tmp_path / "precious")
    assert (tmp_path / "precious" / "data.txt").read_text() == "x"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "precious"]


def test_a_place_that_cannot_be_written(model: TrainedModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError):
        save_model(model, tmp_path / "file" / "model")


def test_the_shipped_kinase_model_is_intact_and_small(data: Path) -> None:
    model = load_model(data / "models" / "kinome")
    assert isinstance(model, FamilyModel)
    assert sum(file.stat().st_size for file in (data / "models" / "kinome").iterdir()) < 15_000_000


def test_a_sequence_model_needs_a_sequence(data: Path) -> None:
    with pytest.raises(ModelError, match="from the sequence of its target"):
        bind(load_model(data / "models" / "kinome"), None)


def test_a_copy_elsewhere_is_the_same_model(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    assert load_model(tmp_path / "copy").key == load_model(folder).key
