"""Lines of a text file, whatever its compression, encoding and line ends, read in pieces."""

from __future__ import annotations

import bz2
import contextlib
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

from screening.errors import FileError
from screening.provenance import require_file

#: Characters of a line that are kept; the rest of a longer line is passed over.
MAX_LINE = 1_000_000

_CHUNK = 1 << 18
_ZSTD_CHUNK, _ZSTD_WINDOW = 1 << 9, 1 << 27
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BZIP2 = b"BZh"
_XZ = b"\xfd7zX"
_REFUSED = {
    b"PK\x03\x04": "a ZIP archive",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF file",
    b"\x89PNG": "a picture",
    b"\xd0\xcf\x11\xe0": "an old Microsoft Office file",
}


class TextFile:
    """A text file that is read once, line by line.

    Parameters
    ----------
    path
        Plain, gzip or Zstandard file; what it is is read from its first bytes, not from its name. UTF-8 with
        or without byte order mark, UTF-16, and Latin-1 are recognised.
    member
        Entry of the file inside, if `path` is a ZIP archive.

    Attributes
    ----------
    consumed
        Bytes of the file (compressed ones if it is compressed) read so far.
    line
        Number of the line that was handed out last, from 1.
    understood
        How a reader understood the file, in words; empty where there was nothing to choose.

    Raises
    ------
    FileError
        If the file is missing, a directory, empty or not text; later, while reading, if compressed data is
        damaged or ends too early.
    """

    def __init__(self, path: str | os.PathLike[str], member: zipfile.ZipInfo | None = None) -> None:
        self.path = require_file(Path(path), "a compound file")
        self._member = member
        self._where = None if member is None else member.filename
        self.consumed = 0
        self.line = 0
        self.understood = ""

    def lines(self) -> Iterator[str]:
        """Yield the lines without their ends."""
        rest = ""
        cut = False
        for text in self._decoded():
            pieces = (rest + text).split("\n")
            rest = pieces.pop()
            for piece in pieces:
                if cut:  # the tail of a line that was too long
                    cut = False
                    continue
                self.line += 1
                yield piece[:-1] if piece.endswith("\r") else piece
            if len(rest) > MAX_LINE:
                if not cut:
                    self.line += 1
                    yield rest[:MAX_LINE]
                cut = True
                rest = ""
        if rest and not cut:
            self.line += 1
            yield rest.removesuffix("\r")

    def head(self, size: int = 1 << 16) -> str:
        """Return about the first `size` characters; the file is then read from its start again."""
        text = ""
        try:
            for piece in self._decoded():
                text += piece
                if len(text) >= size:
                    break
        except FileError:
            if not text:
                raise
            # Said again, with the line, when the lines are read.
        self.consumed = 0
        return text[:size]

    def _decoded(self) -> Iterator[str]:
        encoding = ""
        pending = b""
        for chunk in self._bytes():
            data = pending + chunk
            if not encoding:
                encoding = self._encoding(data)
                data = data.removeprefix(b"\xef\xbb\xbf")
                if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    data = data[2:]
            end = _last_line_end(data, encoding)
            if end == 0 and len(data) < 4 * MAX_LINE:
                pending = data
                continue
            end = end or len(data) // 2 * 2
            pending = data[end:]
            yield _text(data[:end], encoding)
        if pending:
            yield _text(pending, encoding or "utf-8")

    def _encoding(self, head: bytes) -> str:
        for magic, kind in _REFUSED.items():
            if head.startswith(magic):
                raise FileError(f"is {kind}", source=self.path, expected="a text file of compounds")
        if head.startswith(b"\xff\xfe"):
            return "utf-16-le"
        if head.startswith(b"\xfe\xff"):
            return "utf-16-be"
        sample = head[:4096]
        if b"\x00" in sample:
            half = len(sample) // 2
            if sample[1::2].count(0) > 0.4 * half and sample[0::2].count(0) == 0:
                return "utf-16-le"
            if sample[0::2].count(0) > 0.4 * half and sample[1::2].count(0) == 0:
                return "utf-16-be"
            if sample.count(0) <= 0.001 * len(sample) + 1:
                return "utf-8"  # one in a broken record: that record is refused
            raise FileError("is not text (it holds zero bytes)", source=self.path, expected="SMILES, SDF or CSV")
        control = sum(byte < 32 and byte not in (9, 10, 12, 13, 26) for byte in sample)
        if control > 0.02 * len(sample):
            raise FileError("is not text", source=self.path, expected="SMILES, SDF or CSV")
        if b"\n" not in sample and b"\r" in sample:
            return "classic-mac"
        return "utf-8"

    def _bytes(self) -> Iterator[bytes]:
        try:
            with self._opened() as stream:
                magic = stream.read(4)
                stream.seek(0)
                if magic.startswith(_GZIP):
                    yield from self._gzip(stream)
                elif magic == _ZSTD:
                    yield from self._zstd(stream)
                elif magic.startswith(_BZIP2):
                    yield from self._blocks(stream, bz2.BZ2Decompressor, "bzip2")
                elif magic == _XZ:
                    yield from self._blocks(stream, lzma.LZMADecompressor, "xz")
                else:
                    while chunk := stream.read(_CHUNK):
                        self.consumed = stream.tell()
                        yield chunk
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
            raise FileError(f"cannot be unpacked ({error})", source=self.path, where=self._where) from error
        except OSError as error:
            raise FileError(f"cannot be read ({error.strerror or error})", source=self.path) from error

    @contextlib.contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        if self._member is None:
            with open(self.path, "rb") as stream:
                yield stream
        else:
            with zipfile.ZipFile(self.path) as archive, archive.open(self._member) as member:
                yield cast(BinaryIO, member)

    def _gzip(self, stream: BinaryIO) -> Iterator[bytes]:
        # Unpacked by hand: Python's reader gives nothing of the last piece when the data ends too early.
        unpacker = zlib.decompressobj(wbits=31)
        try:
            while data := stream.read(_CHUNK):
                self.consumed = stream.tell()
                while data:
                    # In small pieces: a quarter of a megabyte can unpack to a quarter of a gigabyte.
                    chunk = unpacker.decompress(data, _CHUNK)
                    data = unpacker.unconsumed_tail
                    if unpacker.eof:
                        data = unpacker.unused_data.lstrip(b"\x00")
                        if data or stream.peek(1)[:1]:  # type: ignore[attr-defined]
                            unpacker = zlib.decompressobj(wbits=31)
                    if chunk:
                        yield chunk
        except zlib.error as error:
            raise self._damaged("gzip") from error
        if not unpacker.eof:
            raise self._truncated("gzip")

    def _zstd(self, stream: BinaryIO) -> Iterator[bytes]:
        # ``stream_reader`` ends quietly in the middle of a frame; a decompression object tells.
        # A block of four bytes can unpack to 128 kB, so it gets little at a time.
        unpacker, inside = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj(), False
        try:
            while data := stream.read(_ZSTD_CHUNK):
                self.consumed = stream.tell()
                while data:
                    chunk, inside = unpacker.decompress(data), True
                    data = b""
                    if unpacker.eof:
                        data, inside = unpacker.unused_data, False
                        unpacker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
                    if chunk:
                        yield chunk
        except zstandard.ZstdError as error:
            raise self._damaged("Zstandard") from error
        if inside:
            raise self._truncated("Zstandard")

    def _blocks(self, stream: BinaryIO, make: Callable[[], Any], kind: str) -> Iterator[bytes]:
        unpacker, inside = make(), False
        try:
            while data := stream.read(_CHUNK):
                self.consumed = stream.tell()
                while data or not (unpacker.eof or unpacker.needs_input):
                    chunk, inside = unpacker.decompress(data, _CHUNK), True
                    data = b""
                    if unpacker.eof:
                        data, inside = unpacker.unused_data, False
                        unpacker = make()
                    if chunk:
                        yield chunk
        except (OSError, lzma.LZMAError, EOFError) as error:
            raise self._damaged(kind) from error
        if inside:
            raise self._truncated(kind)

    def _truncated(self, kind: str) -> FileError:
        return FileError(
            f"the {kind} data ends too early", source=self.path, where=f"after line {self.line}",
            expected="a whole file: copy or download it again",
        )  # fmt: skip

    def _damaged(self, kind: str) -> FileError:
        return FileError(
            f"the {kind} data is damaged", source=self.path, where=f"after line {self.line}",
            expected="a whole file: copy or download it again",
        )  # fmt: skip


def _last_line_end(data: bytes, encoding: str) -> int:
    if encoding == "classic-mac":
        return data.rfind(b"\r") + 1
    if encoding.startswith("utf-16"):
        end = b"\n\x00" if encoding == "utf-16-le" else b"\x00\n"
        found = data.rfind(end)
        while found > 0 and found % 2:
            found = data.rfind(end, 0, found + 1)
        return max(found, 0) // 2 * 2 + (2 if found >= 0 else 0)
    return data.rfind(b"\n") + 1


def _text(data: bytes, encoding: str) -> str:
    if encoding == "classic-mac":
        return _text(data, "utf-8").replace("\r\n", "\n").replace("\r", "\n")
    if encoding.startswith("utf-16"):
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Decided per line: one Latin-1 name must not spoil the UTF-8 names around it.
        return "\n".join(_line(line) for line in data.split(b"\n"))


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")
