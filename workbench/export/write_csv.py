"""Hit list to CSV (RFC 4180, UTF-8)."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa

from screening.engine import files
from screening.models.affinity import PREDICTION_DECIMALS
from workbench.export.stamp import Stamp

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the rows to `path`; return the number of rows.

    Flags are joined with ``;``. A text that a spreadsheet would run as a formula (one that begins with ``=``,
    ``+``, ``-``, ``@``, a tab or a line break) gets an apostrophe in front. Rows are streamed, so any number fits.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full; no file is left then.
    """
    written = 0
    with files.replacing(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(rows.schema.names)
        for batch in rows:
            for row in batch.to_pylist():
                writer.writerow(map(_text, row.values()))
            written += batch.num_rows
    return written


def _text(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.{PREDICTION_DECIMALS}f}"
    text = ";".join(map(str, value)) if isinstance(value, list) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text
