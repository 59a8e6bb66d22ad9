"""Tables as people, programs and databases write them: each form of cell, column and file gives the right numbers."""

from __future__ import annotations

import datetime
import gzip
import math
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from screening.errors import AffinityDataError, UsageError
from screening.models.affinity import AffinityKind
from screening.models.data.labels import read_labels
from screening.models.data.layout_words import is_relation
from screening.models.data.measurements import AffinityData, read_measurements
from screening.models.data.written_number import take_apart

SMILES = ["C" * n + "O" for n in range(3, 15)]
NANOMOLAR = [200 + 57 * n for n in range(12)]
P = [9 - math.log10(value) for value in NANOMOLAR]
CHEMBL = (
    "Molecule ChEMBL ID;Smiles;Standard Type;Standard Relation;Standard Value;Standard Units;pChEMBL Value;"
    "Target ChEMBL ID"
)


ARABIC = {ord(str(digit)): 0x660 + digit for digit in range(10)}


def table(header: str, row: Callable[[int, str, float], str]) -> str:
    lines = (row(n, smiles, value) for n, (smiles, value) in enumerate(zip(SMILES, NANOMOLAR)))
    return "\n".join([header, *lines]) + "\n"


def check(data: AffinityData, digits: float = 0.006) -> None:
    assert len(data) == 12
    np.testing.assert_allclose(data.values, P, atol=digits)


def _p(value: float) -> str:
    return f"{9 - math.log10(value):.2f}"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("id,smiles,IC50", lambda n, s, v: f"A{n},{s},{v} nM"),
        ("id,smiles,IC50", lambda n, s, v: f"A{n},{s},{v / 1000}uM"),
        ("id;smiles;IC50", lambda n, s, v: f"A{n};{s};{v / 1000} µM (n=3)"),
        ("id,smiles,IC50 (nM)", lambda n, s, v: f"A{n},{s},{v} ± 12.5"),
        ("id,smiles,IC50 (M)", lambda n, s, v: f"A{n},{s},{v / 100:g} x 10^-7"),
        ("id;smiles;IC50 (uM)", lambda n, s, v: f"A{n};{s};{v / 1000:.3f}".replace(".", ",")),
        ("id\tsmiles\tIC50 [pM]", lambda n, s, v: f"A{n}\t{s}\t{v}\u202f000"),
        ("id,smiles,IC50_pM", lambda n, s, v: f"A{n},{s},{v}'000"),
        ('id,smiles,"EGFR IC50 (pM)",IC50 sd', lambda n, s, v: f'A{n},{s},"{v},000",3'),
        ("id;smiles;IC50 pM", lambda n, s, v: f"A{n};{s};{v}.000,0"),
        ("id|smiles|ic50_nm", lambda n, s, v: f"A{n}|{s}|{v}"),
        ("smiles name IC50_nM", lambda n, s, v: f"{s} A{n} {v}"),
        ('"smiles"\t"IC50 (nM)"', lambda n, s, v: f'"{n}"\t"{s}"\t{v}'),
        ("name,smiles,-log IC50 (M)", lambda n, s, v: f"A{n},{s},{_p(v)}"),
        ("name,smiles,pIC50,IC50 (nM)", lambda n, s, v: f"A{n},{s},{_p(v)},{v}"),
        ("molecule_chembl_id,canonical_smiles,pchembl_value", lambda n, s, v: f"CHEMBL{n},{s},{_p(v)}"),
        ("id,smiles,type,relation,value,units", lambda n, s, v: f"A{n},{s},IC50,=,{v / 1000},uM"),
        (CHEMBL, lambda n, s, v: f"CHEMBL{n};{s};IC50;'=';;;{_p(v)};CHEMBL203"),
        ("CMPD_CHEMBLID,CANONICAL_SMILES,STANDARD_TYPE,RELATION,STANDARD_VALUE,STANDARD_UNITS",
         lambda n, s, v: f"CHEMBL{n},{s},IC50,=,{v},nM"),
        (",canonical_smiles,molecule_chembl_id,standard_relation,standard_type,standard_units,standard_value,value,units",
         lambda n, s, v: f"{n},{s},CHEMBL{n},=,IC50,nM,{v}.0,{v / 1000},uM"),
        ("Activity,AID,CID,SMILES,Activity_Type,Activity_Qualifier,Activity_Value,Activity_Unit",
         lambda n, s, v: f"Active,1,{n},{s},IC50,=,{v / 1000},uM"),
        ("aid,cid,smiles,acname,acqualifier,acvalue", lambda n, s, v: f"1,{n},{s},IC50,=,{v / 1000}"),
        ("CID,SMILES,Activity Name,Activity Value [uM]", lambda n, s, v: f"{n},{s},IC50,{v / 1000}"),
        ("id,smiles,IC50 [µmol/L]", lambda n, s, v: f"A{n},{s},{v / 1000}"),
        ("id,smiles,IC50 nmol·L⁻¹", lambda n, s, v: f"A{n},{s},{v}"),
        ("id,smiles,IC₅₀ (μM)", lambda n, s, v: f"A{n},{s},{v / 1000}"),
        ("id,smiles,IC 50 (nM)", lambda n, s, v: f"A{n},{s},{v}"),
        ("id,smiles,IC_50 [nM]", lambda n, s, v: f"A{n},{s},{v}"),
        ("id,smiles,p(IC50)", lambda n, s, v: f"A{n},{s},{_p(v)}"),
        ("id;smiles;IC50 (uM)", lambda n, s, v: f"A{n};{s};" + f"{v / 1000:.3f}".replace(".", "·")),
        ("id;smiles;IC50 (M)", lambda n, s, v: f"A{n};{s};{v / 100:g} × 10⁻⁷"),
        ("id;smiles;IC50 (pM)", lambda n, s, v: f"A{n};{s};{v // 100},{v % 100:02d},000"),
        ("id;smiles;IC50 (pM)", lambda n, s, v: f"A{n};{s};" + ("1.000.000" if n == 14 else f"{v}.000,0")),
        ("id;smiles;IC50 (nM)", lambda n, s, v: f"A{n};{s};" + str(v).translate(ARABIC) + "٫0"),
        ("id,smiles,IC50 (nM)", lambda n, s, v: f'A{n},{s},"=""{v}"""'),
        ("id,smiles,IC50\n,,nM", lambda n, s, v: f"A{n},{s},{v}"),
        ("id;smiles;Typ;Wert;Einheit", lambda n, s, v: f"A{n};{s};IC50;{v};nM"),
        ("sep=;\nTitle of an export\n\nid;Mol;IC50 (nM)", lambda n, s, v: f"A{n};{s};{v}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encode", ["utf-8", "utf-16"])
def test_forms(tmp_path: Path, header: str, row: Callable[[int, str, float], str], encode: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table(header, row).replace("\n", "\r\n" if encode == "utf-16" else "\n").encode(encode))
    check(read_measurements(path))


def test_files_whose_name_does_not_say_what_they_are(tmp_path: Path) -> None:
    text = table(CHEMBL, lambda n, s, v: f"CHEMBL{n};{s};IC50;'=';{v};nM;{_p(v)};CHEMBL203")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + text.encode()))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("DOWNLOAD-1.csv", text)
    book = openpyxl.Workbook()
    book.active.append(["Report of project X"])  # type: ignore[union-attr]
    sheet = book.create_sheet("data")
    for line in (["Project X"], [], ["Compound", "Structure (SMILES)", "IC50 [nM]", "Tested on"]):
        sheet.append(line)
    for n, (smiles, value) in enumerate(zip(SMILES, NANOMOLAR)):
        sheet.append([f"A{n}", smiles, value, datetime.date(2020, 3, 4)])
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "workbook.csv").write_bytes((tmp_path / "a.xlsx").read_bytes())
    for name in ("a.csv.gz", "a.zip", "a.xlsx", "workbook.csv"):
        check(read_measurements(tmp_path / name))
    assert read_measurements(tmp_path / "a.xlsx", date="Tested on").dates[0] == "2020-03-04"


def test_a_told_column_takes_the_unit_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        table("id,smiles,val,unit", lambda n, s, v: f"A{n},{s}," + (f"{v / 1000},uM" if n % 2 else f"{v},nM"))
    )
    data = read_measurements(path, value="val", unit="nM")
    check(data)
    assert "converted row by row: 6 in nM, 6 in uM" in data.notes[0]
    path.write_text(table("id,smiles,IC50", lambda n, s, v: f"A{n},{s},{'97%' if n == 3 else f'{v} nM'}"))
    assert len(read_measurements(path, value="IC50", unit="nM")) == 11
    path.write_text(table("id,smiles,Ki (nM)", lambda n, s, v: f"A{n},{s},{v}"))
    told = read_measurements(path, value="Ki (nM)")
    assert (told.kind, told.names[0], told.notes) == (AffinityKind.PKI, "A0", ())
    assert "says nM; the values are taken in uM, as told" in read_measurements(path, unit="uM").understood[1]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("id,smiles,K_i (nM)", lambda n, s, v: f"A{n},{s},{v}"), ("id,smiles,K(i) nM", lambda n, s, v: f"A{n},{s},{v}"),
        ("id,smiles,Kᵢ [nM]", lambda n, s, v: f"A{n},{s},{v}"),
        ("id,smiles,Ki nmol/L", lambda n, s, v: f"A{n},{s},{'=' if n else '&lt;'}{v}"),
    ],
)  # fmt: skip
def test_kinds_however_they_are_set(tmp_path: Path, header: str, row: Callable[[int, str, float], str]) -> None:
    (tmp_path / "a.csv").write_text(table(header, row))
    data = read_measurements(tmp_path / "a.csv")
    assert data.kind is AffinityKind.PKI
    check(data)


def test_points_that_could_be_thousands_are_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table("id;smiles;IC50 (nM)", lambda n, s, v: f"A{n};{s};" + (f"{v}" if n % 2 else f"{v}.456")))
    data = read_measurements(path)
    assert len(data) == 6
    assert "could be 200456 or 200.456" in data.ledger["reason"][0].as_py()
    path.write_text(table("id;smiles;IC50 (nM)", lambda n, s, v: f"A{n};{s};{v}.000"))
    data = read_measurements(path)
    check(data)
    assert data.understood[-1] == "Points are read as decimal points: '200.000' as 200."
    path.write_text(table("id;smiles;IC50 (nM)", lambda n, s, v: f"A{n};{s};{v / 1000 if n else '9,200.000'}"))
    assert "'9,200.000' is read as 9200.000." in read_measurements(path).understood


def test_the_sign_of_a_logarithm_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table("id,smiles,logIC50", lambda n, s, v: f"A{n},{s},-{_p(v)}"))
    with pytest.raises(UsageError, match="no column is named after an affinity"):
        read_measurements(path)


def test_a_separator_inside_a_cell_does_not_move_the_value(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table("smiles,name,IC50 (nM)", lambda n, s, v: f"{s},1,2-x,{v}" if n == 3 else f"{s},x{n},{v}"))
    data = read_measurements(path)
    assert len(data) == 11
    assert "a separator in a cell?" in data.ledger["reason"][3].as_py()


def test_targets_together_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table("id,smiles,target,IC50 (nM)", lambda n, s, v: f"A{n},{s},{'AB'[n % 2]},{v}"))
    for told in ({}, {"value": "IC50 (nM)", "unit": "nM"}):
        with pytest.raises(AffinityDataError, match="2 targets would be mixed"):
            read_measurements(path, **told)
    check(read_measurements(path, target="all"))
    assert len(read_measurements(path, target="B")) == 6
    with pytest.raises(AffinityDataError, match="no value of target 'C'; expected one of A, B"):
        read_measurements(path, target="C")


def test_bindingdb_rows_of_two_kinds_are_one_record_each(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    header = "Ligand SMILES\tBindingDB MonomerID\tTarget Name\tKi (nM)\tIC50 (nM)\tDate in BindingDB"
    path.write_text(table(header, lambda n, s, v: f"{s}\t{n}\tEGFR\t{v}\t {v * 10}\t{1 + n % 9}/2/2020"))
    with pytest.raises(AffinityDataError, match=r"IC50 \(12 values\) and Ki \(12 values\) would be mixed"):
        read_measurements(path)
    data = read_measurements(path, kind="pKi")
    check(data)
    assert data.records == 12
    assert data.dates[2] == "2020-03-02"  # it writes the month first


def test_units_of_pubchem_stand_below_the_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    header = "PUBCHEM_RESULT_TAG,PUBCHEM_CID,PUBCHEM_EXT_DATASOURCE_SMILES,PUBCHEM_ACTIVITY_OUTCOME,IC50"
    below = "\nRESULT_TYPE,,,,FLOAT\nRESULT_UNIT,,,,MICROMOLAR"
    words = ["Active", "Inactive", "Inconclusive"]
    path.write_text(table(header + below, lambda n, s, v: f"{n + 1},{90 + n},{s},{words[n % 3]},{v / 1000}"))
    check(read_measurements(path))
    labels = read_labels(path, label="PUBCHEM_ACTIVITY_OUTCOME")
    assert (len(labels), labels.records, list(labels.values[:2]), labels.names[1]) == (8, 12, [1.0, 0.0], "91")


def test_dates_decided_by_their_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table("id,smiles,date,IC50 (nM)", lambda n, s, v: f"A{n},{s},{'20' if n else '03'}/04/2020,{v}"))
    assert read_measurements(path).dates[0] == "2020-04-03"
    path.write_text(table("id,smiles,date,IC50 (nM)", lambda n, s, v: f"A{n},{s},{'' if n else '03/04/2020'},{v}"))
    found = read_measurements(path)
    assert "1 dates cannot be read in one way only (line 2: '03/04/2020')" in found.understood[1]
    check(found)
    told = read_measurements(path, date="date")
    assert (len(told), told.ledger["stage"][0].as_py()) == (11, "date")


def test_labels_in_any_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (["Title"], ["No", "SMILES", "hit?"], [1, "CCO", "yes"], [2, "CCN", "no"]):
        book.active.append(line)  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    data = read_labels(tmp_path / "a.xlsx", label="hit?")
    assert list(data.values) == [1.0, 0.0]
    assert "structures from 'SMILES'" in data.understood[0]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (">10 uM", (">", "10", "uM")), ("'<'5", ("<", "5", "")), ("ca. 12", ("~", "12", "")),
        ("1.2E-7 M", ("", "1.2E-7", "M")),
        ("12 345.6", ("", "12345.6", "")), ("less than 3nM", ("<", "3", "nM")), (".5", ("", ".5", "")),
        ("97 %", ("", "97", "%")),
        ("10-20", None), ("1 23", None), ("NT", None), ("", None),
    ],
)  # fmt: skip
def test_cells_taken_apart(text: str, parts: tuple[str, str, str] | None) -> None:
    found = take_apart(text)
    assert (found and (found.sign, found.number, found.unit)) == parts


def test_relations() -> None:
    assert all(map(is_relation, ("'='", ">", "less than", "~", "ca.")))
    assert not any(map(is_relation, ("parent", "5")))
