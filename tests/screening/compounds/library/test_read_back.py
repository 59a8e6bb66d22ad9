"""What a prepared library writes reads back equal: racemates, atropisomers, odd names."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.compounds.library.write_library import write_library

ROWS = {
    "C[C@H](O)[C@@H](N)c1ccccc1 |&1:1,3|": "rac",
    "C[C@@H](O)[C@@H](N)c1ccccc1 |o1:1,3|": "relative",
    "C[C@H](O)[C@@H](N)c1ccccc1": "pure",
    "Cc1cccc(Br)c1-c1c(C)cccc1I |wU:7.6|": "P or M",
    "CCOc1ccccc1": "$$$$",
    "CCNc1ccccc1": "M  END",
    "CCSc1ccccc1": "> <ID>",
    "CCCc1ccccc1": "RDV2000",
    "OCCc1ccccc1": 'a "quoted" name, with comma',
    "NCCc1ccccc1": "Ångström–β/γ",
}


def _named(library: PreparedLibrary) -> dict[str, str]:
    return {row["smiles"]: row["name"] for row in library.read_compounds(0).to_pylist()}


@pytest.mark.parametrize("suffix", [".sdf", ".csv", ".smi", ".parquet", ".sdf.gz"])
def test_read_back(tmp_path: Path, suffix: str) -> None:
    pq.write_table(pa.table({"smiles": list(ROWS), "name": list(ROWS.values())}), tmp_path / "in.parquet")
    first = prepare_library(tmp_path / "in.parquet", tmp_path / "first")
    assert first.compounds == len(ROWS)
    write_library(first, tmp_path / f"out{suffix}")
    again = prepare_library(tmp_path / f"out{suffix}", tmp_path / "again")
    assert _named(again) == _named(first)
