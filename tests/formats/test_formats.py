"""Files that earlier versions wrote: every one opens, and answers what it answered then."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from screening.engine import estimator_files
from screening.errors import ModelError
from screening.models.pairs.sequence import SequenceModel
from screening.models.storage import bind, load_model, save_model
from screening.models.training_set import compound_block

HERE = Path(__file__).parent
VERSIONS = sorted(folder for folder in HERE.iterdir() if (folder / "expected.json").is_file())
MODELS = [
    pytest.param(folder, name, id=f"{folder.name}-{name}")
    for folder in VERSIONS
    for name in json.loads((folder / "expected.json").read_text("utf-8"))["predictions"]
]


def test_there_are_files_of_the_first_version() -> None:
    assert "0.1" in [folder.name for folder in VERSIONS]


@pytest.mark.parametrize(("folder", "name"), MODELS)
def test_models_predict_what_they_predicted(folder: Path, name: str, tmp_path: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    block = compound_block(expected["smiles"])
    model = load_model(folder / f"{name}.model")
    again = load_model(save_model(model, tmp_path / "again.model"))
    for one in (model, again):
        sequence = one.target_sequences[-1] if isinstance(one, SequenceModel) else None
        found = bind(one, sequence).predict(block)
        for column, values in expected["predictions"][name].items():
            np.testing.assert_allclose(getattr(found, column), values, atol=0.005, err_msg=column)


@pytest.mark.parametrize(("folder", "name"), MODELS)
def test_what_is_written_now_holds_no_module_path(folder: Path, name: str, tmp_path: Path) -> None:
    again = save_model(load_model(folder / f"{name}.model"), tmp_path / "again.model")
    schema = zipfile.ZipFile(again / "model.skops").read("schema.json").decode()
    assert "screening." not in schema
    assert "sklearn." not in schema
    for file in ("card.json", "checksums.json"):
        assert "screening." not in (again / file).read_text("utf-8")


def test_a_file_of_a_later_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_bytes(estimator_files.dumps({"numbers": np.arange(3)}))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(members["schema.json"]) | {"workbench_format": estimator_files.FORMAT + 1}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | {"schema.json": json.dumps(schema).encode()}).items():
            archive.writestr(name, content)
    with pytest.raises(ModelError, match="newer version of the workbench"):
        estimator_files.load(path)


def test_every_named_part_can_be_imported() -> None:
    import importlib

    for module, name in estimator_files.PARTS.values():
        assert hasattr(importlib.import_module(module), name), f"{module}.{name}"
    assert set(estimator_files.FORMAT_1.values()) <= set(estimator_files.PARTS)


def test_an_object_without_a_name_is_not_stored() -> None:
    from fractions import Fraction

    with pytest.raises(ModelError, match="no name in the table of parts"):
        estimator_files.dumps({"one": Fraction(1, 3)})
