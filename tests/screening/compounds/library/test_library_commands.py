"""Search, picks, clusters and writing from the command line and from Python."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from rdkit import Chem

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.compounds.search.queries import read_queries
from screening.errors import LibraryError, UsageError
from screening.features.library_features import features_of
from tests.conftest import Run

COMPOUNDS = ["CC(=O)Oc1ccccc1C(=O)O", "O=C(O)c1ccccc1O", "c1ccccc1", "Cc1ccccc1", "CCCCCCCC", "CCCCCCC", "CN1CCCC1"]


@pytest.fixture
def library(tmp_path: Path) -> PreparedLibrary:
    (tmp_path / "a.smi").write_text("".join(f"{smiles} n{row}\n" for row, smiles in enumerate(COMPOUNDS)) + "CC(=O\n")
    return prepare_library(tmp_path / "a.smi", tmp_path / "lib", batch_records=3)


def test_search(workbench: Run, library: PreparedLibrary, tmp_path: Path) -> None:
    done = workbench("library", "search", "lib", "OC(=O)c1ccccc1OC(C)=O", "--top", 2, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)
    assert (first["name"], first["similarity"], second["name"]) == ("n0", 1.0, "n1")
    (tmp_path / "q.csv").write_text("smiles,name\nCCCCCCCC,octane\n[Na+].[O-]C(=O)c1ccccc1OC(C)=O,aspirin sodium\n")
    done = workbench("library", "search", "lib", "q.csv", "-n", 1, "--out", "found.csv", "--inchikey", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "found.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["query"], row["name"], row["similarity"]) for row in rows] == [
        ("octane", "n4", "1"),
        ("aspirin sodium", "n0", "1"),
    ]
    assert rows[1]["inchikey"] == "BSYNRYMUTXBXSQ-UHFFFAOYSA-N"  # published for aspirin
    wrong = workbench("library", "search", "lib", "no-such", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "error: 'no-such' is no compound" in wrong.stderr


def test_picks_and_clusters(workbench: Run, library: PreparedLibrary, tmp_path: Path) -> None:
    done = workbench("library", "pick", "lib", "-n", 3, "--json", cwd=tmp_path)
    assert [row["pick"] for row in json.loads(done.stdout)] == [1, 2, 3]
    done = workbench("library", "pick", "lib", "-n", 3, "--out", "picks.sdf", cwd=tmp_path)
    assert "3 rows in picks.sdf" in done.stdout
    assert [mol.GetProp("pick") for mol in Chem.SDMolSupplier(str(tmp_path / "picks.sdf"))] == ["1", "2", "3"]
    again = workbench("library", "pick", "lib", "-n", 3, "--out", "picks.sdf", cwd=tmp_path)
    assert again.returncode == 2
    assert "picks.sdf: exists already; expected a new file, or --force." in again.stderr
    done = workbench("library", "cluster", "lib", "--similarity", "0.5", "--json", cwd=tmp_path)
    rows = json.loads(done.stdout)
    assert len(rows) == len(COMPOUNDS)
    assert {row["name"] for row in rows if row["cluster"] == 1} == {"n4", "n5"}
    assert [row["cluster"] for row in rows] == sorted(row["cluster"] for row in rows)
    assert sum(row["centre"] for row in rows) == max(row["cluster"] for row in rows)


def test_featurise(workbench: Run, library: PreparedLibrary, tmp_path: Path) -> None:
    done = workbench("library", "featurise", "lib", "--workers", 0, cwd=tmp_path)
    assert done.stdout.startswith("features of 7 compounds in "), done.stderr
    found = features_of(library)
    assert found is not None
    before = sorted(path.stat().st_mtime_ns for path in found.folder.rglob("*.parquet"))
    assert workbench("library", "featurise", "lib", "--workers", 0, cwd=tmp_path).stdout == done.stdout
    assert sorted(path.stat().st_mtime_ns for path in found.folder.rglob("*.parquet")) == before
    wrong = workbench("library", "featurise", "nowhere", cwd=tmp_path)
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("error: nowhere: no such folder")


def test_write(workbench: Run, library: PreparedLibrary, tmp_path: Path) -> None:
    for name in ("out.smi", "out.csv.gz", "out.sdf", "out.parquet"):
        done = workbench("library", "write", "lib", "--out", name, cwd=tmp_path)
        assert done.stdout == f"7 compounds in {name}\n", done.stderr
    assert pq.read_table(tmp_path / "out.parquet")["name"].to_pylist() == [f"n{row}" for row in range(7)]
    written = prepare_library(tmp_path / "out.csv.gz", tmp_path / "again")
    whole = library.take(np.arange(7), ["identity"])
    assert written.read_compounds(0, ["identity"]).equals(whole.combine_chunks())
    wrong = workbench("library", "write", "lib", "--out", "out.docx", cwd=tmp_path)
    assert "out.docx: no writer for this suffix" in wrong.stderr


def test_a_profile_is_a_screenful(workbench: Run, library: PreparedLibrary, tmp_path: Path) -> None:
    shown = workbench("library", "profile", "lib", "--against", "lib", "--scaffolds", 3, cwd=tmp_path).stdout
    assert max(map(len, shown.splitlines()[:-6])) <= 100  # the alarm and paths may be longer
    assert "7 ready (87.5%)" in shown
    assert "57.1%  c1ccccc1" in shown
    assert "In lib: 7 of 7 compounds" in shown
    assert "median 1.00" in shown
    facts = json.loads(workbench("library", "profile", "lib", "--against", "lib", "--json", cwd=tmp_path).stdout)
    assert facts["overlap"]["identical"] == 7


def test_rows_of_several_parts(library: PreparedLibrary) -> None:
    assert library.take([6, 0, 3, 0], ["name"])["name"].to_pylist() == ["n6", "n0", "n3", "n0"]
    assert library.take([]).num_rows == 0
    with pytest.raises(IndexError, match="7 compounds"):
        library.take([7])
    assert repr(library).endswith("7 compounds of 8 records (7 ready, 1 rejected)>")
    assert "<td>rejected</td>" in library._repr_html_()


def test_queries_that_are_no_compounds(tmp_path: Path) -> None:
    (tmp_path / "q.smi").write_text("CCO\nC1CC\n")
    with pytest.raises(LibraryError, match=r"q\.smi, record 2: is no compound \(not SMILES: a ring"):
        read_queries([str(tmp_path / "q.smi")])
    with pytest.raises(UsageError, match="no compound to search with"):
        read_queries([])
