"""A small file of a stranger does not take the memory of the machine: at most 300 MB, whatever it unpacks to."""

from __future__ import annotations

import gzip
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

_MEGABYTES = 300

_PROGRAM = """
import json, resource, sys
from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import open_files
from screening.errors import ScreeningError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
records, problem = [], ""
try:
    for file in open_files([sys.argv[1]], Columns()):
        for record in file.records():
            records.append((record.name[:20], len(record.text), record.problem))
except ScreeningError as error:
    problem = str(error)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"records": records[:5], "count": len(records), "problem": problem, "more": (peak - before) / 1024}))
"""

#: A piece of 32 MB that packs to 32 kB, and how often it stands in a bomb.
_TIMES = 10
_HEAD = b"name\n  x\n\n  1  0  0  0  0  0            999 V2000\n"


def packed(pack: Callable[[bytes], bytes], head: bytes, piece: bytes, tail: bytes) -> bytes:
    return pack(head) + pack(piece * ((32 << 20) // len(piece))) * _TIMES + pack(tail)


def zst(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(content)


def gz(content: bytes) -> bytes:
    return gzip.compress(content, 9)


BOMBS: dict[str, Callable[[], bytes]] = {
    "line.smi.gz": lambda: packed(gz, b"CCO first\n", b"C", b" long\nCCN last\n"),
    "record.sdf.gz": lambda: packed(gz, _HEAD, b">  <X>\n" + b"A" * 1000 + b"\n", b"M  END\n$$$$\n"),
    "line.smi.zst": lambda: packed(zst, b"CCO first\n", b"C", b" long\nCCN last\n"),
    "lines.sdf.zst": lambda: packed(zst, _HEAD, b"A" * 80 + b"\n", b"M  END\n$$$$\n"),
    "record.mol2.gz": lambda: packed(gz, b"@<TRIPOS>MOLECULE\nm\n", b"1 C 0 0 0 C.3\n", b"@<TRIPOS>ATOM\n"),
    "cell.csv.gz": lambda: packed(gz, b'smiles,name\nCCO,"', b"x" * 64, b'"\nCCN,last\n'),
    "columns.csv.gz": lambda: packed(gz, b"smiles,name\nCCO,a", b",", b"\nCCN,last\n"),
}


def read(path: Path) -> dict:  # type: ignore[type-arg]
    done = subprocess.run([sys.executable, "-c", _PROGRAM, path], capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(
    "name",
    [name if name.startswith(("line.smi.gz",)) else pytest.param(name, marks=pytest.mark.slow) for name in BOMBS],
)
def test_a_bomb_is_read_in_little_memory(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(BOMBS[name]())
    assert path.stat().st_size < 3_000_000
    found = read(path)
    assert found["more"] < _MEGABYTES, found
    assert found["problem"] or any(problem for _, _, problem in found["records"]) or found["count"] <= 3, found
    if name.startswith("line."):
        assert [record[0] for record in found["records"]][::2] == ["first", "last"], "the others are read"


@pytest.mark.slow
def test_a_workbook_and_a_member_that_lie_about_their_size(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"<c><v>1</v></c>" * (1 << 24))
    content = path.read_bytes()
    size = (15 << 24).to_bytes(4, "little")
    assert content.count(size) >= 1
    path.write_bytes(content.replace(size, (1000).to_bytes(4, "little")))
    found = read(path)
    assert "is a workbook of more than 150 MB" in found["problem"]
    assert found["more"] < _MEGABYTES


def test_the_measure_sees_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    subprocess.run([sys.executable, "-c", "x = bytearray(b'x' * 350_000_000)"], check=True)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > min(before, 300_000)
