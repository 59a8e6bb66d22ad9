"""Which format a structure file really has: judged by its content, whatever its name says."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import os
import re
import zlib
from pathlib import Path

from screening.errors import FileError
from screening.provenance import require_file

#: File name ending (without .gz) to the format it promises.
SUFFIXES: dict[str, str] = {
    ".pdb": "PDB", ".ent": "PDB", ".pdb1": "PDB", ".pdbqt": "PDB", ".cif": "mmCIF", ".mmcif": "mmCIF", ".pdbx": "mmCIF",
    ".bcif": "BinaryCIF", ".fasta": "FASTA", ".fa": "FASTA", ".faa": "FASTA", ".fas": "FASTA", ".seq": "FASTA",
}  # fmt: skip

READABLE = "a PDB, mmCIF, BinaryCIF or FASTA file (also .gz)"

#: A structure of the 52,000-atom class is 5 MB of text; this is a hundred times that.
LARGEST_BYTES = 1 << 30

_PDB_LINE = re.compile(
    r"^(HEADER|TITLE |COMPND|REMARK|CRYST1|ATOM  |HETATM|MODEL |SEQRES|EXPDTA|AUTHOR|OBSLTE|SPLIT |CAVEAT|NUMMDL|"
    r"ORIGX1|SCALE1|DBREF |KEYWDS|SOURCE|JRNL  |REVDAT|MODRES|HELIX |SHEET |SSBOND|LINK  |TER   |END   |MASTER)"
)
_PDB_ATOM = re.compile(r"^(ATOM  |HETATM).{6}.{15}", re.M)
_MMCIF = re.compile(r"^\s*(data_|loop_|_[A-Za-z])", re.I)
_FASTA_BODY = re.compile(r"^[A-Za-z*\-.\s]+$")


@dataclasses.dataclass(frozen=True)
class StructureFile:
    """The content of a structure file.

    Attributes
    ----------
    path
        Where it lies.
    sha256
        Of its bytes on the disk, compressed or not.
    format
        ``"PDB"``, ``"mmCIF"``, ``"BinaryCIF"`` or ``"FASTA"``.
    text
        Decoded text; empty for BinaryCIF.
    data
        Uncompressed bytes of a BinaryCIF file; empty otherwise.
    notes
        What was odd about it.
    """

    path: Path
    sha256: str
    format: str
    text: str
    data: bytes
    notes: tuple[str, ...]


def open_structure_file(path: str | os.PathLike[str]) -> StructureFile:
    """Read a file and recognise its format.

    Raises
    ------
    FileError
        If it is missing, empty, a directory, truncated or of no format that can be read.
    """
    path = require_file(path, READABLE)
    try:
        stored = path.read_bytes()
    except OSError as error:
        raise FileError(f"cannot be read ({error.strerror})", source=path) from error
    notes = []
    compressed = stored[:2] == b"\x1f\x8b"
    content = _unzipped(stored, path) if compressed else stored
    if not content.strip():
        raise FileError("holds nothing", source=path, expected=READABLE)
    name = path.name.lower()
    if name.endswith(".gz") and not compressed:
        notes.append(f"{path.name} is named .gz but is not compressed; read as it is.")
    kind, text = _recognise(content, path)
    promised = SUFFIXES.get(Path(name.removesuffix(".gz")).suffix)
    if promised and promised != kind:
        notes.append(f"{path.name} is named as {promised} but its content is {kind}; read as {kind}.")
    binary = content if kind == "BinaryCIF" else b""
    return StructureFile(path, hashlib.sha256(stored).hexdigest(), kind, text, binary, tuple(notes))


def _unzipped(stored: bytes, path: Path) -> bytes:
    try:
        content = gzip.decompress(stored)
    except EOFError:
        raise FileError("is a truncated gzip file", source=path, expected="a complete download") from None
    except (OSError, zlib.error) as error:
        raise FileError(f"is a damaged gzip file ({error})", source=path, expected="a complete download") from None
    if len(content) > LARGEST_BYTES:
        raise FileError(f"unpacks to {len(content)} bytes", source=path, expected="less than 1 GiB")
    return content


def _recognise(content: bytes, path: Path) -> tuple[str, str]:
    """Return the format and, for text formats, the decoded text."""
    other = _other_binary(content)
    if other == "BinaryCIF":
        return other, ""
    if other is not None:
        raise FileError(f"is {other}", source=path, expected=READABLE)
    text = _decoded(content, path)
    kind = text_format(text)
    if kind is None:
        raise FileError(f"is {_other_text(text)}", source=path, expected=READABLE)
    return kind, text


def text_format(text: str) -> str | None:
    """Return ``"PDB"``, ``"mmCIF"`` or ``"FASTA"`` by the look of the text, None if it is neither."""
    lines = [line for line in text[:200_000].splitlines() if line.strip()]
    first = next((line for line in lines if not line.startswith("#")), "")
    if _MMCIF.match(first):
        return "mmCIF"
    if first.startswith(">") or (first.startswith(";") and _fasta_body(lines)):
        # Wrong letters are the business of the FASTA reader, which can name the record.
        return "FASTA"
    if any(_PDB_LINE.match(f"{line:<6}") for line in lines[:5]) or _PDB_ATOM.search(text[:200_000]):
        return "PDB"
    return None


def _fasta_body(lines: list[str]) -> bool:
    body = [line for line in lines[:50] if not line.startswith((">", ";"))]
    return bool(body) and all(_FASTA_BODY.match(line) for line in body)


def _decoded(content: bytes, path: Path) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif content[:3] == b"\xef\xbb\xbf":
        encoding = "utf-8-sig"
    elif b"\0" in content[:65_536]:
        raise FileError("holds binary data of no known structure format", source=path, expected=READABLE)
    else:
        encoding = "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-16":
            raise FileError("is damaged UTF-16 text", source=path, expected=READABLE) from None
        text = content.decode("latin-1")
    unprintable = sum(1 for letter in text[:4096] if ord(letter) < 32 and letter not in "\t\r\n\f")
    if unprintable > 8:
        raise FileError("holds binary data of no known structure format", source=path, expected=READABLE)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _other_binary(content: bytes) -> str | None:
    head = content[:4096]
    if b"dataBlocks" in head[:200] or (b"encoder" in head[:64] and b"BinaryCIF" in content[:200]):
        return "BinaryCIF"
    if b"dataBlocks" in content[-200_000:] and content[0] & 0xF0 == 0x80:
        return "BinaryCIF"
    if b"mmtfVersion" in content[:200] or b"mmtfVersion" in content:
        return "an MMTF file, a format the PDB retired in 2024"
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            return what
    return None


_MAGIC: dict[bytes, str] = {
    b"PK\x03\x04": "a ZIP archive",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\x7fELF": "a program",
    b"PAR1": "a Parquet table",
    b"\x89HDF": "an HDF5 file",
}


def _other_text(text: str) -> str:
    head = text.lstrip()[:4000]
    low = head.lower()
    if low.startswith(("<!doctype html", "<html")):
        return "a web page (was an error page saved instead of the entry?)"
    if low.startswith(("<?xml", "<pdbx")):
        return "XML"
    if low.startswith(("{", "[")):
        return "JSON"
    if "@<tripos>" in low:
        return "a MOL2 file of small molecules"
    if "$$$$" in text or "v2000" in low or "v3000" in low:
        return "an SD or MOL file of small molecules"
    first = head.splitlines()[0][:60] if head else ""
    if len(head) >= 10 and _FASTA_BODY.match(head) and " " not in head.strip():
        return f"a bare sequence without the header line of FASTA, which begins with > (it begins {first!r})"
    return f"text of no known structure format (it begins {first!r})"
