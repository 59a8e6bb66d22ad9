"""Every export format in the catalog: same rows, stamped, atomic, hostile names harmless."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rdkit import Chem

from screening.engine.csv_table import cell_text
from screening.errors import StorageError, UsageError
from screening.provenance import Manifest
from screening.runs.hits import HIT_SCHEMA
from workbench.export.catalog import EXPORTS, write_hits, writer_for
from workbench.export.stamp import Stamp

HOSTILE = "x</script><img onerror=alert(1) src=y>\n$$$$\n>  <rank>"
SMILES = ["CCO", "c1ccccc1O", "C[C@H](N)C(=O)O", "[Na+].[Cl-]"]


@pytest.fixture
def table() -> pa.Table:
    names = ["ethanol", "phenol, pure", HOSTILE, 'the "salt"']
    rows = len(SMILES)
    columns = {
        "rank": range(1, rows + 1),
        "record": [7, 3, 1, 12],
        "id": [f"{index:032x}" for index in range(rows)],
        "name": names,
        "smiles": SMILES,
        "affinity": np.linspace(8, 6, rows, dtype=np.float32),
        "kind": ["pKd"] * rows,
        "lower": np.linspace(7, 5, rows, dtype=np.float32),
        "upper": np.linspace(9, 7, rows, dtype=np.float32),
        "in_domain": [True, False, True, True],
        "nearest": ["aspirin"] * rows,
        "similarity": np.full(rows, 0.5, np.float32),
        "known": [False] * rows,
        "flags": [["PAINS: quinone", "Brenk: x"], [], [], []],
        "source": ["library.smi"] * rows,
        "number": [8, 4, 2, 13],
    }
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in HIT_SCHEMA}, schema=HIT_SCHEMA)


@pytest.fixture
def stamp() -> Stamp:
    return Stamp("Hits on <1FMO>", "pKd", Manifest.now("abc", seed=0), {"scored": 4, "rejected": 2})


def read_csv(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("format_name", EXPORTS)
def test_every_format_writes_every_row(format_name: str, table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    path = tmp_path / f"hits.{format_name}"
    assert writer_for(path, None)[1](table.to_reader(max_chunksize=3), path, stamp) == 4
    assert path.stat().st_size
    assert not list(tmp_path.glob("*.partial"))
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("format_name", EXPORTS)
def test_every_export_is_stamped(format_name: str, table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    path = tmp_path / f"hits.{format_name}"
    assert write_hits(table.to_batches(), path, stamp) == 4
    beside = json.loads((tmp_path / f"hits.{format_name}.manifest.json").read_text())
    assert beside["manifest"]["key"] == "abc"
    assert beside["records"] == {"scored": 4, "rejected": 2}


@pytest.mark.parametrize("format_name", EXPORTS)
def test_only_an_earlier_export_is_written_over(
    format_name: str, table: pa.Table, stamp: Stamp, tmp_path: Path
) -> None:
    path = tmp_path / f"data.{format_name}"
    path.write_text("somebody's data")
    with pytest.raises(UsageError, match="no earlier export"):
        write_hits(table.to_batches(), path, stamp)
    assert path.read_text() == "somebody's data"
    write_hits(table.to_batches(), path, stamp, overwrite=True)
    assert write_hits(table.to_batches(), path, stamp) == 4


def test_pages_and_parquet_carry_the_manifest_inside(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    EXPORTS["parquet"](table.to_reader(), tmp_path / "hits.parquet", stamp)
    assert json.loads(pq.read_schema(tmp_path / "hits.parquet").metadata[b"manifest"])["key"] == "abc"
    EXPORTS["html"](table.to_reader(), tmp_path / "hits.html", stamp)
    assert "Run abc" in (tmp_path / "hits.html").read_text()


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)"])
def test_csv_holds_no_formula(name: str, table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    named = table.set_column(3, HIT_SCHEMA.field("name"), pa.array([name] * 4))
    EXPORTS["csv"](named.to_reader(), tmp_path / "hits.csv", stamp)
    assert {row["name"] for row in read_csv(tmp_path / "hits.csv")} == {f"'{name}"}


@pytest.mark.parametrize("format_name", EXPORTS)
def test_a_folder_that_cannot_be_written_is_one_sentence(
    format_name: str, table: pa.Table, stamp: Stamp, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(StorageError, match="cannot be written"):
        EXPORTS[format_name](table.to_reader(), blocked / f"hits.{format_name}", stamp)


def test_csv_reads_back_the_same(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    EXPORTS["csv"](table.to_reader(), tmp_path / "hits.csv", stamp)
    rows = read_csv(tmp_path / "hits.csv")
    assert list(rows[0]) == HIT_SCHEMA.names
    assert [row["name"] for row in rows] == [cell_text(name) for name in table.column("name").to_pylist()]
    assert [float(row["affinity"]) for row in rows] == pytest.approx(table.column("affinity").to_pylist(), abs=5e-4)
    assert rows[0]["flags"] == "PAINS: quinone; Brenk: x"


def test_csv_of_no_rows_still_has_its_header(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    EXPORTS["csv"](table.slice(0, 0).to_reader(), tmp_path / "hits.csv", stamp)
    assert (tmp_path / "hits.csv").read_text().split(",")[0] == "rank"


def test_sdf_reads_back_the_same(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    EXPORTS["sdf"](table.to_reader(), tmp_path / "hits.sdf", stamp)
    molecules = list(Chem.SDMolSupplier(str(tmp_path / "hits.sdf")))
    assert [Chem.MolToSmiles(molecule) for molecule in molecules] == [
        Chem.CanonSmiles(smiles) for smiles in table.column("smiles").to_pylist()
    ]
    assert [molecule.GetProp("rank") for molecule in molecules] == ["1", "2", "3", "4"]
    assert molecules[0].GetProp("flags") == "PAINS: quinone; Brenk: x"
    assert float(molecules[1].GetProp("affinity")) == pytest.approx(table.column("affinity")[1].as_py(), abs=5e-4)


def test_html_runs_nothing_that_a_name_holds(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    EXPORTS["html"](table.to_reader(), tmp_path / "hits.html", stamp)
    page = (tmp_path / "hits.html").read_text()
    assert "<img onerror" not in page
    assert "</script><img" not in page
    assert not re.search(r"(src|href)=[\"']?https?:", page)
    assert "Hits on &lt;1FMO&gt;" in page


def test_an_unknown_format_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="docx"):
        writer_for(tmp_path / "hits.docx", None)


@pytest.mark.parametrize("format_name", ["csv", "sdf", "parquet"])
def test_inchikeys_on_request(format_name: str, table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    path = tmp_path / f"hits.{format_name}"
    assert write_hits(table.to_batches(max_chunksize=3), path, stamp, inchikey=True) == 4
    ethanol = b"LFQSCWFLJHTTHZ-UHFFFAOYSA-N"  # as PubChem CID 702 has it
    assert ethanol in path.read_bytes()


def test_a_page_refuses_inchikeys(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column for InChIKeys"):
        write_hits(table.to_batches(), tmp_path / "hits.html", stamp, inchikey=True)
