"""Parquet files with a column of SMILES."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.compounds.files.columns import Columns, choose
from screening.compounds.files.record import MAX_EXTRA, Notation, RawRecord, distinct_names
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
        others = [at for at in range(len(header)) if at not in (smiles_at, name_at)]
        others = [at for at in others if _is_text_or_number(table.schema_arrow.field(at).type)]
        extra_names = [distinct_names(header)[at] for at in others]
        size, total = file.path.stat().st_size, max(1, table.metadata.num_rows)
        number = 0
        try:
            wanted = [header[at] for at in (smiles_at, name_at, *others) if at is not None]
            for batch in table.iter_batches(batch_size=4096, columns=wanted):
                texts = _texts(batch, header[smiles_at])
                names = _texts(batch, header[name_at]) if name_at is not None else None
                cells = zip(*(_texts(batch, header[at]) for at in others)) if others else itertools.repeat(())
                for row, (text, more) in enumerate(zip(texts, cells)):
                    number += 1
                    name = (names[row] or "") if names else ""
                    extra = tuple((column, cell[:MAX_EXTRA]) for column, cell in zip(extra_names, more) if cell)
                    yield RawRecord(number, name, text or "", Notation.SMILES, "", extra)
                file.consumed = size * number // total
        except (OSError, pa.ArrowException) as error:
            raise FileError(f"is damaged ({type(error).__name__})", source=file.path) from error


def _is_text_or_number(kind: pa.DataType) -> bool:
    return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _texts(batch: pa.RecordBatch, column: str) -> list[str | None]:
    found: list[str | None] = batch.column(column).cast(pa.string()).to_pylist()
    return found
