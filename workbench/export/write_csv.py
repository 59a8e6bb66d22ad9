"""Hit list to CSV (RFC 4180, UTF-8)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from screening.engine import files
from screening.models.affinity import PREDICTION_DECIMALS
from screening.runs.hits import HIT_SCHEMA
from workbench.export.stamp import Stamp, write_beside


def write(rows: Iterable[pa.RecordBatch], path: Path, stamp: Stamp) -> int:
    """Write the rows to `path` and the manifest beside it; return the number of rows.

    Flags are joined with ``;``. Rows are streamed, so any number of them fits.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full; no file is left then.
    """
    written = 0
    with files.replacing(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HIT_SCHEMA.names)
        for batch in rows:
            for row in batch.to_pylist():
                writer.writerow(map(_text, row.values()))
            written += batch.num_rows
    write_beside(path, stamp)
    return written


def _text(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.{PREDICTION_DECIMALS}f}"
    return ";".join(map(str, value)) if isinstance(value, list) else value
