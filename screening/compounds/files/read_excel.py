"""Spreadsheets (.xlsx, .xlsm, .xlsb, .xls, .ods): the first sheet, with named columns."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from screening.compounds.files.columns import Columns, choose, without_header
from screening.compounds.files.record import Notation, RawRecord, distinct_names, extra_cells
from screening.errors import FileError
from screening.provenance import require_file


class ExcelFile:
    """A spreadsheet whose first sheet is read once, row by row."""

    def __init__(self, path: Path) -> None:
        self.path = require_file(path, "a compound file")
        self.consumed = 0

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows as texts, empty cells as empty texts.

        Raises
        ------
        FileError
            If it is no spreadsheet or is damaged.
        """
        try:
            with CalamineWorkbook.from_path(self.path) as book:
                if not book.sheet_names:
                    raise FileError("holds no sheet", source=self.path, expected="a spreadsheet with one")
                for row in book.get_sheet_by_index(0).iter_rows():
                    yield [_text(cell) for cell in row]
        except (CalamineError, OSError) as error:
            raise FileError(
                "is not a readable spreadsheet",
                source=self.path,
                expected="a workbook that opens in a spreadsheet program",
            ) from error
        self.consumed = self.path.stat().st_size


def read_excel(file: ExcelFile, columns: Columns) -> Iterator[RawRecord]:
    """Yield a record for each row of the first sheet below its first row, which names the columns.

    Raises
    ------
    UsageError
        If no column holds structures.
    """
    rows = (row for row in file.rows() if any(row))
    first = next(rows, [])
    bare = without_header(first, columns)
    smiles_at, name_at = bare if bare is not None else choose(first, columns, file.path)
    records = rows if bare is None else itertools.chain([first], rows)
    names = distinct_names(first if bare is None else [""] * len(first))
    used = {smiles_at, name_at}
    for number, row in enumerate(records, start=1):
        yield _record(number, row, smiles_at, name_at)._replace(extra=extra_cells(names, row, used))


def _record(number: int, row: list[str], smiles_at: int, name_at: int | None) -> RawRecord:
    name = row[name_at].strip() if name_at is not None and name_at < len(row) else ""
    return RawRecord(number, name, row[smiles_at].strip() if smiles_at < len(row) else "", Notation.SMILES)


def _text(cell: object) -> str:
    """Return a cell as it is shown: spreadsheets keep whole numbers as floats."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
