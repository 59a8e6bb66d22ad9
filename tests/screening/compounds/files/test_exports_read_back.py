"""Hit lists of every format that holds structures read back through our own readers: odd names, racemates, axes."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import open_files
from screening.compounds.files.record import Notation
from screening.compounds.library.describe_record import smiles_of_block
from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.provenance import Manifest
from workbench.export import write_csv, write_parquet, write_sdf, write_smiles, write_tsv, write_xlsx
from workbench.export.stamp import Stamp

ROWS = {
    "C[C@H](O)[C@@H](N)c1ccccc1 |&1:1,3|": "rac",
    "C[C@@H](O)[C@@H](N)c1ccccc1 |o1:1,3|": "relative",
    "C[C@H](O)[C@@H](N)c1ccccc1": "pure",
    "Cc1cccc(Br)c1-c1c(C)cccc1I |wU:7.6|": "P or M",
    "CCOc1ccccc1": "$$$$",
    "CCNc1ccccc1": "M  END",
    "CCSc1ccccc1": "> <ID>",
    "CCCc1ccccc1": "PPV2000",
    "OCCc1ccccc1": 'a "quoted"; name, with comma',
    "NCCc1ccccc1": "Ångström–β/γ",
    "FCCc1ccccc1": "# 12",
    "ClCCc1ccccc1": "0012",
    "BrCCc1ccccc1": "CCO",
    "C/C=C/c1ccccc1": "trans|cis|",
    "C/C=C/c1ccncc1": "|trans|",
    "CCOc1ccncc1": "|r|",
    "CCNc1ccncc1": "|&1:1| |o1:2|",
    "CCSc1ccncc1": "smiles",
}
WRITERS = {
    "csv": write_csv, "tsv": write_tsv, "smi": write_smiles, "parquet": write_parquet, "xlsx": write_xlsx,
    "sdf": write_sdf,
}  # fmt: skip


def _parent(text: str, notation: Notation) -> str:
    smiles = text if notation is Notation.SMILES else smiles_of_block(text, notation)
    assert isinstance(smiles, str), smiles
    parent = parent_of(smiles)
    assert isinstance(parent, Parent), parent
    return parent.smiles


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_read_back(tmp_path: Path, suffix: str) -> None:
    count = len(ROWS)
    table = pa.table(
        {
            "id": [f"K{n}" for n in range(count)],
            "rank": pa.array(range(1, count + 1), pa.int64()),
            "name": list(ROWS.values()),
            "smiles": list(ROWS),
            "affinity": pa.array([7.5] * count, pa.float64()),
            "record": pa.array(range(count), pa.int64()),
        }
    )
    path = tmp_path / f"hits.{suffix}"
    stamp = Stamp("A run", "pKd", Manifest.now("key"), {"scored": count})
    assert WRITERS[suffix].write(table.to_reader(), path, stamp) == count
    records = [record for file in open_files([path], Columns()) for record in file.records()]
    assert [record.problem for record in records] == [""] * count
    assert [record.name for record in records] == list(ROWS.values())
    assert [_parent(record.text, record.notation) for record in records] == [
        _parent(smiles, Notation.SMILES) for smiles in ROWS
    ]
