"""Columns are chosen by their cells as well as by their names."""

from __future__ import annotations

import bz2
import lzma
from pathlib import Path

import pytest

from screening.errors import UsageError
from tests.screening.compounds.raw_records import records


def _read(folder: Path, text: str, name: str = "a.csv") -> list[tuple[str, str]]:
    path = folder / name
    path.write_text(text, "utf-8")
    return [(record.name, record.text) for record in records(path)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("cid,cmpdname,isosmiles,canonicalsmiles\n1,L,C[C@H](N)C(=O)O,CC(N)C(=O)O\n2,D,C[C@@H](N)C(=O)O,CC(N)C(=O)O\n",
         ("1", "C[C@H](N)C(=O)O")),
        ("Structure,ID,SMILES_canonical\n,A1,CCOCC\n,A2,CCNCC\n", ("A1", "CCOCC")),
        ("structure,smiles_string,n\nfig1,CCOCC,x1\nfig2,CCNCC,x2\n", None),
        ("SMILES,Vendor Name,Catalog Number\nCCO,Enamine,EN-1\nCCN,Enamine,EN-2\n", ("EN-1", "CCO")),
        ("SMILES,is_valid,Compound Code\nCCO,True,AB-1\nCCN,True,AB-2\n", ("AB-1", "CCO")),
        ("Molecule ChEMBL ID,Molecule Name,Smiles\nCHEMBL1,,CCO\nCHEMBL2,,CCN\n", ("CHEMBL1", "CCO")),
        ('name,smiles\n"Compound 1\n(batch 2)",CCOc1ccccc1\nc2,CCN\n', ("Compound 1\n(batch 2)", "CCOc1ccccc1")),
        ("smiles,name\nCCOCC,PPV2000\nCCNCC,PPV2001\n", ("PPV2000", "CCOCC")),
        ('smiles,name,comment\nCCO,a,cheap\nCCN,b,"line\n$$$$ expensive"\n', ("a", "CCO")),
        ("sep=;\nsmiles;name\nCCO;a\nCCN;b\n", ("a", "CCO")),
        ("Export of SMILES,,\nDate,2024,\nCompound,SMILES,x\nA1,CCOCC,1\nA2,CCNCC,2\n", ("A1", "CCOCC")),
        ("what,is,this\nA1,CCOc1ccccc1,1\nA2,CCNc1ccccc1,2\n", None),
    ],
)  # fmt: skip
def test_the_right_columns(tmp_path: Path, text: str, first: tuple[str, str] | None) -> None:
    found = _read(tmp_path, text)
    assert len(found) == 2
    if first is None:
        assert found[0][1].startswith("CCO")
    else:
        assert found[0] == first


def test_two_columns_that_fit_are_asked_about(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="structures could be in 'smiles_1' and 'smiles_2', which differ"):
        _read(tmp_path, "smiles_1,smiles_2\nCCOc1ccccc1,CCNc1ccccc1\nCCCc1ccccc1,CCSc1ccccc1\n")
    with pytest.raises(UsageError, match="structures could be in 'first' and 'second'"):
        _read(tmp_path, "first,second\nCCOc1ccccc1,CCNc1ccccc1\nCCCc1ccccc1,CCSc1ccccc1\n")


def test_smiles_files_of_many_habits(tmp_path: Path) -> None:
    wanted = [("a", "CCOc1ccccc1"), ("b", "CCNc1ccccc1")]
    assert _read(tmp_path, "SMILES;name\nCCOc1ccccc1;a\nCCNc1ccccc1;b\n", "a.txt") == wanted
    assert _read(tmp_path, "smi\tid\nCCOc1ccccc1\ta\nCCNc1ccccc1\tb\n", "a.smi") == wanted
    assert _read(tmp_path, "ID SMILES\na CCOc1ccccc1\nb CCNc1ccccc1\n", "a.smi") == wanted
    assert _read(tmp_path, "smiles\tid\nCCOc1ccccc1\ta\nCCNc1ccccc1\tb\n", "a.cxsmiles") == wanted
    for name, pack in (("a.smi.bz2", bz2.compress), ("a.smi.xz", lzma.compress)):
        (tmp_path / name).write_bytes(pack(b"CCOc1ccccc1 a\nCCNc1ccccc1 b\n"))
        assert [(record.name, record.text) for record in records(tmp_path / name)] == wanted


@pytest.mark.parametrize(
    ("line", "text", "name"),
    [
        ("CCO |trans|", "CCO", "|trans|"), ("CCO |1|", "CCO", "|1|"), ("CCO |x|y|", "CCO", "|x|y|"),
        ("CCO | a | b", "CCO", "| a | b"), ("CCO |racemic|", "CCO", "|racemic|"), ("CCO || |r|", "CCO", "|r|"),
        ("CCO |r|", "CCO |r|", ""), ("CCO |$a;;$| b", "CCO |$a;;$|", "b"), ("CCO |o1:1| b", "CCO |o1:1|", "b"),
        ("CCO\t|&1:1,r|\tb", "CCO |&1:1,r|", "b"), ("CCO\tb\t|&1:1|", "CCO |&1:1|", "b"),
        ("CCO |(0,0,;1,0,;2,0,)| b", "CCO |(0,0,;1,0,;2,0,)|", "b"), ("CCO |o1:1 b", "CCO |o1:1 b", ""),
        ("CCO smiles", "CCO", "smiles"),
    ],
)  # fmt: skip
def test_names_between_bars_are_no_extensions(tmp_path: Path, line: str, text: str, name: str) -> None:
    assert _read(tmp_path, line + "\nCCN c\n", "a.smi") == [(name, text), ("c", "CCN")]


def test_a_zero_byte_costs_its_record_only(tmp_path: Path) -> None:
    lines = [b"CCO a\n", b"CC\x00O b\n", *(b"CCCC%d c\n" % 1 for _ in range(3))]
    (tmp_path / "a.smi").write_bytes(b"".join(lines))
    assert [record.text for record in records(tmp_path / "a.smi")][:2] == ["CCO", "CC\x00O"]


A, B = "CCOc1ccccc1", "CCNc1ccccc1"


@pytest.mark.parametrize(
    ("name", "text", "first"),
    [
        ("emolecules.smi", f"isosmiles version_id parent_id\n{A} 479 400\n{B} 480 400\n", "479"),
        ("emolecules.csv", f"isosmiles,version_id,parent_id\n{A},479,400\n{B},480,400\n", "479"),
        ("zinc.txt", f"smiles zinc_id\n{A} ZINC7\n{B} ZINC10\n", "ZINC7"),
        ("zinc.csv", f"zinc_id,smiles,inchikey,mwt\nZINC7,{A},AAA,1\nZINC8,{B},BBB,1\n", "ZINC7"),
        ("molport.txt", f"SMILES\tSMILES_CANONICAL\tMOLPORTID\tINCHIKEY\n{A}\t{A}\tM-1\tA\n{B}\t{B}\tM-2\tB\n", "M-1"),
        ("mcule.csv", f"mcule ID,SMILES,Price 1 (USD)\nMCULE-1,{A},1\nMCULE-2,{B},1\n", "MCULE-1"),
        ("enamine.cxsmiles", f"smiles\tidnumber\ttype\n{A}\tZ123\tM\n{B}\tZ124\tM\n", "Z123"),
        ("enamine.csv", f"Catalog ID,PlateID,SMILES,Name,Salt\nZ1,P1,{A},x,\nZ2,P1,{B},,HCl\n", "Z1"),
        ("store.csv", f"ID;SMILES;Chemical name;Catalog number\n1;{A};x;EN300-1\n2;{B};y;EN300-2\n", "EN300-1"),
        ("selleck.csv", f"Cat,Item Name,SMILES,Target\nS1,ABT-737,{A},Bcl-2\nS2,X,{B},Bcl-2\n", "S1"),
        ("drugbank.csv", f"DrugBank ID,Name,SMILES\nDB1,A,{A}\nDB2,B,{B}\n", "DB1"),
        ("pubchem.csv", f'Compound_CID,Name,SMILES,ConnectivitySMILES\n5,"n, x",{A},{A}\n6,"D",{B},{B}\n', "5"),
        ("chembl.csv", f'"ChEMBL ID";"Name";"Smiles"\n"CHEMBL1";"";"{A}"\n"CHEMBL2";"ASPIRIN";"{B}"\n', "CHEMBL1"),
        ("vendor.txt", f"SMILES_CANONICAL\tVENDOR_ID\n{A}\tV-1\n{B}\tV-2\n", "V-1"),
        ("coconut.csv", f"identifier,canonical_smiles,name\nCNP1,{A},x\nCNP2,{B},y\n", "CNP1"),
        ("german.csv", f"Nummer;Strukturformel (SMILES);Formel\nX-1;{A};C8H10O\nX-2;{B};C8H11N\n", "X-1"),
        ("japanese.csv", f"式,化合物番号,SMILES\nC8H10O,K1,{A}\nC8H11N,K2,{B}\n", "K1"),
        ("protac.csv", f"ID,Smiles,Warhead SMILES,E3 smiles\nP1,{A},C[C@H](O)CC,C[C@H](N)CC\nP2,{B},CCCO,CCCN\n", "P1"),
        ("plates.csv", f"Plate,Well,Compound ID,SMILES\nP1,A01,C1,{A}\nP1,A02,C2,{B}\n", "C1"),
    ],
)  # fmt: skip
def test_files_of_vendors(tmp_path: Path, name: str, text: str, first: str) -> None:
    path = tmp_path / name
    for encoding, end in (("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("utf-16", "\r\n")):
        path.write_bytes(text.replace("\n", end).encode(encoding))
        found = [(record.name, record.text) for record in records(path)]
        assert (len(found), found[0]) == (2, (first, A))
