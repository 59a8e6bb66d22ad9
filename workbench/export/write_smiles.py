"""Hit list to a SMILES file: one compound a line, SMILES and name with a tab between."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from screening.compounds.files.smiles_extension import smiles_line
from screening.engine import files
from workbench.export.columns import plain_text
from workbench.export.stamp import Stamp


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the rows to `path`; return the number of rows. A compound without a name is called by its id.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full; no file is left then.
    """
    written = 0
    with files.replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as stream:
        for batch in rows:
            names = batch.column("name").to_pylist()
            for smiles, name, key in zip(batch.column("smiles").to_pylist(), names, batch.column("id").to_pylist()):
                stream.write(smiles_line(smiles, plain_text(name) or key))
            written += batch.num_rows
    return written
