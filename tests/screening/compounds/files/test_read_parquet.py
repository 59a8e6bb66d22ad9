"""Parquet: a bad cell costs its record, a damaged column its cells, and no small file the memory of the machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import open_files
from screening.compounds.files.record import RawRecord
from tests.screening.compounds.files import test_memory

SMILES = ["C" * (1 + row % 9) + "O" for row in range(9000)]


def read(path: Path) -> list[RawRecord]:
    return [record for file in open_files([path], Columns()) for record in file.records()]


def write(path: Path, columns: dict[str, pa.Array], **options: object) -> Path:
    pq.write_table(pa.table(columns), path, **options)
    return path


@pytest.mark.parametrize("dictionary", [True, False])
def test_rows_are_read_in_order(tmp_path: Path, dictionary: bool) -> None:
    more = [None if row % 3 == 0 else f"v{row % 5}" for row in range(9000)]
    columns = {
        "smiles": pa.array(SMILES), "name": pa.array([f"n{row}" for row in range(9000)], pa.large_string()),
        "vendor.id": pa.array(more), "tags": pa.array([["a"]] * 9000), "mass": pa.array(range(9000)),
    }  # fmt: skip
    found = read(write(tmp_path / "a.parquet", columns, row_group_size=5000, use_dictionary=dictionary))
    assert [record.text for record in found] == SMILES
    assert [record.number for record in found] == list(range(1, 9001))
    assert found[7].name == "n7"
    assert found[7].extra == (("vendor.id", "v2"), ("mass", "7"))
    assert found[9].extra == (("mass", "9"),)


def test_a_cell_that_is_no_text_costs_its_record(tmp_path: Path) -> None:
    raw = pa.array([b"CCO", b"C\xff\xfeO", None, b"CCN"], pa.binary())
    bad = pa.Array.from_buffers(pa.string(), 4, raw.buffers())
    spans = pa.array([1, 2, 3, 4], pa.duration("s"))
    found = read(write(tmp_path / "a.parquet", {"smiles": bad, "age": spans}, use_dictionary=False))
    assert [record.text for record in found] == ["CCO", "C\ufffd\ufffdO", "", "CCN"]
    assert all(len(record.extra) <= 1 for record in found)


@pytest.mark.parametrize("damaged", ["smiles", "vendor"])
def test_a_damaged_column_costs_its_cells(tmp_path: Path, damaged: str) -> None:
    path = tmp_path / "a.parquet"
    columns = {"smiles": pa.array(SMILES), "vendor": pa.array([f"v{row}" for row in range(9000)])}
    write(path, columns, row_group_size=3000, use_dictionary=False, write_page_checksum=True)
    with pq.ParquetFile(path) as table:
        chunk = table.metadata.row_group(1).column(table.schema_arrow.names.index(damaged))
    content = bytearray(path.read_bytes())
    middle = chunk.data_page_offset + chunk.total_compressed_size // 2
    content[middle : middle + 40] = b"\xff" * 40
    path.write_bytes(bytes(content))
    found = read(path)
    assert len(found) == 9000
    whole = [record for record in found if not 3000 < record.number <= 6000]
    hit = [record for record in found if 3000 < record.number <= 6000]
    assert [record.text for record in whole] == SMILES[:3000] + SMILES[6000:]
    assert all(record.extra for record in whole)
    if damaged == "vendor":
        assert [record.text for record in hit] == SMILES[3000:6000]
        assert not any(record.extra for record in hit)
    else:
        assert {record.problem for record in hit} == {
            "the structure cannot be read: its part of the file is damaged, or packed far too densely"
        }


def repeated(path: Path) -> None:
    """A megabyte that twenty thousand rows repeat: some kilobytes on the disk."""
    place = pa.DictionaryArray.from_arrays(pa.array(np.zeros(20_000, np.int32)), pa.array(["C" * 1_000_000]))
    write(path, {"smiles": place, "name": place}, compression="zstd")


def plain(path: Path) -> None:
    """Half a gigabyte written out and packed to some kilobytes."""
    row = pa.array(["C" * 1_000_000] * 16)
    schema = pa.schema({"smiles": pa.string(), "note": pa.string()})
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False) as sink:
        for _ in range(2):
            sink.write_table(pa.table([pa.chunked_array([row] * 16)] * 2, schema=schema), row_group_size=256)
        sink.write_table(pa.table([["CCN"], ["last"]], schema=schema))


@pytest.mark.parametrize("bomb", ["repeated", pytest.param("plain", marks=pytest.mark.slow)])
def test_a_bomb_is_read_in_little_memory(tmp_path: Path, root: Path, bomb: str) -> None:
    path = tmp_path / "bomb.parquet"
    program = f"from tests.screening.compounds.files import test_read_parquet as t; t.{bomb}(t.Path({str(path)!r}))"
    made = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert path.stat().st_size < 3_000_000
    program = test_memory._PROGRAM.replace("records.append(", "len(records) < 5000 and records.append(")
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["more"] < 300, found
    assert all(problem for _, _, problem in found["records"])
