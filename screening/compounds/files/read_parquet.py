"""Parquet files with a column of SMILES."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.compounds.files.columns import Columns, choose
from screening.compounds.files.record import Notation, RawRecord
from screening.errors import FileError
from screening.provenance import require_file


class ParquetFile:
    """A Parquet file that is read once, a few thousand rows at a time; `consumed` counts bytes, estimated by rows."""

    def __init__(self, path: Path) -> None:
        self.path = require_file(path, "a compound file")
        self.consumed = 0


def read_parquet(file: ParquetFile, columns: Columns) -> Iterator[RawRecord]:
    """Yield a record for each row.

    Raises
    ------
    FileError
        If it is no Parquet file or is damaged.
    UsageError
        If no column holds structures.
    """
    try:
        table = pq.ParquetFile(file.path)
    except (OSError, pa.ArrowException) as error:
        raise FileError("is not a readable Parquet file", source=file.path) from error
    with table:
        header = table.schema_arrow.names
        smiles_at, name_at = choose(header, columns, file.path)
        wanted = [header[smiles_at]] + ([header[name_at]] if name_at is not None else [])
        size, total = file.path.stat().st_size, max(1, table.metadata.num_rows)
        number = 0
        try:
            for batch in table.iter_batches(batch_size=4096, columns=wanted):
                texts = batch.column(wanted[0]).cast(pa.string()).to_pylist()
                names = batch.column(wanted[1]).cast(pa.string()).to_pylist() if name_at is not None else None
                for row, text in enumerate(texts):
                    number += 1
                    name = (names[row] or "") if names else ""
                    yield RawRecord(number, name, text or "", Notation.SMILES)
                file.consumed = size * number // total
        except (OSError, pa.ArrowException) as error:
            raise FileError(f"is damaged ({type(error).__name__})", source=file.path) from error
