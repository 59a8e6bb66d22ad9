"""The one reader of part files: what is read is what its receipt says was written.

A part lies at ``FOLDER/TABLE/part-000123.parquet`` and its receipt at ``FOLDER/receipts/part-000123.json``, so a part's
path is enough to find the checksum. Each file is checked the first time a process reads it, and again when its size,
its time or its place on the disk have changed since: a part with its rows shifted would give wrong rows without a word.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from screening.engine import parts
from screening.errors import FileError
from screening.provenance import content_key

#: Files that are remembered as checked; more of them are checked again.
_REMEMBERED = 200_000

#: Path to what the file was when it was checked.
_checked: dict[str, tuple[str, int, int, int]] = {}


def read_part(
    path: Path,
    *,
    columns: list[str] | None = None,
    filters: pc.Expression | None = None,
    sha256: str | None = None,
) -> pa.Table:
    """Return a part, or some columns and rows of it.

    In this thread alone: with a pool of threads each keeps memory of its own, and thousands of small files make that
    the largest part of a driver.

    Parameters
    ----------
    path
        The part file.
    columns, filters
        What is wanted of it; everything by default.
    sha256
        What its checksum must be; that in its receipt by default.

    Raises
    ------
    FileError
        If it or its receipt is missing, damaged or was changed.
    """
    source: Path | pa.BufferReader = path
    try:
        if not _known(path, sha256):
            # Read once: what is checked and what is read are the same bytes.
            source = pa.BufferReader(_content(path, sha256))
        if filters is not None:
            return pq.read_table(source, columns=columns, filters=filters, use_threads=False)
        with pq.ParquetFile(source) as file:
            return file.read(columns=columns, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path) from error


def table_of(content: bytes) -> pa.Table:
    """Return the table of a Parquet file whose bytes were read and checked by other means.

    The bytes are copied into memory of Arrow's. A thread of its pool that gives back memory of Python while the
    interpreter is taken down would abort the process (exit code -6 after a complete answer; CPython issue 87135).

    Raises
    ------
    pyarrow.ArrowException, OSError
        If they are no Parquet file.
    """
    own = pa.allocate_buffer(len(content))
    memoryview(own).cast("B")[:] = content
    with pq.ParquetFile(pa.BufferReader(own)) as file:
        return file.read(use_threads=False)


def part_schema(path: Path) -> pa.Schema:
    """Return the columns of a part.

    Raises
    ------
    FileError
        If it or its receipt is missing, damaged or was changed.
    """
    require_intact(path)
    try:
        return pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path) from error


def require_intact(path: Path, sha256: str | None = None) -> None:
    """Check a part that something else is going to read.

    Raises
    ------
    FileError
        If it or its receipt is missing, damaged or was changed.
    """
    if not _known(path, sha256):
        _content(path, sha256)


def _known(path: Path, sha256: str | None) -> bool:
    held = _checked.get(os.fspath(path))
    if held is None or (sha256 is not None and sha256 != held[0]):
        return False
    try:
        return held[1:] == _signature(os.stat(path))
    except OSError as error:
        raise _damaged(path) from error


def _signature(state: os.stat_result) -> tuple[int, int, int]:
    return state.st_size, state.st_mtime_ns, state.st_ino


def _content(path: Path, sha256: str | None) -> pa.Buffer:
    """Return the bytes of a part after they were checked."""
    wanted = sha256 or _receipt_sha256(path)
    try:
        with open(path, "rb") as stream:
            state = os.fstat(stream.fileno())
            content = pa.allocate_buffer(state.st_size)
            whole = stream.readinto(memoryview(content)) == state.st_size
    except OSError as error:
        raise _damaged(path) from error
    if not whole or hashlib.sha256(content).hexdigest() != wanted:
        raise _damaged(path)
    if len(_checked) >= _REMEMBERED:
        _checked.clear()
    _checked[os.fspath(path)] = (wanted, *_signature(state))
    return content


def _receipt_sha256(path: Path) -> str:
    number = path.stem.removeprefix("part-")
    receipt = parts.read_receipt(path.parent.parent, int(number), verify=False) if number.isdigit() else None
    if receipt is None or path.parent.name not in receipt.parts:
        raise FileError("has no receipt", source=path, expected="a part that its writer finished")
    return receipt.parts[path.parent.name].sha256


def _damaged(path: Path) -> FileError:
    return FileError("is missing, damaged or was changed after it was written", source=path)


def seal(receipts: Iterable[parts.Receipt]) -> str:
    """Return one checksum over those of all parts: it finds a part that was exchanged together with its receipt."""
    return content_key([[receipt.index, *sorted(_lines(receipt))] for receipt in receipts])


def _lines(receipt: parts.Receipt) -> list[tuple[str, int, str]]:
    return [(part.path, part.rows, part.sha256) for part in receipt.parts.values()]


def damaged_parts(folder: Path) -> list[str]:
    """Check every part of a job folder; return what is wrong, one sentence each."""
    found = []
    held = {path.stem for path in (folder / parts.RECEIPTS).glob("part-*.json")}
    for path in sorted(folder.glob("*/part-*.parquet")):
        if path.stem not in held:
            found.append(f"{path}: has no receipt.")
    for stem in sorted(held):
        receipt = parts.read_receipt(folder, int(stem.removeprefix("part-")), verify=False)
        if receipt is None:
            found.append(f"{folder / parts.RECEIPTS / stem}.json: is no receipt.")
            continue
        for part in receipt.parts.values():
            _checked.pop(os.fspath(folder / part.path), None)
            try:
                require_intact(folder / part.path, part.sha256)
            except FileError as error:
                found.append(str(error))
    return found
