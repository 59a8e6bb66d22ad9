"""Work out once what the accurate models see of a prepared library, and keep it beside the compounds.

The folder, inside that of the library::

    LIBRARY/features/ features.json  arrays/part-000123.parquet  receipts/

A screen with an accurate model finds it there. Parts are those of the library, row for row.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from rdkit import rdBase

from screening.compounds.compound import PROPERTIES
from screening.compounds.library.prepared_library import COMPOUNDS, PreparedLibrary, read_part
from screening.engine import files, parts
from screening.engine.batches import Batch, run_batches
from screening.engine.lock import folder_lock
from screening.engine.progress import OnProgress, Progress
from screening.engine.splittable import Tables
from screening.errors import LibraryError
from screening.features import stored_features
from screening.features.molecule_features import molecule_features
from screening.provenance import content_key

if TYPE_CHECKING:
    from distributed import Client

FOLDER, FACTS, ARRAYS = "features", "features.json", "arrays"


@dataclasses.dataclass(frozen=True)
class LibraryFeatures:
    """What is stored of a library: folder, and a key that decides every number in it."""

    folder: Path
    key: str

    def part(self, index: int) -> tuple[str, str]:
        """Return path and SHA-256 of a part, counted as in the library.

        Raises
        ------
        LibraryError
            If it is missing, or others were stored in its place meanwhile.
        """
        receipt = parts.read_receipt(self.folder, index, verify=False)
        # The receipt first: who stores other features says so before the first new receipt is there.
        facts, finished = _read_facts(self.folder)
        if receipt is None or facts is None or not finished or content_key(facts) != self.key:
            raise LibraryError(
                "are missing, or others than the run was planned with", source=self.folder, where=f"part {index}",
                expected="those of: workbench library featurise LIBRARY",
            )  # fmt: skip
        made = receipt.parts[ARRAYS]
        return str(self.folder / made.path), made.sha256


@dataclasses.dataclass(frozen=True)
class FeatureTask:
    """A part of a prepared library: path and SHA-256 of its compounds."""

    compounds: str
    sha256: str


def feature_batch(task: FeatureTask) -> Tables:
    """Work out the features of a part."""
    compounds = read_part(task.compounds, task.sha256)
    smiles = compounds.column("smiles").to_pylist()
    found = molecule_features(smiles, stored_features.STORED, properties_of(compounds))
    return {ARRAYS: stored_features.to_table(found)}


def properties_of(compounds: pa.Table) -> np.ndarray:
    """Return the properties of library rows (`COMPOUND_SCHEMA`), float32, shape (n, 10)."""
    found = np.empty((compounds.num_rows, len(PROPERTIES)), np.float32)
    for column, name in enumerate(PROPERTIES):
        found[:, column] = compounds.column(name).to_numpy()
    return found


def featurise_library(
    library: PreparedLibrary, *, client: Client | None = None, on_progress: OnProgress | None = None
) -> LibraryFeatures:
    """Store the features of a prepared library; go on where a killed call stopped; return at once if it is done.

    Parameters
    ----------
    library
        The library; its folder gets another one inside.
    client
        Dask client whose workers see the same files; None works in this process.
    on_progress
        Called with every step forward.

    Raises
    ------
    LibraryError
        If the library was damaged.
    RunLockedError
        If another process does it now.
    StorageError
        If the folder cannot be written or the disk is full.
    """
    folder = library.folder.absolute() / FOLDER
    with folder_lock(folder):
        facts = _facts(library)
        if _read_facts(folder)[0] not in (None, facts):
            shutil.rmtree(folder / ARRAYS, ignore_errors=True)
            shutil.rmtree(folder / parts.RECEIPTS, ignore_errors=True)
        if _read_facts(folder) != (facts, True):
            _write_facts(folder, facts, finished=False)
        done = 0
        for receipt in run_batches(feature_batch, _tasks(library), folder, client=client):
            done += library.parts[receipt.index].rows
            if on_progress is not None:
                on_progress(Progress("features", done, library.compounds, "compounds"))
        files.sweep(folder)
        _write_facts(folder, facts, finished=True)
    return LibraryFeatures(folder, content_key(facts))


def features_of(library: PreparedLibrary) -> LibraryFeatures | None:
    """Return the stored features of a library, None if there are none, or of another version of them."""
    folder, facts = library.folder.absolute() / FOLDER, _facts(library)
    return LibraryFeatures(folder, content_key(facts)) if _read_facts(folder) == (facts, True) else None


def _read_facts(folder: Path) -> tuple[dict[str, str] | None, bool]:
    """Return what the features in a folder are, and whether they are finished."""
    try:
        raw = dict(json.loads((folder / FACTS).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None, False
    return {name: value for name, value in raw.items() if name != "finished"}, raw.get("finished") is True


def _write_facts(folder: Path, facts: dict[str, str], *, finished: bool) -> None:
    files.write_text(folder / FACTS, json.dumps({**facts, "finished": finished}, indent=2) + "\n")


def _facts(library: PreparedLibrary) -> dict[str, str]:
    # Where the parts of a library end is not in its key.
    layout = content_key([part.rows for part in library.parts])
    return {"library": library.key, "parts": layout, "version": stored_features.VERSION, "rdkit": rdBase.rdkitVersion}


def _tasks(library: PreparedLibrary) -> Iterator[Batch]:
    for position, part in enumerate(library.parts):
        yield Batch(position, FeatureTask(str(part.compounds.absolute()), part.sha256[COMPOUNDS]))
