"""Every other column of the input stays with a prepared library, record by record."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.compounds.files.record import Notation, RawRecord
from screening.compounds.library import standardise_batch as module
from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.compounds.library.standardise_batch import RawBatch, standardise_batch
from screening.engine import isolation, parts
from screening.engine.ledger import RecordState

CSV = "smiles,id,Vendor,price,record,Vendor\nCCO,a,Acme,12.50,r1,x\nCCN,b,,7,,\nxx,bad,Nowhere,1,,\nOCC,c,Other,,r4,\n"


def _mol(name: str, items: str) -> str:
    return (
        f"{name}\n\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0 0.0 0.0 C   0  0\nM  END\n{items}$$$$\n".replace(
            "    0.0 0.0 0.0 C   0  0", "    0.0000    0.0000    0.0000 C   0  0"
        )
    )


def _prepare(folder: Path, *files: tuple[str, str], batch_records: int = 2) -> PreparedLibrary:
    for name, text in files:
        (folder / name).write_text(text, "utf-8")
    return prepare_library([folder / name for name, _ in files], folder / "lib", batch_records=batch_records)


def test_table(tmp_path: Path) -> None:
    library = _prepare(tmp_path, ("a.csv", CSV))
    assert library.extra_names == ["Vendor", "price", "record (file)", "Vendor (2)"]
    found = library.extra([3, 0, 2]).to_pylist()
    assert found == [
        {"record": 3, "Vendor": "Other", "price": None, "record (file)": "r4", "Vendor (2)": None},
        {"record": 0, "Vendor": "Acme", "price": "12.50", "record (file)": "r1", "Vendor (2)": "x"},
        {"record": 2, "Vendor": "Nowhere", "price": "1", "record (file)": None, "Vendor (2)": None},
    ]
    assert library.counts == {"duplicate": 1, "ready": 2, "rejected": 1}  # kept for those too
    with pytest.raises(IndexError, match="no record"):
        library.extra([4])
    assert library.extra([]).num_rows == 0


def test_sd_items_smiles_columns_and_parquet(tmp_path: Path) -> None:
    sdf = _mol("m1", ">  <CAT>  (1)\nC-1\n\n> <NOTE>\ntwo\nlines\n\n") + _mol("m2", "> <PRICE>\n3\n\n")
    smi = "smiles\tid\tstock\nCCCl\tq\t5 g\nCCBr\tw\n"
    table = pa.table({"smiles": ["CCF"], "name": ["p"], "mw": [48.06], "fingerprint": [[1, 2]]})
    pq.write_table(table, tmp_path / "c.parquet")
    for name, text in (("a.sdf", sdf), ("b.smi", smi)):
        (tmp_path / name).write_text(text, "utf-8")
    library = prepare_library([tmp_path / name for name in ("a.sdf", "b.smi", "c.parquet")], tmp_path / "lib")
    rows = [{key: text for key, text in row.items() if text is not None} for row in library.extra(range(5)).to_pylist()]
    assert rows == [
        {"record": 0, "CAT": "C-1", "NOTE": "two\nlines"},
        {"record": 1, "PRICE": "3"},
        {"record": 2, "stock": "5 g"},
        {"record": 3},
        {"record": 4, "mw": "48.06"},
    ]


def test_the_rest_of_a_library_does_not_change(tmp_path: Path) -> None:
    plain = "\n".join(",".join(line.split(",")[:2]) for line in CSV.splitlines()) + "\n"
    for name, text in (("with", CSV), ("without", plain)):
        (tmp_path / name).mkdir()
        _prepare(tmp_path / name, ("a.csv", text))
    for table in ("compounds", "ledger"):
        for index in range(2):
            name = f"lib/{table}/{parts.part_name(index)}"
            assert (tmp_path / "with" / name).read_bytes() == (tmp_path / "without" / name).read_bytes()
    without = open_library(tmp_path / "without" / "lib")
    assert not (without.folder / "extra").exists()
    assert without.extra_names == []
    assert without.extra([1, 0]).to_pylist() == [{"record": 1}, {"record": 0}]


def test_a_part_without_any_has_no_table_and_receipts_check_the_others(tmp_path: Path) -> None:
    library = _prepare(tmp_path, ("a.csv", "smiles,id,v\nC,a,\nCC,b,\nCCC,c,here\n"))
    assert [part.extra is None for part in library.parts] == [True, False]
    assert library.extra([0, 2])["v"].to_pylist() == [None, "here"]
    held = library.parts[1].extra
    assert held is not None
    held.write_bytes(b"damaged")
    assert parts.read_receipt(library.folder, 1) is None
    held.unlink()
    with pytest.raises(Exception, match="parts are missing"):
        open_library(library.folder)


def test_records_that_are_given_up_keep_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    records = tuple(
        RawRecord(row + 1, f"n{row}", "C" * (row + 1), Notation.SMILES, "", ((f"c{row // 64}", str(row)),))
        for row in range(130)
    )
    batch = RawBatch(0, ("a.csv",) * 130, records, 20.0)
    whole = standardise_batch(batch)
    real = module.standardised

    def broken(text: str, notation: Notation) -> object:
        if text == "CCC":
            raise RuntimeError("fault of this record")
        return real(text, notation)

    monkeypatch.setattr(module, "standardised", broken)
    tables = isolation.by_exception(standardise_batch, batch, RuntimeError("first"))
    assert tables["extra"].equals(whole["extra"])
    assert tables["ledger"]["state"].to_pylist().count(RecordState.FAILED.value) == 1
