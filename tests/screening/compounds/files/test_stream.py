"""Whatever the encoding, line ends and compression, the same lines come out; damage is said in a sentence."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard

from screening.compounds.files import stream
from screening.compounds.files.stream import TextFile
from screening.errors import FileError

LINES = ["CCO ethanol", "c1ccccc1 benzène", "CC(=O)O acide acétique"]


def _lines(path: Path) -> list[str]:
    return list(TextFile(path).lines())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_every_encoding_and_line_end_gives_the_same_lines(tmp_path: Path, encoding: str, end: str) -> None:
    if end == "\r" and encoding.startswith("utf-16"):
        pytest.skip("nobody writes this")
    path = tmp_path / "a.smi"
    path.write_bytes(end.join([*LINES, ""]).encode(encoding))
    assert _lines(path) == LINES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_lines_do_not_depend_on_the_pieces_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    path = tmp_path / "a.smi"
    path.write_bytes("\n".join(LINES).encode(encoding))
    for size in (1, 2, 3, 7, 16, 1000):
        monkeypatch.setattr(stream, "_CHUNK", size)
        if size == 1 and encoding == "utf-16":
            continue  # half a character is no start of a file
        assert _lines(path) == LINES


def test_compression_is_told_from_the_content_not_the_name(tmp_path: Path) -> None:
    text = "\n".join(LINES).encode()
    packed = zstandard.ZstdCompressor()
    for name, content in (
        ("a.smi", gzip.compress(text)),
        ("b.smi.gz", text),
        ("c.smi.zst", packed.compress(text[:10]) + packed.compress(text[10:])),
        ("d.smi.gz", gzip.compress(text[:10]) + gzip.compress(text[10:])),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert _lines(path) == LINES


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_truncated_and_damaged_compression_is_named_with_the_line(tmp_path: Path, pack) -> None:
    content = pack("\n".join(f"{'C' * (i % 90)}O name{i * 7919 % 100003}" for i in range(50_000)).encode())
    path = tmp_path / "a.smi.packed"
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(FileError, match=r"a\.smi\.packed, after line \d+: the .* data ends too early"):
        _lines(path)
    path.write_bytes(content[:2000] + bytes(500) + content[2500:])
    with pytest.raises(FileError, match=r"damaged|too early"):
        _lines(path)


def test_what_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(FileError, match="is not text"):
        _lines(path)
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(FileError, match="is a ZIP archive"):
        _lines(path)
    path.write_bytes(b"")
    with pytest.raises(FileError, match="is empty"):
        _lines(path)
    with pytest.raises(FileError, match="is a directory"):
        TextFile(tmp_path)
    with pytest.raises(FileError, match="no such file"):
        TextFile(tmp_path / "b.smi")


def test_an_endless_line_is_cut_and_the_next_one_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_LINE", 1000)
    monkeypatch.setattr(stream, "_CHUNK", 300)
    path = tmp_path / "a.smi"
    path.write_text("CC\n" + "C" * 50_000 + "\nCCO\nCCCO")
    lines = _lines(path)
    assert [lines[0], *lines[2:]] == ["CC", "CCO", "CCCO"]
    assert set(lines[1]) == {"C"}
    assert len(lines[1]) < 10_000


def test_consumed_reaches_the_size_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.smi.gz"
    path.write_bytes(gzip.compress(b"CCO\n" * 100_000))
    file = TextFile(path)
    file.head()
    assert file.consumed == 0
    assert sum(1 for _ in file.lines()) == 100_000
    assert file.consumed == path.stat().st_size
