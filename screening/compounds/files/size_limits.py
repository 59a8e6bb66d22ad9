"""How large a record, and a workbook, may be: a small file of a stranger must not take the memory of the machine.

A few megabytes of compressed data can unpack to gigabytes. Text is unpacked in small pieces, a record that is larger
than any sensible one is refused, and what cannot be read in pieces (a workbook) is refused when it unpacks to too much.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from screening.compounds.files.record import Notation, RawRecord
from screening.errors import FileError

#: Characters of a SMILES, of a mol or MOL2 block, and of a name that are read.
MAX_SMILES, MAX_BLOCK, MAX_NAME = 20_000, 4_000_000, 2_000
#: Characters of all other cells or data items of a record that are kept.
MAX_EXTRAS = 1_000_000
#: Bytes a workbook may unpack to: a spreadsheet program holds some times as much in memory.
MAX_WORKBOOK = 150_000_000
#: What is shown of a record that is refused.
_SHOWN = 200


def bounded(record: RawRecord) -> RawRecord:
    """Return a record that takes little memory: refused if its structure is too large, its name cut if that is."""
    limit = MAX_SMILES if record.notation is Notation.SMILES else MAX_BLOCK
    if len(record.text) > limit:
        problem = record.problem or f"a structure of more than {limit:,} characters"
        record = record._replace(text=record.text[:_SHOWN], problem=problem, extra=())
    elif record.problem and len(record.text) > MAX_SMILES:
        record = record._replace(text=record.text[:MAX_SMILES])
    if len(record.name) > MAX_NAME:
        record = record._replace(name=record.name[:MAX_NAME] + "…")
    if sum(len(name) + len(text) for name, text in record.extra) > MAX_EXTRAS:
        record = record._replace(extra=())
    return record


def require_small_workbook(path: Path) -> None:
    """Refuse a workbook that unpacks to more than `MAX_WORKBOOK`; old ones (.xls) are not packed.

    Raises
    ------
    FileError
        If it does, or is larger itself.
    """
    size = path.stat().st_size
    if zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as book:
                # Not what the archive says of itself: the program that reads it unpacks what is there.
                size = sum(_unpacked(book, info, MAX_WORKBOOK) for info in book.infolist())
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
            return  # its reader says what is wrong
    if size > MAX_WORKBOOK:
        raise FileError(
            f"is a workbook of more than {MAX_WORKBOOK // 1_000_000} MB", source=path,
            expected="so many compounds as .csv, .parquet or .sdf",
        )  # fmt: skip


def _unpacked(book: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> int:
    """Return how many bytes a member unpacks to, at least; counting stops above `most`."""
    if info.compress_size * 1100 < most // 100 or info.compress_type != zipfile.ZIP_DEFLATED:
        return max(info.file_size, info.compress_size)
    import zlib

    assert book.fp is not None
    book.fp.seek(info.header_offset + 26)
    lengths = book.fp.read(4)
    book.fp.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
    unpacker, total, left = zlib.decompressobj(wbits=-15), 0, info.compress_size
    while left > 0 and total <= most and not unpacker.eof:
        data = book.fp.read(min(left, 1 << 16))
        if not data:
            break
        left -= len(data)
        while data and total <= most:
            try:
                total += len(unpacker.decompress(data, 1 << 20))
            except zlib.error:
                return total
            data = unpacker.unconsumed_tail
    return max(total, 0)
