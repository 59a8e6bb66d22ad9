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
        self.understood = ""


def open_parquet(path: Path) -> pq.ParquetFile:
    """Open a Parquet file.

    Raises
    ------
    FileError
        If it is none or is damaged.
    """
    try:
        return pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise FileError("is not a readable Parquet file", source=path) from error


def read_parquet(file: ParquetFile, columns: Columns) -> Iterator[RawRecord]:
    """Yield a record for each row.

    Raises
    ------
    FileError
        If it is no Parquet file or is damaged.
    UsageError
        If no column holds structures.
    """
    with open_parquet(file.path) as table:
        header = table.schema_arrow.names
        size, total = file.path.stat().st_size, max(1, table.metadata.num_rows)
        number = 0
        try:
            first = next(table.iter_batches(batch_size=200), None)
            sample = [] if first is None else list(zip(*(texts_of(first, at) for at in range(len(header)))))
            choice = choose(header, [[cell or "" for cell in row] for row in sample], columns, file.path)
            file.understood = choice.told
            others = [at for at in range(len(header)) if at not in (choice.smiles, choice.name)]
            others = [at for at in others if _is_text_or_number(table.schema_arrow.field(at).type)]
            extra_names = [distinct_names(header)[at] for at in others]
            for batch in table.iter_batches(batch_size=4096):
                texts = texts_of(batch, choice.smiles)
                names = texts_of(batch, choice.name) if choice.name is not None else None
                cells = zip(*(texts_of(batch, at) for at in others)) if others else itertools.repeat(())
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


def texts_of(batch: pa.RecordBatch, at: int) -> list[str | None]:
    """Return a column as texts; null where it holds no text or number."""
    column = batch.column(at)
    if not _is_text_or_number(column.type):
        return [None] * len(column)
    found: list[str | None] = column.cast(pa.string()).to_pylist()
    return found
