"""Parquet files with a column of SMILES."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from screening.compounds.files.columns import Columns, choose
from screening.compounds.files.record import MAX_EXTRA, Notation, RawRecord, distinct_names
from screening.errors import FileError
from screening.provenance import require_file


class _Lost(str):
    """Stands for a cell that cannot be read; empty, so that elsewhere than among structures it is no text."""


_LOST = _Lost()
_CANNOT = "the structure cannot be read: its part of the file is damaged, or packed far too densely"
#: Rows read at a time, and of a column that is packed as no data of chemists are.
_ROWS, _FEW_ROWS = 4096, 32
#: A column of a row group larger than this, in bytes, is read in few rows where it unpacks to `_DENSE` times its size,
#: and not at all where it unpacks to `_BOMB` times. SMILES pack to a third or an eighth.
_LARGE, _DENSE, _BOMB = 64_000_000, 20, 100


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

    What cannot be read costs as little as can be: a cell that is no UTF-8 its record, a damaged column its cells from
    there to the end of its row group, and a structure column that is damaged the records of these rows, each by number.

    Raises
    ------
    FileError
        If it is no Parquet file.
    UsageError
        If no column holds structures.
    """
    with open_parquet(file.path) as table:
        header = table.schema_arrow.names
        # Repeated texts stay stored once: a small file may repeat one of a megabyte a million times.
        repeated = [field.name for field in table.schema_arrow if _is_text(field.type)]
    with pq.ParquetFile(file.path, read_dictionary=repeated, page_checksum_verification=True) as table:
        flat = _flat_columns(table, header)
        size, total = file.path.stat().st_size, max(1, table.metadata.num_rows)
        sample = [next(_pieces(table, 0, leaf), []) for leaf in flat] if table.num_row_groups else []
        rows = zip(*(cells[:200] for cells in sample)) if sample and all(sample) else ()
        choice = choose(header, [[cell or "" for cell in row] for row in rows], columns, file.path)
        file.understood = choice.told
        others = [at for at in range(len(header)) if at not in (choice.smiles, choice.name) and flat[at] is not None]
        extra_names = [distinct_names(header)[at] for at in others]
        number = 0
        for group in range(table.num_row_groups):
            texts, names, *more = (
                itertools.chain.from_iterable(_pieces(table, group, None if at is None else flat[at]))
                for at in (choice.smiles, choice.name, *others)
            )
            for text, name, *cells in zip(texts, names, *more):
                number += 1
                if text is _LOST:
                    yield RawRecord(number, name or "", "", Notation.SMILES, _CANNOT)
                    continue
                extra = tuple((column, cell[:MAX_EXTRA]) for column, cell in zip(extra_names, cells) if cell)
                yield RawRecord(number, name or "", text or "", Notation.SMILES, "", extra)
                if number % _ROWS == 0:
                    file.consumed = size * number // total
            file.consumed = size * number // total


def _pieces(table: pq.ParquetFile, group: int, leaf: int | None) -> Iterator[list[str | None]]:
    """Yield the cells of a column of a row group, some thousand at a time; None for a column that is not read."""
    left: int = table.metadata.row_group(group).num_rows
    if leaf is not None:
        chunk = table.metadata.row_group(group).column(leaf)
        size, ratio = chunk.total_uncompressed_size, chunk.total_uncompressed_size / max(1, chunk.total_compressed_size)
        rows = _FEW_ROWS if size > _LARGE and ratio > _DENSE else _ROWS
        try:
            if not (size > _LARGE and ratio > _BOMB):
                for batch in table.reader.iter_batches(
                    rows, row_groups=[group], column_indices=[leaf], use_threads=False
                ):
                    cells = texts_of(batch, 0)
                    left -= len(cells)
                    yield cells
        except (OSError, pa.ArrowException):
            pass
    while left > 0:
        yield [None if leaf is None else _LOST] * min(left, _ROWS)
        left -= _ROWS


def _flat_columns(table: pq.ParquetFile, header: list[str]) -> list[int | None]:
    """Return for each column where the file has its values; None for one of lists, of fields or of bytes."""
    paths = [table.schema.column(at).path for at in range(len(table.schema))]
    found: list[int | None] = []
    leaf = 0
    for at, name in enumerate(header):
        if leaf < len(paths) and paths[leaf] == name:
            found.append(leaf if _is_text_or_number(table.schema_arrow.field(at).type) else None)
            leaf += 1
            continue
        found.append(None)
        while leaf < len(paths) and paths[leaf].startswith(f"{name}."):
            leaf += 1
    return found


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _is_text_or_number(kind: pa.DataType) -> bool:
    return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind))


def texts_of(batch: pa.RecordBatch, at: int) -> list[str | None]:
    """Return a column as texts; null where it holds no text or number, and what is no UTF-8 with marks in its place."""
    column = batch.column(at)
    if pa.types.is_dictionary(column.type):
        # A text that stands in many rows is one object.
        places = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        used, back = np.unique(places, return_inverse=True)
        held = _texts(column.dictionary.take(pa.array(used[used >= 0])))
        texts = [None] * int((used < 0).sum()) + held
        return [texts[place] for place in back.tolist()]
    return _texts(column)


def _texts(column: pa.Array) -> list[str | None]:
    if not _is_text_or_number(column.type):
        return [None] * len(column)
    try:
        texts = column if _is_text(column.type) else column.cast(pa.string())
    except pa.ArrowException:  # a type that has no text
        return [None] * len(column)
    try:
        found: list[str | None] = texts.to_pylist()
    except UnicodeDecodeError:
        raw = texts.cast(pa.large_binary() if pa.types.is_large_string(texts.type) else pa.binary())
        found = [None if cell is None else cell.decode("utf-8", "replace") for cell in raw.to_pylist()]
    return found
