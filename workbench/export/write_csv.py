"""Hit list to CSV (RFC 4180, UTF-8)."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from screening.engine import files
from screening.engine.csv_table import CsvTable
from screening.models.affinity import PREDICTION_DECIMALS
from workbench.export.columns import flat
from workbench.export.stamp import Stamp


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the rows to `path` (`screening.engine.csv_table`); return the number of rows.

    Rows are streamed, so any number fits.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full; no file is left then.
    """
    written, rows = 0, flat(rows)
    with files.replacing(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as stream:
        table = CsvTable(stream, rows.schema, decimals=PREDICTION_DECIMALS)
        for batch in rows:
            table.write(batch)
            written += batch.num_rows
    return written
