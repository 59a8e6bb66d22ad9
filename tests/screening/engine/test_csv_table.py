"""One writer of CSV: what is written reads back, row for row, whatever the names hold, and no cell is a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas
import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import open_files
from screening.engine.csv_table import CsvTable, cell_text, write_csv

HOSTILE = [
    "plain", "a\rb", "a\r\nb", "a\nb", "a\u2028b", "a\x85b", "a\x0bb\x0cc", "tab\there", "\ttab", "\rreturn", "\nline",
    "=1+1", "+1", "-1", "-(2-butyl)", "@SUM(A1)", "  =1+1", "＝1+1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0",
    'quote"inside', '"quoted"', '""', "comma,inside", "semi;colon", "'apostrophe", "'=1", "\\", "back\\slash\\n",
    "\x1b[31mred", "ev\u202eil", "zero\u200bwidth", "nul\x00byte", "NA", "null", "nan", "True", "1e5", "0012",
    "# comment", "", "µ-opioid α", "名前", "\ufeffbom", "x" * 1500,
]  # fmt: skip


@pytest.fixture
def table() -> pa.Table:
    count = len(HOSTILE)
    return pa.table(
        {
            "smiles": ["C" * (index + 1) + "O" for index in range(count)],
            "name": HOSTILE,
            "value": pa.array(np.linspace(-3, 3, count), pa.float32()),
            "=column": HOSTILE[::-1],
        }
    )


@pytest.fixture
def path(table: pa.Table, tmp_path: Path) -> Path:
    found = tmp_path / "table.csv"
    with open(found, "w", newline="", encoding="utf-8") as stream:
        write_csv(stream, table)
    return found


def test_a_row_is_a_line(path: Path) -> None:
    content = path.read_bytes()
    assert content.count(b"\n") == len(HOSTILE) + 1
    assert b"\r" not in content
    assert not any(byte < 32 and byte != 10 for byte in content)


def test_pythons_csv_reads_it_back(path: Path) -> None:
    with open(path, newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows] == list(map(cell_text, HOSTILE))
    assert [row["'=column"] for row in rows] == [cell_text(name) for name in reversed(HOSTILE)]
    assert [float(row["value"]) for row in rows] == pytest.approx(np.linspace(-3, 3, len(HOSTILE)), rel=1e-5)


def test_pandas_reads_it_back(path: Path) -> None:
    for engine in ("c", "python"):
        read = pandas.read_csv(path, keep_default_na=False, dtype=str, engine=engine)
        assert list(read["name"]) == list(map(cell_text, HOSTILE))
        assert len(read.columns) == 4


def test_pyarrow_reads_it_back(path: Path) -> None:
    options = pa_csv.ConvertOptions(column_types={"name": pa.string()}, strings_can_be_null=False)
    read = pa_csv.read_csv(path, convert_options=options)
    assert read.column("name").to_pylist() == list(map(cell_text, HOSTILE))
    assert pa.types.is_floating(read.schema.field("value").type)


def test_our_reader_reads_it_back(path: Path, table: pa.Table) -> None:
    records = list(open_files([path], Columns())[0].records())
    assert [record.text for record in records] == table.column("smiles").to_pylist()
    assert [record.name for record in records] == [cell_text(name).strip() for name in HOSTILE]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_is_a_formula(name: str) -> None:
    assert cell_text(name).lstrip()[:1] not in tuple("=+-@＝＋－＠")
    assert cell_text(cell_text(name)) == cell_text(name)


def test_numbers_stay_numbers_and_say_their_decimals() -> None:
    fields = [
        pa.field("a", pa.float64(), metadata={"decimals": "1"}), pa.field("b", pa.float32()), pa.field("c", pa.int64()),
        pa.field("d", pa.bool_()), pa.field("e", pa.list_(pa.string())), pa.field("f", pa.string()),
    ]  # fmt: skip
    columns = [
        [-1.25, None, float("nan")],
        [0.1, 2.0, 3e9],
        [-4, None, 6],
        [True, False, None],
        [["=x", "y"], [], None],
    ]
    rows = pa.table([*map(pa.array, columns), pa.array([None, "-", "x"])], schema=pa.schema(fields))
    stream = io.StringIO()
    CsvTable(stream, rows.schema, decimals=2).write(rows)
    assert stream.getvalue().splitlines() == [
        "a,b,c,d,e,f", "-1.2,0.10,-4,true,'=x; y,", ",2.00,,false,,-", ",3000000000.00,6,,,x",
    ]  # fmt: skip
