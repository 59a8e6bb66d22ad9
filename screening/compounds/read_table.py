"""CSV and TSV files with named columns."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator

from screening.compounds.columns import Columns, choose, without_header
from screening.compounds.record import Notation, RawRecord
from screening.compounds.stream import TextFile
from screening.errors import FileError

#: Characters of one cell; a quote that is never closed ends here instead of swallowing the file.
MAX_CELL = 2_000_000


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
    first = [cell.strip() for cell in next(csv.reader([first_line], delimiter=separator), [])]
    bare = without_header(first, columns)
    if bare is None:
        smiles_at, name_at = choose(first, columns, file.path)
    else:
        smiles_at, name_at = bare
        lines = itertools.chain([first_line], lines)
    rows = csv.reader((line + "\n" for line in lines), delimiter=separator)
    number = 0
    try:
        for row in rows:
            if not any(row):
                continue
            number += 1
            name = row[name_at].strip() if name_at is not None and name_at < len(row) else ""
            if smiles_at >= len(row):
                problem = f"a row of {len(row)} columns, the SMILES is column {smiles_at + 1}"
                yield RawRecord(number, name, separator.join(row), Notation.SMILES, problem)
            else:
                yield RawRecord(number, name, row[smiles_at].strip(), Notation.SMILES)
    except csv.Error as error:
        raise FileError(
            f"cannot be read as a table ({error})", source=file.path, where=f"after record {number}",
            expected="every quoted cell to end",
        ) from error  # fmt: skip
