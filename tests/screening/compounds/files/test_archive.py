"""Every member of a ZIP archive is read, or refused by its name in the ledger; none is read twice or as another."""

from __future__ import annotations

import bz2
import gzip
import io
import warnings
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from screening.compounds.files.archive import RefusedMember
from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import open_files
from screening.compounds.library.prepare import prepare_library
from screening.errors import FileError
from workbench.export.stamp import Stamp
from workbench.export.write_xlsx import write as write_xlsx

REFUSED = ("README.txt", "LICENSE", "g.sdf.bz2", "h.zip", "i.smi", "notes.pdf", "j.parquet", "../../k.exe")


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"smiles": ["CCN", "CCNC"], "name": ["p1", "p2"]}), sink)
    return sink.getvalue()


def inner_zip() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("deep.smi", "CCCCCC deep\n")
    return sink.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "vendor.zip"
    readable = {
        "a.smi": b"CCO a1\nCCCO a2\n",
        "b.csv": b"smiles,name\nCCCl,b1\n",
        "c.smi.gz": gzip.compress(b"CCBr c1\n"),
        "d.smi.zst": zstandard.ZstdCompressor().compress(b"CCI d1\n"),
        "e.txt": b"CCF e1\nCCCF e2\n",
        "f.parquet": parquet(),
    }
    refused = {
        "README.txt": b"This library was made for screening.\nSee the licence. CCO is ethanol.\nContact us.\n",
        "LICENSE": b"All rights reserved\n",
        "g.sdf.bz2": bz2.compress(b"x"),
        "h.zip": inner_zip(),
        "i.smi": b"",
        "notes.pdf": b"%PDF",
        "j.parquet": b"PAR1 broken",
        "../../k.exe": b"MZ",
    }
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        warnings.simplefilter("ignore", UserWarning)  # of the two of one name
        for name, content in {**readable, **refused}.items():
            out.writestr(name, content)
        out.writestr("a.smi", b"CCS again\n")
        out.writestr("__MACOSX/._a.smi", b"\x00\x05")
    return path


def test_every_member_is_read_or_refused_by_name(archive: Path, tmp_path: Path) -> None:
    library = prepare_library(archive, tmp_path / "library")
    ledger = library.read_ledger(0).to_pylist()
    assert library.records == len(ledger)
    by_source: dict[str, list[str]] = {}
    for row in ledger:
        by_source.setdefault(row["source"].removeprefix("vendor.zip/"), []).append(row["state"])
    assert by_source == {
        "a.smi": ["ready"] * 2, "a.smi (2)": ["ready"], "b.csv": ["ready"], "c.smi.gz": ["ready"],
        "d.smi.zst": ["ready"], "e.txt": ["ready"] * 2, "f.parquet": ["ready"] * 2,
        **{name: ["rejected"] for name in REFUSED},
    }  # fmt: skip
    names = {name for index in range(len(library.parts)) for name in library.read_compounds(index)["name"].to_pylist()}
    assert names == {"a1", "a2", "again", "b1", "c1", "d1", "e1", "e2", "p1", "p2"}
    reasons = {row["source"].removeprefix("vendor.zip/"): row["reason"] for row in ledger if row["reason"]}
    assert "an archive in an archive; expected it to be unpacked" in reasons["h.zip"]
    assert "is empty" in reasons["i.smi"]
    assert "holds no structures" in reasons["README.txt"]
    assert "holds no mol block" in reasons["g.sdf.bz2"]
    assert all(reason.startswith("this file of the archive is not read: ") for reason in reasons.values())
    assert not list(tmp_path.glob("**/*.exe"))


def test_a_damaged_member_is_told(archive: Path, tmp_path: Path) -> None:
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        info = opened.getinfo("b.csv")
    at = info.header_offset + 30 + len("b.csv")
    content[at + info.compress_size // 2] ^= 0xFF
    archive.write_bytes(content)
    refused = [file for file in open_files([archive], Columns()) if isinstance(file, RefusedMember)]
    assert "vendor.zip/b.csv" in [file.label for file in refused]


def test_an_archive_of_nothing_that_is_read_is_an_error(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr("README.txt", "Nothing to see here, move along.\n")
        out.writestr("h.zip", inner_zip())
    with pytest.raises(FileError, match=r"holds no compound file \(README\.txt, h\.zip\)"):
        open_files([tmp_path / "a.zip"], Columns())


def test_workbooks_inside_are_read(tmp_path: Path) -> None:
    from screening.provenance import Manifest

    table = pa.table({"smiles": ["CCO", "CCN"], "name": ["x1", "x2"]})
    stamp = Stamp("A run", "pKd", Manifest.now("key"), {"scored": 2})
    write_xlsx(table.to_reader(), tmp_path / "a.xlsx", stamp)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.write(tmp_path / "a.xlsx", "set/a.xlsx")
    (file,) = open_files([tmp_path / "a.zip"], Columns())
    assert [record.text for record in file.records()] == ["CCO", "CCN"]
