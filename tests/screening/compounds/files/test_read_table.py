"""Tables: which columns hold what, and what becomes of odd rows, quotes and headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.errors import FileError, UsageError
from tests.screening.compounds.raw_records import records


def test_columns_asked_for_win_and_missing_ones_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("smiles,other,label\nCC,CCO,x\n")
    assert records(path, smiles="other", name="LABEL")[0][1:3] == ("x", "CCO")
    with pytest.raises(UsageError, match=r"a\.csv: no column 'structure'; expected one of 'smiles', 'other', 'label'"):
        records(path, smiles="structure")
    path.write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match=r"no column looks like SMILES \(columns: 'a', 'b'\)"):
        records(path)


def test_short_rows_and_empty_cells_stay_records(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,smiles\na,CC\nb\nc,\n\nd,CCC,extra\n")
    found = records(path)
    assert [record.number for record in found] == [1, 2, 3, 4]
    assert [record.text for record in found] == ["CC", "b", "", "CCC"]
    assert [bool(record.problem) for record in found] == [False, True, False, False]


def test_a_stray_carriage_return_costs_its_row_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'na\rme,smiles\na,CC\nb\rc,CCO\nd,"C\rC"\ne,CCC\r\n')
    found = records(path)
    assert [record.text for record in found] == ["CC", "b\rc,CCO", "C\rC", "CCC"]
    assert [record.problem for record in found] == ["", "a carriage return outside quotes", "", ""]


def test_an_open_quote_does_not_swallow_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,smiles\na,CC\nb,"CCO\n' + "c,CCCC\n" * 4_000)
    with pytest.raises(FileError, match=r"line 3: a quoted cell that begins here"):
        records(path)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (["CCO,a", 'CCN,"b', *(f"{'C' * n},x" for n in range(4, 300))], 3),  # never closed, many rows
        (["CCO,a", 'CCN,"b', "CCCCO,c", "CCCCN,d"], 3),  # never closed, near the end
        (["CCO,a", 'CCN,"b', "CCCCO,c", '"CCCCN",d', "CCCCCl,e"], 3),  # closed by the next quote
    ],
)
def test_a_quote_that_swallows_rows_is_refused_with_its_line(tmp_path: Path, rows: list[str], line: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["smiles,name", *rows]) + "\n")
    with pytest.raises(FileError, match=rf"line {line}: a quoted cell that begins here"):
        records(path)


def test_cells_of_several_lines_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,smiles,note\na,CCO,"one\ntwo, three\n""four"""\nb,CCN,5" tube\n')
    assert [(record.name, record.text) for record in records(path)] == [("a", "CCO"), ("b", "CCN")]


def test_a_header_whose_words_could_be_smiles_is_a_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for word in ("conc", "Conc", "COOH", "Scoop", "CCCC"):
        path.write_text(f"smiles,{word}\nCCO,12\nCCN,15\n")
        assert [record.text for record in records(path)] == ["CCO", "CCN"]


def test_two_columns_of_the_same_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("smiles,name,smiles\nCCO,a,CCN\n")
    with pytest.raises(UsageError, match="2 columns are named 'smiles'"):
        records(path)
    path.write_text("smiles,x,x\nCCO,a,CCN\n")
    with pytest.raises(UsageError, match="2 columns are named 'x'"):
        records(path, name="x")
