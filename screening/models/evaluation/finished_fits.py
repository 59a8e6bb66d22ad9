"""Fits that are finished stay finished: training that was interrupted goes on where it was.

Every fit is one file, named by a key of what it was fitted to, with what, and what it then predicted. Whoever trains
the same model again in the same place finds it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from screening.engine import estimator_files, files
from screening.errors import ModelError, StorageError
from screening.models.evaluation.evaluate import Held
from screening.provenance import content_key

#: Raised whenever the same fit would come out in another way.
_METHOD = 4
#: What is kept of the predictions of a fit.
_FIELDS = tuple(field.name for field in dataclasses.fields(Held))


class FinishedFits:
    """Fits of one model to one data set.

    Parameters
    ----------
    folder
        Where they are kept; None keeps nothing.
    what
        JSON values that name the data, the model and its options.
    """

    def __init__(self, folder: Path | None, what: dict[str, Any]) -> None:
        self._folder, self._what = folder, what

    def held(self, train: np.ndarray, test: np.ndarray, make: Callable[[], Held]) -> Held:
        """Return the predictions for `test` by a fit to `train` (bool, shape (n,)); made if they are not there."""
        path = self._path(train, test, ".npz")
        if path is None:
            return make()
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
                return Held(*(stored[name] for name in _FIELDS))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):  # absent or damaged: made again
            made = make()
        sink = io.BytesIO()
        np.savez(sink, **{name: getattr(made, name) for name in _FIELDS})
        self._keep(path, sink.getvalue())
        return made

    def estimator(self, train: np.ndarray, make: Callable[[], Any]) -> Any:
        """Return the estimator fitted to `train`; made if it is not there."""
        path = self._path(train, np.zeros(0, dtype=bool), ".skops")
        if path is None:
            return make()
        if path.is_file():
            try:
                return estimator_files.load(path)
            except (ModelError, StorageError, OSError, ValueError, KeyError, TypeError, AttributeError, EOFError,
                    zipfile.BadZipFile):  # fmt: skip
                pass
        made = make()
        self._keep(path, estimator_files.dumps(made))
        return made

    def _path(self, train: np.ndarray, test: np.ndarray, ending: str) -> Path | None:
        if self._folder is None:
            return None
        sides = [hashlib.sha256(np.packbits(mask).tobytes()).hexdigest() for mask in (train, test)]
        key = content_key([_METHOD, self._what, len(train), *sides])
        return self._folder / f"{key[:32]}{ending}"

    @staticmethod
    def _keep(path: Path, content: bytes) -> None:
        files.write_bytes(path, content)


def kept_beside(model: Path) -> Path:
    """Return the folder of the finished fits of a model that will be written to `model`."""
    return model.with_name(f"{model.name}.unfinished")


def forget(folder: Path) -> None:
    """Delete the fits of a model that is complete."""
    shutil.rmtree(folder, ignore_errors=True)
