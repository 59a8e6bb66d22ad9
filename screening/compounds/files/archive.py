"""What is in a ZIP archive: every member is read, or refused by its name as a record of the ledger."""

from __future__ import annotations

import shutil
import tempfile
import weakref
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from screening.compounds.files.record import Notation, RawRecord
from screening.errors import FileError
from screening.provenance import require_file

#: Folders and files that programs put into archives beside what they were made for.
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
#: Bytes of a member that has to be unpacked to a file before it can be read.
MAX_UNPACKED = 2_000_000_000
#: More members than this are no compound files of a person.
MAX_MEMBERS = 10_000


def members(path: Path) -> list[tuple[str, zipfile.ZipInfo]]:
    """Return label and entry of every file in an archive, by name; two of one name get numbers.

    Raises
    ------
    FileError
        If it is no archive, or holds more than `MAX_MEMBERS` files.
    """
    try:
        with zipfile.ZipFile(require_file(path, "a compound file")) as archive:
            inside = [info for info in archive.infolist() if not info.is_dir() and not _litter(info.filename)]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileError("is not a readable ZIP archive", source=path) from error
    if len(inside) > MAX_MEMBERS:
        raise FileError(f"holds {len(inside):,} files", source=path, expected=f"at most {MAX_MEMBERS:,}")
    seen: Counter[str] = Counter()
    found = []
    for info in sorted(inside, key=lambda each: each.filename):
        seen[info.filename] += 1
        number = f" ({seen[info.filename]})" if seen[info.filename] > 1 else ""
        found.append((info.filename + number, info))
    return found


def _litter(name: str) -> bool:
    return name.startswith(_LITTER[0]) or name.rsplit("/", 1)[-1] in _LITTER[1:]


class RefusedMember:
    """A member that is not read: one record that says why.

    Attributes
    ----------
    path
        The archive.
    label
        What its record is traced to.
    size, consumed
        Bytes of it; nothing is read.
    reason
        Why it is not read.
    """

    def __init__(self, path: Path, label: str, name: str, reason: str) -> None:
        self.path = path
        self.label = label
        self.size = self.consumed = 0
        self.reason = reason
        self._name = name

    def records(self) -> Iterator[RawRecord]:
        """Yield the one record."""
        yield RawRecord(1, self._name, "", Notation.SMILES, f"this file of the archive is not read: {self.reason}")

    def require_first_record(self) -> None:
        """Do nothing: there is one."""


class UnpackedMember:
    """A member as a file of its own, for formats that are not read from their beginning to their end.

    It lies in a temporary folder that goes with this object.

    Raises
    ------
    FileError
        If it cannot be unpacked, or is larger than `MAX_UNPACKED`.
    """

    def __init__(self, path: Path, info: zipfile.ZipInfo) -> None:
        folder = tempfile.mkdtemp(prefix="workbench-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.path = Path(folder) / f"member{Path(info.filename).suffix.lower()}"
        if info.file_size > MAX_UNPACKED:
            raise FileError(f"unpacks to {info.file_size / 1e9:.1f} GB", source=path, where=info.filename)
        try:
            with zipfile.ZipFile(path) as archive, archive.open(info) as member, open(self.path, "wb") as out:
                shutil.copyfileobj(cast(BinaryIO, member), out, 1 << 20)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
            raise FileError(f"cannot be unpacked ({error})", source=path, where=info.filename) from error
