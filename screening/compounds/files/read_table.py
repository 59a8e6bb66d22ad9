"""CSV and TSV files with named columns."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator

from screening.compounds.files.columns import Columns, choose, looks_like_smiles, without_header
from screening.compounds.files.record import Notation, RawRecord, distinct_names, extra_cells
from screening.compounds.files.stream import TextFile
from screening.errors import FileError

#: Characters of one cell, and lines of one row: a quote that is never closed must not swallow the file.
MAX_CELL = 2_000_000
MAX_ROW_LINES = 50


def read_table(file: TextFile, columns: Columns) -> Iterator[RawRecord]:
    """Yield a record for each row of a table; the first row names the columns.

    Lines that start with ``# `` before it are comments. A first row that holds a structure is a record already.

    The separator is the one of comma, tab, semicolon and bar that the header holds most of. Rows without any
    cell are no records.

    Raises
    ------
    UsageError
        If no column holds structures.
    FileError
        If a quoted cell never ends.
    """
    lines = file.lines()
    first_line = next((line for line in lines if line.strip() and not line.startswith("# ")), "")
    separator = max(",\t;|", key=first_line.count)
    csv.field_size_limit(MAX_CELL)
    first = [cell.strip() for cell in next(csv.reader([first_line.replace("\r", " ")], delimiter=separator), [])]
    bare = without_header(first, columns)
    if bare is None:
        smiles_at, name_at = choose(first, columns, file.path)
    else:
        smiles_at, name_at = bare
        lines = itertools.chain([first_line], lines)
    names = distinct_names(first if bare is None else [""] * len(first))
    used = {smiles_at, name_at}
    taken: list[str] = []  # lines of the row that is being read
    rows = csv.reader(_counted(lines, taken, file), delimiter=separator)
    number = 0
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            if len(taken) > 1 or "\r" not in taken[0]:
                raise FileError(
                    f"cannot be read as a table ({error})", source=file.path, where=f"after record {number}",
                    expected="every quoted cell to end",
                ) from error  # fmt: skip
            number += 1
            yield RawRecord(number, "", taken[0], Notation.SMILES, "a carriage return outside quotes")
            taken.clear()
            continue
        if row is None:
            return
        if len(taken) > 1:
            _require_closed(taken, separator, smiles_at, len(first), file)
        taken.clear()
        if not any(row):
            continue
        number += 1
        name = row[name_at].strip() if name_at is not None and name_at < len(row) else ""
        if smiles_at >= len(row):
            problem = f"a row of {len(row)} columns, the SMILES is column {smiles_at + 1}"
            yield RawRecord(number, name, separator.join(row), Notation.SMILES, problem, extra_cells(names, row, used))
        else:
            extra = extra_cells(names, row, used)
            yield RawRecord(number, name, row[smiles_at].strip(), Notation.SMILES, "", extra)


def _counted(lines: Iterable[str], taken: list[str], file: TextFile) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        if len(taken) > MAX_ROW_LINES:
            raise _open_quote(file, len(taken))
        yield line + "\n"


def _require_closed(taken: list[str], separator: str, smiles_at: int, width: int, file: TextFile) -> None:
    """Refuse a row of several lines whose quote was never closed, or only by the next one in the file."""
    swallowed = any(
        line.count(separator) == width - 1 and looks_like_smiles(line.split(separator)[smiles_at].strip('"'))
        for line in taken[1:]
    )
    if swallowed or "".join(taken).count('"') % 2:
        raise _open_quote(file, len(taken))


def _open_quote(file: TextFile, lines: int) -> FileError:
    return FileError(
        "a quoted cell that begins here does not end where it should", source=file.path,
        where=f"line {max(1, file.line - lines + 1)}", expected="a closing quote in the same cell",
    )  # fmt: skip
