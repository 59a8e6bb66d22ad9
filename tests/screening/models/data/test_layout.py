"""Exports of ChEMBL, BindingDB and PubChem are read as they are: units, types, relations, targets by row."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from pathlib import Path

import pytest

from screening.engine.ledger import RecordState, count_states
from screening.errors import AffinityDataError, UsageError
from screening.models.affinity import AffinityKind
from screening.models.data.dates import day
from screening.models.data.layout_words import kind_of, relation_of
from screening.models.data.measurements import AffinityData, read_measurements
from screening.models.data.units import unit_of
from screening.models.data.written_number import comma_meaning

CHEMBL = ["Molecule ChEMBL ID", "Molecule Name", "Smiles", "Standard Type", "Standard Relation", "Standard Value",
          "Standard Units", "pChEMBL Value", "Data Validity Comment", "Target ChEMBL ID", "Document Year"]  # fmt: skip


def _chembl(count: int = 12, **changes: str) -> list[list[str]]:
    row = {
        "type": "IC50",
        "relation": "'='",
        "units": "nM",
        "pchembl": "",
        "comment": "",
        "target": "CHEMBL203",
    } | changes
    return [
        [f"CHEMBL{n}", "", "C" * n + "O", row["type"], row["relation"], str(100 + n), row["units"], row["pchembl"],
         row["comment"], row["target"], "2012"]
        for n in range(2, 2 + count)
    ]  # fmt: skip


def _write(path: Path, rows: list[list[str]], header: list[str], separator: str = ";") -> Path:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([header, *rows])
    path.write_text(text.getvalue(), "utf-8")
    return path


def _reasons(data: AffinityData) -> Counter[tuple[str, str]]:
    rows = data.ledger.to_pylist()
    assert sum(count_states(data.ledger).values()) == len(rows)
    return Counter((row["stage"], row["reason"]) for row in rows if row["state"] == RecordState.FILTERED)


def test_chembl(tmp_path: Path) -> None:
    odd = [
        ["CHEMBL90", "", "NCCCN", "IC50", "'='", "12", "uM", "4.92", "", "CHEMBL203", "2012"],
        ["CHEMBL91", "", "NCCCCN", "Inhibition", "'='", "97", "%", "", "", "CHEMBL203", "2012"],
        ["CHEMBL92", "", "NCCCCCN", "IC50", "'='", "50", "ug.mL-1", "", "", "CHEMBL203", "2012"],
        ["CHEMBL93", "", "NCCCCCCN", "IC50", "'>'", "30", "µM", "", "", "CHEMBL203", "2012"],
        ["CHEMBL94", "", "NCCCCCCCN", "IC50", "'='", "5", "nM", "8.3", "Outside typical range", "CHEMBL203", "2012"],
        ["CHEMBL95", "", "NCCCCCCCCN", "IC50", "'='", "5", "nM", "5.3", "", "CHEMBL203", "2012"],
        ["CHEMBL96", "", "NCCCCCCCCCN", "pIC50", "'='", "6.5", "", "", "", "CHEMBL203", "2012"],
    ]
    data = read_measurements(_write(tmp_path / "a.csv", _chembl() + odd, CHEMBL))
    values = dict(zip(data.names, data.values))
    assert data.kind is AffinityKind.PIC50
    assert values["CHEMBL2"] == pytest.approx(9 - math.log10(102))
    assert values["CHEMBL90"] == pytest.approx(6 - math.log10(12))
    assert values["CHEMBL96"] == pytest.approx(6.5)
    assert data.limits[data.names.index("CHEMBL93")] == -1
    assert _reasons(data) == {
        ("type", "'Inhibition' is no affinity"): 1,
        ("unit", "'ug.mL-1' is no molar concentration"): 1,
        ("validity", "Outside typical range"): 1,
    }
    rejected = [row["name"] for row in data.ledger.to_pylist() if row["state"] == RecordState.REJECTED]
    assert rejected == ["CHEMBL95"]  # its pChEMBL value belongs to another unit
    assert data.dates[0] == "2012"
    assert "Read as chembl" in data.understood[0]
    assert "Left out: 1 x" in data.understood[1]


def test_what_would_be_mixed_is_refused_until_told(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", _chembl() + _chembl(type="Ki"), CHEMBL)
    with pytest.raises(AffinityDataError, match=r"IC50 \(12 values\) and Ki \(12 values\) would be mixed"):
        read_measurements(path)
    assert read_measurements(path, kind="pKi").kind is AffinityKind.PKI
    path = _write(tmp_path / "b.csv", _chembl() + _chembl(target="CHEMBL1824"), CHEMBL)
    with pytest.raises(AffinityDataError, match=r"2 targets would be mixed: CHEMBL203 \(12\), CHEMBL1824 \(12\)"):
        read_measurements(path)
    assert len(read_measurements(path, target="CHEMBL1824")) == 12


def test_bindingdb(tmp_path: Path) -> None:
    header = ["BindingDB MonomerID", "Ligand SMILES", "BindingDB Ligand Name", "Target Name", "Ki (nM)", "IC50 (nM)"]
    rows = [
        [str(n), "C" * n + "N", f"5'-\"odd {n}", "EGFR", "", f">{n}00" if n == 3 else f"{n}00"] for n in range(2, 14)
    ]
    text = "\n".join("\t".join(row) for row in [header, *rows]) + "\n"
    path = tmp_path / "b.tsv"
    path.write_text(text.replace("5'-\"odd 4", '"odd 4'), "utf-8")
    data = read_measurements(path)
    assert "Read as bindingdb" in data.understood[0]
    assert len(data) == 11  # a limit of 300 nM among values around it says nothing
    assert data.values[0] == pytest.approx(9 - math.log10(200))


def test_pubchem(tmp_path: Path) -> None:
    header = ["PUBCHEM_RESULT_TAG", "PUBCHEM_CID", "PUBCHEM_EXT_DATASOURCE_SMILES", "PUBCHEM_ACTIVITY_OUTCOME",
              "PubChem Standard Value", "Standard Type", "Standard Relation"]  # fmt: skip
    below = [
        ["RESULT_TYPE", "", "", "", "FLOAT", "STRING", "STRING"],
        ["RESULT_UNIT", "", "", "", "MICROMOLAR", "", ""],
    ]
    rows = [[str(n), str(900 + n), "C" * n + "O", "Active", f"{n / 10}", "IC50", "="] for n in range(2, 14)]
    data = read_measurements(_write(tmp_path / "p.csv", below + rows, header, ","))
    assert data.records == 12
    assert data.values[0] == pytest.approx(6 - math.log10(0.2))


def test_plain_tables_with_titles_and_what_is_asked(tmp_path: Path) -> None:
    rows = "".join(f"A{n},{'C' * n}O,{n}0\n" for n in range(2, 14))
    path = tmp_path / "e.csv"
    path.write_text(
        "Export of project X,,\nDate,2024-01-01,\n\nCompound,SMILES,IC50 (nM)\n" + rows + "Total: 12 rows,,\n"
    )
    data = read_measurements(path)
    assert (len(data), data.names[0], data.ledger["number"][0].as_py()) == (12, "A2", 5)
    path.write_text("Compound,SMILES,IC50\n" + rows)
    with pytest.raises(AffinityDataError, match="no unit is given"):
        read_measurements(path)
    assert read_measurements(path, unit="uM").values[0] == pytest.approx(6 - math.log10(20))
    path.write_text("Compound,SMILES,IC50 (nM),Ki (nM)\n" + rows.replace("0\n", "0,7\n"))
    with pytest.raises(UsageError, match="several columns could hold the affinity"):
        read_measurements(path)
    with pytest.raises(UsageError, match="not those of chembl"):
        read_measurements(_write(path, [["a", "CCO", "5"]], ["name", "smiles", "IC50 (nM)"]), layout="chembl")


def test_words_of_cells() -> None:
    assert [unit_of(text) for text in ("nM", "µM", "nmol/L", "mm", "%", "ug/mL", "MICROMOLAR")] == [
        "nM", "uM", "nM", None, None, None, "uM",
    ]  # fmt: skip
    assert kind_of("pKi") == (AffinityKind.PKI, True)
    assert kind_of("Potency") == (None, False)
    assert [relation_of(text) for text in ("'>'", "'<='", "greater than", "=", "ca.")] == [">", "<=", ">", "=", "~"]


@pytest.mark.parametrize(
    ("texts", "meaning"),
    [
        (["93", "29,243", "1,204.5"], "thousands"), (["1,234,567"], "thousands"), (["12,5", "0,7"], "decimal"),
        (["0,123"], "decimal"), (["12,5", "10,000", "3.5"], ""), (["5", "6.5"], ""),
    ],
)  # fmt: skip
def test_commas(texts: list[str], meaning: str) -> None:
    assert comma_meaning(texts) == meaning


def test_dates_that_can_be_read_in_one_way() -> None:
    assert day("3/14/2020") == day("14/3/2020") == day("2020-03-14") == day("43904")
    with pytest.raises(ValueError, match="one way only"):
        day("03/04/2020")
