"""Fingerprints and descriptors of a part of a library as a table of arrays, small on disk and fast to read.

Every array is one row: its name, the type of its numbers and their bytes. Features that several compounds have are
named once; what a model looks up for them it looks up once for the part.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from screening.compounds.compound import PROPERTIES
from screening.features.count_table import CountTable
from screening.features.descriptors import NAMES, finite
from screening.features.molecule_features import MoleculeFeatures

#: Version of what is stored; part of the key of a library's features.
VERSION = "features-1"

#: Fingerprints that are stored: those the accurate model sees.
STORED = ("Morgan", "atom pair", "long torsion", "feature pair", "feature environment pair", "environment pair")

#: One row per array.
SCHEMA = pa.schema(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("data", pa.binary(), nullable=False),
    ]
)


def to_table(features: MoleculeFeatures) -> pa.Table:
    """Return the features of n compounds as a table (`SCHEMA`); `from_table` reads it back without a difference."""
    arrays = {}
    for name in STORED:
        table = features.tables[name].coded()
        assert table.codes is not None
        arrays[f"{name}/words"] = np.diff(table.words, prepend=np.uint32(0))  # small numbers pack better
        arrays[f"{name}/codes"] = table.codes
        arrays[f"{name}/counts"] = table.counts
        arrays[f"{name}/entries"] = np.diff(table.pointers).astype(np.uint32)
    # The ten properties are in the library already. Column by column, because equal numbers stand in one column.
    arrays["descriptors"] = np.ascontiguousarray(features.descriptors[:, len(PROPERTIES) :].T)
    return pa.table(
        [
            pa.array(list(arrays), pa.string()),
            pa.array([array.dtype.str for array in arrays.values()], pa.string()),
            pa.array([array.tobytes() for array in arrays.values()], pa.binary()),
        ],
        schema=SCHEMA,
    )


def from_table(
    table: pa.Table, first: int, properties: np.ndarray, fingerprints: Sequence[str] = STORED
) -> MoleculeFeatures:
    """Return the features of n compounds out of those that `to_table` stored.

    Parameters
    ----------
    table
        Of `SCHEMA`.
    first
        Where the compounds begin in it.
    properties
        float32, shape (n, 10): those of the same compounds in the prepared library.
    fingerprints
        Those of `STORED` that are wanted, at least one.
    """
    names, types = table.column("name").to_pylist(), table.column("type").to_pylist()
    data = table.column("data")
    arrays = {
        name: np.frombuffer(data[row].as_buffer(), dtype=np.dtype(kind))
        for row, (name, kind) in enumerate(zip(names, types))
    }
    tables = {}
    for name in fingerprints:
        pointers = np.concatenate([[0], np.cumsum(arrays[f"{name}/entries"], dtype=np.int64)])
        words = np.cumsum(arrays[f"{name}/words"], dtype=np.uint32)
        tables[name] = CountTable(pointers, words, arrays[f"{name}/counts"], arrays[f"{name}/codes"])
    count = len(NAMES) - len(PROPERTIES)
    stored = arrays["descriptors"].reshape(count, len(pointers) - 1)[:, first : first + len(properties)]
    descriptors = np.hstack([finite(properties.astype(np.float32)), stored.T])
    if len(properties) < len(pointers) - 1:
        rows = np.arange(first, first + len(properties))
        tables = {name: table.take(rows) for name, table in tables.items()}
    return MoleculeFeatures(tables, descriptors)
