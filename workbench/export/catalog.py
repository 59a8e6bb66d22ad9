"""The formats a hit list can be written to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa

from screening.compounds.inchi import with_inchikeys
from screening.errors import UsageError
from screening.runs.hits import HIT_SCHEMA
from workbench.export import write_csv, write_html, write_parquet, write_sdf
from workbench.export.stamp import Stamp, stamped, write_beside

Writer = Callable[[pa.RecordBatchReader, Path, Stamp], int]

#: Format name, which is also the file suffix, to its writer.
EXPORTS: dict[str, Writer] = {
    "csv": write_csv.write,
    "sdf": write_sdf.write,
    "html": write_html.write,
    "parquet": write_parquet.write,
}

#: Formats that hold every row in one page a person opens; the rest stream and take any number.
PAGES = frozenset({"html"})


def write_hits(
    rows: Iterable[pa.RecordBatch],
    path: Path,
    stamp: Stamp,
    *,
    format_name: str | None = None,
    overwrite: bool = False,
    inchikey: bool = False,
) -> int:
    """Write the rows and, beside them, ``FILE.manifest.json``; return the number of rows.

    Parameters
    ----------
    rows
        Rows of ``HIT_SCHEMA``, in rank order.
    path
        File to write.
    stamp
        Where the rows come from.
    format_name
        A key of `EXPORTS`; by the suffix of `path` when left out.
    overwrite
        Write over a file that is no earlier export.
    inchikey
        Add a column with the standard InChIKey; it takes about 0.3 ms a compound.

    Raises
    ------
    UsageError
        If there is no such format, or `path` exists and is no earlier export (then it may be somebody's data).
    StorageError
        If the folder cannot be written or the disk is full.
    """
    name, write = writer_for(path, format_name)
    if inchikey and name in PAGES:
        raise UsageError("a page has no column for InChIKeys", source=path, expected="csv, sdf or parquet")
    if path.exists() and not overwrite and not stamped(path):
        raise UsageError(
            "exists and is no earlier export; it was left as it is", source=path, expected="another name, or --force"
        )
    written = write(_with_inchikeys(rows) if inchikey else _reader(HIT_SCHEMA, rows), path, stamp)
    write_beside(path, stamp)
    return written


def _reader(schema: pa.Schema, rows: Iterable[pa.RecordBatch]) -> pa.RecordBatchReader:
    return pa.RecordBatchReader.from_batches(schema, rows)


def _with_inchikeys(rows: Iterable[pa.RecordBatch]) -> pa.RecordBatchReader:
    schema = with_inchikeys(HIT_SCHEMA.empty_table()).schema
    tables = (with_inchikeys(pa.Table.from_batches([batch])) for batch in rows)
    return _reader(schema, (batch for table in tables for batch in table.to_batches()))


def writer_for(path: Path, format_name: str | None) -> tuple[str, Writer]:
    """Return the format and its writer, by name or else by the suffix of `path`.

    Raises
    ------
    UsageError
        If there is no such format.
    """
    name = (format_name or path.suffix.removeprefix(".")).lower()
    if name not in EXPORTS:
        raise UsageError(f"{name!r} is no export format", source=path, expected=" or ".join(EXPORTS))
    return name, EXPORTS[name]
