"""Excel workbooks (.xlsx): the first sheet, with named columns."""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from screening.compounds.columns import Columns, choose, without_header
from screening.compounds.record import Notation, RawRecord
from screening.errors import FileError
from screening.provenance import require_file

_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class ExcelFile:
    """An Excel workbook whose first sheet is read once, row by row."""

    def __init__(self, path: Path) -> None:
        self.path = require_file(path, "a compound file")
        self.consumed = 0

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows as texts, empty cells as empty texts.

        Raises
        ------
        FileError
            If it is no Excel workbook or is damaged.
        """
        try:
            with zipfile.ZipFile(self.path) as book:
                shared = list(_shared_texts(book))
                sheets = sorted(
                    (name for name in book.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)),
                    key=lambda name: int("".join(filter(str.isdigit, name))),
                )
                if not sheets:
                    raise FileError("holds no sheet", source=self.path, expected="an Excel workbook (.xlsx)")
                with book.open(sheets[0]) as stream:
                    for _, element in ElementTree.iterparse(stream):
                        if element.tag == f"{_SPACE}row":
                            yield _row(element, shared)
                            element.clear()
            self.consumed = self.path.stat().st_size
        except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, EOFError, OSError) as error:
            raise FileError(
                "is not a readable Excel workbook", source=self.path, expected="a workbook saved as .xlsx"
            ) from error


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
    for number, row in enumerate(records, start=1):
        yield _record(number, row, smiles_at, name_at)


def _record(number: int, row: list[str], smiles_at: int, name_at: int | None) -> RawRecord:
    name = row[name_at].strip() if name_at is not None and name_at < len(row) else ""
    return RawRecord(number, name, row[smiles_at].strip() if smiles_at < len(row) else "", Notation.SMILES)


def _shared_texts(book: zipfile.ZipFile) -> Iterator[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return
    with book.open("xl/sharedStrings.xml") as stream:
        for _, element in ElementTree.iterparse(stream):
            if element.tag == f"{_SPACE}si":
                yield "".join(text.text or "" for text in element.iter(f"{_SPACE}t"))
                element.clear()


def _row(element: ElementTree.Element, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in element.iter(f"{_SPACE}c"):
        letters = re.match(r"[A-Z]+", cell.get("r", ""))
        column = _column(letters.group()) if letters else len(cells)
        cells += [""] * (column - len(cells))
        value = cell.find(f"{_SPACE}v")
        if cell.get("t") == "inlineStr":
            text = "".join(part.text or "" for part in cell.iter(f"{_SPACE}t"))
        elif cell.get("t") == "s" and value is not None:
            text = shared[int(value.text or 0)]
        else:
            text = (value.text or "") if value is not None else ""
        cells.append(text)
    return cells


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
