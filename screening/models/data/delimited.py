"""Read a CSV or TSV file of measurements, whatever encoding a spreadsheet gave it."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from screening.errors import FileError, UsageError
from screening.provenance import require_file

_SUFFIXES = (".csv", ".tsv", ".txt", ".tab")
_MAGIC = {
    b"PK\x03\x04": "a ZIP or Excel file",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF file",
    b"\xd0\xcf\x11\xe0": "an Excel file",
}


def read_text(path: str | os.PathLike[str]) -> str:
    """Return the text of a plain, gzip- or zstd-compressed file; UTF-8, UTF-16 with a mark, or else Latin-1.

    Raises
    ------
    FileError
        If it is missing, empty, a directory, truncated or no text.
    """
    file = require_file(path, "a CSV or TSV file")
    try:
        raw = file.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
        elif raw[:4] == b"\x28\xb5\x2f\xfd":
            import zstandard

            raw = zstandard.ZstdDecompressor().decompressobj().decompress(raw)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError("is compressed and cut short or damaged", source=file, expected="a whole file") from error
    except OSError as error:
        raise FileError(f"cannot be read ({error.strerror or error})", source=file) from error
    except Exception as error:
        if type(error).__module__.startswith("zstandard"):
            raise FileError("is compressed and damaged", source=file, expected="a whole file") from error
        raise
    for magic, what in _MAGIC.items():
        if raw.startswith(magic):
            raise FileError(f"holds {what}", source=file, expected="CSV or TSV text")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "latin-1"]
    text = None
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or "\0" in text:
        raise FileError("holds binary data", source=file, expected="CSV or TSV text")
    if not text.strip():
        raise FileError("is empty", source=file, expected="a header line and measurements")
    return text


def delimiter_of(path: str | os.PathLike[str], header: str) -> str:
    """Return the delimiter: by what the header line holds, and in doubt by the suffix."""
    counts = {mark: header.count(mark) for mark in ("\t", ",", ";")}
    best = max(counts, key=lambda mark: counts[mark])
    if counts[best]:
        return best
    return "\t" if ".tsv" in Path(path).suffixes or ".tab" in Path(path).suffixes else ","


def read_rows(path: str | os.PathLike[str], columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Yield (line number, values of `columns`) for each row, or (line number, what is wrong with the row).

    Raises
    ------
    FileError
        If the file cannot be read as text.
    UsageError
        If a column is not there; the message lists those that are.
    """
    text = read_text(path)
    lines = text.splitlines()
    first = next(line for line in lines if line.strip())
    csv.field_size_limit(1 << 24)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(path, first), strict=True)
    header = _header(path, reader)
    wanted = {}
    for column in columns:
        if column not in header:
            there = ", ".join(name for name in header[:30] if name)
            raise UsageError(f"has no column {column!r}", source=path, expected=f"one of its columns: {there}")
        if header.count(column) > 1:
            raise UsageError(f"has {header.count(column)} columns named {column!r}", source=path, expected="one")
        wanted[column] = header.index(column)
    good = reader.line_num
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) <= max(wanted.values()):
                yield reader.line_num, f"the row has {len(row)} columns where the header has {len(header)}"
                continue
            yield reader.line_num, {name: row[at].strip() for name, at in wanted.items()}
            good = reader.line_num
    except csv.Error as error:
        problem = f"is not readable as CSV ({error})"
        if "unexpected end of data" in str(error):
            problem = "a quote is opened and never closed, so the rest of the table cannot be told apart"
        raise FileError(problem, source=path, where=f"line {good + 1}") from error


def _header(path: str | os.PathLike[str], reader: Iterator[list[str]]) -> list[str]:
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                return [cell.strip() for cell in row]
    except csv.Error as error:
        raise FileError(f"has a header that is not readable as CSV ({error})", source=path) from error
    raise FileError("is empty", source=path, expected="a header line and measurements")
