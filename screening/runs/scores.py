"""How the scores of a batch are stored, and in which order compounds are ranked."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from screening.engine.read_part import read_part, require_intact
from screening.errors import FileError

#: One row per scored compound, in the order of `record`. `nearest` is a row of the run's ``training.parquet``.
#: `full` is False where the number comes from the fast first stage of a model that has one.
SCORE_SCHEMA = pa.schema(
    [
        pa.field("record", pa.int64(), nullable=False),
        pa.field("identity", pa.binary(16), nullable=False),
        pa.field("affinity", pa.float32(), nullable=False),
        pa.field("lower", pa.float32(), nullable=False),
        pa.field("upper", pa.float32(), nullable=False),
        pa.field("in_domain", pa.bool_(), nullable=False),
        pa.field("nearest", pa.int32(), nullable=False),
        pa.field("similarity", pa.float32(), nullable=False),
        pa.field("known", pa.bool_(), nullable=False),
        pa.field("full", pa.bool_(), nullable=False),
    ]
)

#: The rank order: tightest first; equal affinities by identity key, then by record. Numbers of a fast first stage are
#: not on the scale of the full model's, so every compound the full model has scored stands before those it has not.
RANK_ORDER = [("full", "descending"), ("affinity", "descending"), ("identity", "ascending"), ("record", "ascending")]

#: One row per training compound of the model, in the model's order: name, identity key, parent, and what was measured
#: for it (-log10 molar, or as in the training table; null where nothing was) with its limit (0 exact, -1 weaker than,
#: 1 tighter than). Runs of format 0.1 have the first two columns only.
TRAINING_SCHEMA = pa.schema(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("identity", pa.binary(16), nullable=False),
        pa.field("smiles", pa.string(), nullable=False),
        pa.field("value", pa.float32()),
        pa.field("limit", pa.int8(), nullable=False),
    ]
)
#: Metadata of that table: the target the values are of, where it is not quite the one that was screened.
MEASURED_OF = "measured_of"
#: Metadata of that table: which training target the one screened is, in one clause; models of many targets have it.
MATCHED = "matched"


def damaged(path: Path) -> FileError:
    """Say that a file of a run cannot be trusted, and what helps."""
    return FileError("is missing, damaged or was changed; run the same screen command again to mend it", source=path)


def read_run_file(path: Path, *, columns: list[str] | None = None, filters: pc.Expression | None = None) -> pa.Table:
    """Read a part of a run, or some columns and rows of it, after checking it (`screening.engine.read_part`).

    Raises
    ------
    FileError
        If it is missing, damaged or was changed.
    """
    try:
        return read_part(path, columns=columns, filters=filters)
    except FileError as error:
        raise damaged(path) from error


def require_run_file(path: Path) -> None:
    """Check a part of a run that something else is going to read.

    Raises
    ------
    FileError
        If it is missing, damaged or was changed.
    """
    try:
        require_intact(path)
    except FileError as error:
        raise damaged(path) from error
