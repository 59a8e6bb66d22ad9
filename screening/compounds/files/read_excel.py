"""Spreadsheets (.xlsx, .xlsm, .xlsb, .xls, .ods): the first sheet that holds structures."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from screening.compounds.files.columns import Columns
from screening.compounds.files.read_table import records_of_table
from screening.compounds.files.record import RawRecord
from screening.compounds.files.table import HEADER_AMONG, Row, Table, header_at, open_table
from screening.errors import FileError, UsageError
from screening.provenance import require_file


class ExcelFile:
    """A spreadsheet that is read once, row by row."""

    def __init__(self, path: Path) -> None:
        self.path = require_file(path, "a compound file")
        self.consumed = 0
        self.understood = ""

    def sheets(self) -> list[str]:
        """Return the names of the sheets."""
        with self._book() as book:
            return list(book.sheet_names)

    def rows(self, sheet: int = 0) -> Iterator[Row]:
        """Yield the rows of a sheet that have any cell, as texts.

        Raises
        ------
        FileError
            If it is no spreadsheet or is damaged.
        """
        try:
            with self._book() as book:
                if not book.sheet_names:
                    raise FileError("holds no sheet", source=self.path, expected="a spreadsheet with one")
                for line, row in enumerate(book.get_sheet_by_index(sheet).iter_rows(), start=1):
                    cells = [_text(cell) for cell in row]
                    if any(cell.strip() for cell in cells):
                        yield Row(line, cells)
        except (CalamineError, OSError) as error:
            raise self._unreadable() from error
        self.consumed = self.path.stat().st_size

    def best_sheet(self) -> Iterator[Row]:
        """Yield the rows of the first sheet in which a column is called SMILES, else of the first sheet."""
        for sheet in range(len(self.sheets())):
            top = list(itertools.islice(self.rows(sheet), HEADER_AMONG))
            at = header_at(top, Columns())
            if at is not None and any("smiles" in cell.lower() for cell in top[at].cells):
                yield from self.rows(sheet)
                return
        yield from self.rows(0)

    def table(self, columns: Columns) -> Table:
        """Return the table of the first sheet whose columns can be chosen.

        Raises
        ------
        UsageError
            If none has a column of structures, or the first one with several is not told which.
        """
        refused: UsageError | None = None
        sheets = self.sheets()
        for sheet in range(max(1, len(sheets))):
            try:
                return open_table(self.rows(sheet), columns, self.path)
            except UsageError as error:
                refused = refused or error
        assert refused is not None
        raise refused

    def _book(self) -> CalamineWorkbook:
        try:
            return CalamineWorkbook.from_path(self.path)
        except (CalamineError, OSError) as error:
            raise self._unreadable() from error

    def _unreadable(self) -> FileError:
        return FileError(
            "is not a readable spreadsheet", source=self.path, expected="a workbook that opens in a spreadsheet program"
        )


def read_excel(file: ExcelFile, columns: Columns) -> Iterator[RawRecord]:
    """Yield a record for each row of the first sheet with structures, below the row that names the columns.

    Raises
    ------
    UsageError
        If no column holds structures.
    """
    table = file.table(columns)
    file.understood = table.choice.told
    yield from records_of_table(table)


def _text(cell: object) -> str:
    """Return a cell as it is shown: spreadsheets keep whole numbers as floats."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
