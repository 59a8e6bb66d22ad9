"""Training that is interrupted goes on from the fits it finished, and ends with the same model."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from screening.engine.progress import Progress
from screening.models.data.measurements import AffinityData
from screening.models.train import TrainOptions, train_model
from screening.models.training_set import compound_block

OPTIONS = TrainOptions(model="nearest neighbours")
#: Finished fits; what is being written begins with a dot.
FITS = "[0-9a-f]*"


class _Stop(Exception):
    pass


def _columns(model: object, smiles: list[str]) -> list[np.ndarray]:
    found = model.predict(compound_block(smiles))  # type: ignore[attr-defined]
    return [getattr(found, field.name) for field in dataclasses.fields(found) if field.name != "problems"]


def test_the_same_training_goes_on_where_it_was(small: AffinityData, tmp_path: Path) -> None:
    keep = tmp_path / "model.unfinished"

    def stop(step: Progress) -> None:
        if len(list(keep.glob(FITS))) >= 3:
            raise _Stop

    with pytest.raises(_Stop):
        train_model(small, options=OPTIONS, keep=keep, on_progress=stop)
    before = {path: path.stat().st_mtime_ns for path in keep.glob(FITS)}
    assert len(before) >= 3
    model = train_model(small, options=OPTIONS, keep=keep)
    after = {path: path.stat().st_mtime_ns for path in keep.glob(FITS)}
    assert len(after) == 10  # the final fit, five folds, the split and its three folds
    assert {path: after[path] for path in before} == before
    whole = train_model(small, options=OPTIONS)
    assert model.key == whole.key
    for found, expected in zip(_columns(model, small.smiles), _columns(whole, small.smiles)):
        np.testing.assert_array_equal(found, expected)


def test_damaged_and_foreign_fits_are_not_used(small: AffinityData, tmp_path: Path) -> None:
    keep = tmp_path / "model.unfinished"
    whole = train_model(small, options=OPTIONS, keep=keep)
    names = {path.name for path in keep.glob(FITS)}
    for path in keep.glob(FITS):
        path.write_bytes(path.read_bytes()[:-20])
    again = train_model(small, options=OPTIONS, keep=keep)
    assert again.card.evaluation == whole.card.evaluation
    assert {path.name for path in keep.glob(FITS)} == names
    train_model(small, options=dataclasses.replace(OPTIONS, seed=1), keep=keep)
    assert len({path.name for path in keep.glob(FITS)} - names) >= 6
