"""Save and load models: JSON, Parquet and skops, each with its checksum; never pickle.

A model is a folder::

    MODEL/
      card.json          what it is
      model.skops        fitted estimators and arrays
      training.parquet   the compounds it was trained on
      checksums.json     format, key and the SHA-256 of each of the other files

Loading checks every checksum first, and then builds only parts that `screening.engine.estimator_files` names, so a file
from a stranger cannot run code. A model made with other versions of the packages in `NUMBER_MAKERS` is asked about its
first training compounds again, and is loaded only if it answers as it did.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from screening.engine import estimator_files
from screening.engine.files import storage_error
from screening.engine.read_part import table_of
from screening.engine.replace_folder import recovered, replacing_folder
from screening.errors import FileError, ModelError, StorageError
from screening.models.actives_model import ActivesModel
from screening.models.activity_model import ActivityModel
from screening.models.affinity import AffinityModel
from screening.models.card import FORMAT, ModelCard
from screening.models.pairs.family_model import FamilyModel
from screening.models.pairs.sequence import SequenceModel
from screening.models.trained import TrainedModel
from screening.models.training_set import TrainingSet, compound_block
from screening.provenance import as_path, content_key, package_versions

SavedModel = TrainedModel | SequenceModel | FamilyModel | ActivesModel | ActivityModel

#: What a card calls a type of model to its class.
MODEL_TYPES: dict[str, Any] = {
    "one target": TrainedModel,
    "sequence": SequenceModel,
    "protein family": FamilyModel,
    "known actives": ActivesModel,
    "active or inactive": ActivityModel,
}

#: Packages that can change what a fitted model predicts.
NUMBER_MAKERS = ("rdkit", "numpy", "scikit-learn", "lightgbm")

_PROBED, _PROBE_TOLERANCE = 5, 0.005

#: Files of a model folder.
CARD, _STATE, TRAINING, _CHECKSUMS = "card.json", "model.skops", "training.parquet", "checksums.json"


def save_model(model: SavedModel, path: str | os.PathLike[str]) -> Path:
    """Write a model folder in one step; an older model there is replaced, and is there whole until then.

    Raises
    ------
    FileError
        If something that is not a model is in the way.
    StorageError
        If the folder cannot be written or the disk is full.
    """
    folder = require_place(path)
    content = {
        CARD: model.card.to_json().encode(),
        _STATE: estimator_files.dumps(model.to_state() | {"probe": _probe(model)}),
        TRAINING: _parquet(model.training.to_table()),
    }
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    content[_CHECKSUMS] = (json.dumps(_sealed(model.key, sums), indent=2, sort_keys=True) + "\n").encode()
    with replacing_folder(folder) as fresh:
        for name, data in content.items():
            (fresh / name).write_bytes(data)
    return folder


def require_place(path: str | os.PathLike[str]) -> Path:
    """Check that a model can be written to `path`, before the work of training one.

    Raises
    ------
    FileError
        If something that is not a model is in the way.
    StorageError
        If the folder above it cannot be made or written.
    """
    folder = as_path(path, "a model folder")
    recovered(folder)
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or (folder / _CHECKSUMS).exists())):
        raise FileError("is in the way and is not a model", source=folder, expected="a new folder or an older model")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder.parent):
            pass
    except OSError as error:
        raise storage_error(error, folder) from error
    return folder


def load_model(path: str | os.PathLike[str]) -> SavedModel:
    """Read a model folder.

    Raises
    ------
    FileError
        If there is none.
    ModelError
        If it is incomplete, was changed after it was written, or holds types that are not trusted.
    """
    folder = as_path(path, "a model folder")
    key, content = _checked(folder)
    card = ModelCard.from_json(content[CARD].decode(), source=folder / CARD)
    training = TrainingSet.from_table(table_of(content[TRAINING]))
    state = _load(folder / _STATE, content[_STATE])
    if card.model_type not in MODEL_TYPES:
        raise ModelError(
            f"is a model of the type {card.model_type!r}", source=folder, expected=f"one of {', '.join(MODEL_TYPES)}"
        )
    model: SavedModel = MODEL_TYPES[card.model_type].from_state(card, training, state, key)
    _require_same_numbers(model, state.get("probe") or [], folder)
    return model


def _probe(model: SavedModel) -> list[float]:
    """Return what the model predicts for its first training compounds; nothing for one that needs a sequence."""
    if isinstance(model, SequenceModel | FamilyModel):
        return []
    return [float(value) for value in model.predict(compound_block(model.training.smiles[:_PROBED])).affinity]


def _require_same_numbers(model: SavedModel, probe: list[float], folder: Path) -> None:
    """Check that a model made with other versions of the packages that make its numbers still makes the same.

    Raises
    ------
    ModelError
        If it does not.
    """
    here, made = package_versions(), model.card.versions
    other = [name for name in NUMBER_MAKERS if name in made and made[name] != here.get(name)]
    if not other or not probe:
        return
    found = np.array(_probe(model))
    if len(found) != len(probe) or not np.allclose(found, probe, atol=_PROBE_TOLERANCE, rtol=0, equal_nan=True):
        named = ", ".join(f"{name} {made[name]} then, {here.get(name, 'none')} now" for name in other)
        raise ModelError(
            f"predicts other numbers than when it was made ({named});"
            f" `workbench model rebuild {folder} --out NEW` trains it again from its card",
            source=folder,
        )


def bind(model: SavedModel, sequence: str | None) -> AffinityModel:
    """Return the model of one target: a sequence model is bound to `sequence`, another ignores it.

    Raises
    ------
    ModelError
        If a sequence is needed and missing, or is of no protein the model knows anything about.
    """
    if isinstance(model, SequenceModel | FamilyModel):
        if not sequence:
            raise ModelError(
                "the model predicts from the sequence of its target, and none is given",
                source=model.card.title,
                expected="a target with a protein chain",
            )
        return model.bind(sequence)
    return model


def require_one_target(model: SavedModel, path: str | os.PathLike[str]) -> TrainedModel | ActivesModel | ActivityModel:
    """Return the model if it predicts without a sequence.

    Raises
    ------
    ModelError
        If it is a sequence model.
    """
    if isinstance(model, SequenceModel | FamilyModel):
        raise ModelError(
            "is a sequence model, which predicts for a target only", source=path, expected="a model of one target"
        )
    return model


def verify(folder: str | os.PathLike[str]) -> str:
    """Check the checksums of a model folder and return its key.

    Raises
    ------
    FileError, ModelError
        If it is not there, not a model, incomplete or changed.
    """
    return _checked(Path(folder))[0]


def _checked(folder: Path) -> tuple[str, dict[str, bytes]]:
    """Return the key of a model and its files, each read once: what is checked and what is loaded are the same bytes.

    A model that is being replaced just then gives files of both, or none; so a second look follows the first.
    """
    try:
        return _read(folder)
    except (FileError, ModelError):
        return _read(folder)


def _read(folder: Path) -> tuple[str, dict[str, bytes]]:
    recovered(folder)
    if not folder.exists():
        raise FileError("no such model", source=folder, expected="a folder made by `workbench train`")
    if not folder.is_dir() or not (folder / _CHECKSUMS).is_file():
        raise ModelError("is not a model", source=folder, expected="a folder made by `workbench train`")
    try:
        seal = json.loads((folder / _CHECKSUMS).read_text("utf-8"))
        sums, key = dict(seal["files"]), str(seal["key"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("is damaged", source=folder / _CHECKSUMS, expected="checksums as JSON") from error
    if seal != _sealed(key, sums) or set(sums) != {CARD, _STATE, TRAINING}:
        raise ModelError("was changed after the model was written or is of another format", source=folder / _CHECKSUMS)
    content = {}
    for name, expected in sums.items():
        if not (folder / name).is_file():  # a device or a pipe, too, would never end
            raise ModelError("is missing from the model", source=folder / name)
        try:
            content[name] = (folder / name).read_bytes()
        except OSError as error:
            raise ModelError(f"cannot be read ({error.strerror})", source=folder / name) from error
        if hashlib.sha256(content[name]).hexdigest() != expected:
            raise ModelError(
                "was changed after the model was written (its checksum differs), it is not loaded", source=folder / name
            )
    return key, content


def _sealed(key: str, sums: dict[str, str]) -> dict[str, Any]:
    return {"format": FORMAT, "key": key, "files": sums, "seal": content_key([FORMAT, key, sums])}


def _load(path: Path, content: bytes) -> dict[str, Any]:
    from sklearn.exceptions import InconsistentVersionWarning

    try:
        with warnings.catch_warnings():
            # scikit-learn warns of every estimator of another version; whether the numbers hold is checked instead.
            warnings.simplefilter("ignore", InconsistentVersionWarning)
            state: dict[str, Any] = estimator_files.load(path, content)
    except (ModelError, StorageError):
        raise
    except Exception as error:
        raise ModelError(
            f"cannot be loaded with the packages installed here ({type(error).__name__}: {error});"
            f" `workbench model rebuild {path.parent} --out NEW` trains it again from its card",
            source=path,
        ) from error
    return state


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", compression_level=9)
    return sink.getvalue()
