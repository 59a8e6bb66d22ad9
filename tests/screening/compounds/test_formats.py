"""Every format gives the same records, numbered from 1; what a file is not is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rdkit import Chem

from screening.compounds.columns import Columns
from screening.compounds.describe import smiles_of_block
from screening.compounds.formats import CompoundFile, find_files
from screening.compounds.record import RawRecord
from screening.compounds.standardise import parent_of
from screening.errors import FileError, UsageError

COMPOUNDS = {
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "caffeine": "Cn1c(=O)c2c(ncn2C)n(C)c1=O",
    "L-alanine": "C[C@H](N)C(=O)O",
}


def records(path: Path, **columns: str) -> list[RawRecord]:
    return list(CompoundFile(path, Columns(**columns)).records())


def _sdf(v3000: bool) -> str:
    blocks = []
    for name, smiles in COMPOUNDS.items():
        mol = Chem.MolFromSmiles(smiles)
        mol.SetProp("_Name", name)
        block = Chem.MolToMolBlock(mol, forceV3000=v3000)
        blocks.append(f"{block}>  <ID>  (1)\nID-{name}\n\n$$$$\n")
    return "".join(blocks)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.smi", "".join(f"{smiles} {name}\n" for name, smiles in COMPOUNDS.items())),
        ("header.smi", "smiles\tname\n" + "".join(f"{smiles}\t{name}\n" for name, smiles in COMPOUNDS.items())),
        ("swapped.smi", "".join(f"{name}\t{smiles}\n" for name, smiles in COMPOUNDS.items())),
        ("gaps.smi", "\n# comment\n" + "\n\n".join(f"{smiles} {name}" for name, smiles in COMPOUNDS.items())),
        ("a.csv", "n,Name,Canonical SMILES\n" + "".join(f"1,{n},{s}\n" for n, s in COMPOUNDS.items())),
        ("semicolon.csv", "ID;smiles;x\n" + "".join(f'"{n}";"{s}";"a\nb"\n' for n, s in COMPOUNDS.items())),
        ("a.tsv", "my_smiles\tcompound_id\n" + "".join(f"{s}\t{n}\n" for n, s in COMPOUNDS.items())),
        ("bare.csv", "# made by hand\n" + "".join(f"{n},{s},3.5\n" for n, s in COMPOUNDS.items())),
        ("table.txt", "name,smiles\n" + "".join(f"{n},{s}\n" for n, s in COMPOUNDS.items())),
        ("plain.txt", "".join(f"{smiles} {name}\n" for name, smiles in COMPOUNDS.items())),
        ("a.sdf", _sdf(v3000=False)),
        ("v3000.sdf", _sdf(v3000=True)),
    ],
)
def test_every_text_format_gives_the_same_compounds(tmp_path: Path, file: str, text: str) -> None:
    path = tmp_path / file
    path.write_text(text)
    found = records(path)
    assert [record.number for record in found] == [1, 2, 3]
    assert [record.name for record in found] == list(COMPOUNDS)
    for record, smiles in zip(found, COMPOUNDS.values()):
        text = record.text if record.notation == "smiles" else smiles_of_block(record.text, record.notation)
        assert parent_of(text) == parent_of(smiles)


def test_parquet_gives_the_same_compounds(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"x": [1, 2, 3, 4], "smiles": [*COMPOUNDS.values(), None], "name": [*COMPOUNDS, None]})
    pq.write_table(table, path)
    found = records(path)
    assert [(one.number, one.name, one.text) for one in found] == [
        *((number, *item) for number, item in enumerate(COMPOUNDS.items(), start=1)),
        (4, "", ""),
    ]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FileError, match="not a readable Parquet"):
        records(path)


def test_columns_asked_for_win_and_missing_ones_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("smiles,other,label\nCC,CCO,x\n")
    assert records(path, smiles="other", name="LABEL")[0][1:3] == ("x", "CCO")
    with pytest.raises(UsageError, match=r"a\.csv: no column 'structure'; expected one of 'smiles', 'other', 'label'"):
        records(path, smiles="structure")
    path.write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match=r"no column looks like SMILES \(columns: 'a', 'b'\)"):
        records(path)


def test_the_data_item_that_names_sdf_records(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    path.write_text(_sdf(v3000=False))
    assert [record.name for record in records(path, name="ID")] == [f"ID-{name}" for name in COMPOUNDS]


def test_short_rows_and_empty_cells_stay_records(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,smiles\na,CC\nb\nc,\n\nd,CCC,extra\n")
    found = records(path)
    assert [record.number for record in found] == [1, 2, 3, 4]
    assert [record.text for record in found] == ["CC", "b", "", "CCC"]
    assert [bool(record.problem) for record in found] == [False, True, False, False]


def test_an_open_quote_does_not_swallow_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,smiles\na,CC\nb,"CCO\n' + "c,CCCC\n" * 400_000)
    with pytest.raises(FileError, match=r"after record 1: cannot be read as a table"):
        records(path)


def test_sdf_that_is_cut_keeps_its_last_record_as_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    text = _sdf(v3000=False)
    path.write_text(text[: text.rindex("M  END") - 10])
    found = records(path)
    assert [bool(record.problem) for record in found] == [False, False, True]
    assert "cut in the middle" in found[2].problem


def test_cxsmiles_extensions_are_no_names(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    path.write_text("C[C@H](N)C(=O)O |&1:1| racemic alanine\nCCO |$_AV:a;b;c$|\n\tno structure\n")
    found = records(path)
    assert [(record.name, record.text.split()[0] if record.text else "") for record in found] == [
        ("racemic alanine", "C[C@H](N)C(=O)O"), ("", "CCO"), ("no structure", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("a.smi", _sdf(v3000=False), "holds mol blocks; expected the suffix .sdf"),
        ("a.sdf", "CCO ethanol\n", "holds no mol block"),
        ("a.sdf", "", "is empty"),
        ("a.smi", " \n\n", "holds no text"),
        ("a.docx", "CCO", r"files named \*.docx are not read"),
        ("LICENSE", "CCO", "the name has no suffix"),
    ],
)
def test_wrong_content_is_named(tmp_path: Path, file: str, content: str, said: str) -> None:
    path = tmp_path / file
    path.write_text(content)
    with pytest.raises(FileError, match=said):
        records(path)


def test_patterns_are_expanded_in_order(tmp_path: Path) -> None:
    for name in ("b.smi", "a.smi", "c.csv"):
        (tmp_path / name).write_text("CC\n")
    found = find_files([str(tmp_path / "*.smi"), tmp_path / "c.csv"])
    assert [path.name for path in found] == ["a.smi", "b.smi", "c.csv"]
    with pytest.raises(FileError, match="no file matches"):
        find_files([str(tmp_path / "*.sdf")])
    with pytest.raises(UsageError, match="no compound file given"):
        find_files([])
