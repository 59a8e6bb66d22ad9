"""The formats a hit list can be written to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa

from screening.errors import UsageError
from workbench.export import write_csv, write_html, write_parquet, write_sdf
from workbench.export.stamp import Stamp, stamped, write_beside

Writer = Callable[[Iterable[pa.RecordBatch], Path, Stamp], int]

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
    rows: Iterable[pa.RecordBatch], path: Path, stamp: Stamp, *, format_name: str | None = None, overwrite: bool = False
) -> int:
    """Write the rows and, beside them, ``FILE.manifest.json``; return the number of rows.

    Raises
    ------
    UsageError
        If there is no such format, or `path` exists and is no earlier export (then it may be somebody's data).
    StorageError
        If the folder cannot be written or the disk is full.
    """
    _, write = writer_for(path, format_name)
    if path.exists() and not overwrite and not stamped(path):
        raise UsageError(
            "exists and is no earlier export; it was left as it is", source=path, expected="another name, or --force"
        )
    written = write(rows, path, stamp)
    write_beside(path, stamp)
    return written


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
