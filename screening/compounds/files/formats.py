"""Compound file formats: the reader for each suffix.

To add a format, write ``read_<format>.py`` and a line in `READERS`. Compression is read from a file's first bytes;
the suffixes `COMPRESSIONS` are only taken off its name.
"""

from __future__ import annotations

import glob
import os
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rdkit import Chem, rdBase

from screening.compounds.files.archive import RefusedMember, UnpackedMember, members
from screening.compounds.files.columns import Columns, looks_like_smiles
from screening.compounds.files.read_excel import ExcelFile, read_excel
from screening.compounds.files.read_mol2 import read_mol2
from screening.compounds.files.read_parquet import ParquetFile, read_parquet
from screening.compounds.files.read_sdf import read_sdf
from screening.compounds.files.read_smiles import read_smiles
from screening.compounds.files.read_table import read_table
from screening.compounds.files.record import RawRecord
from screening.compounds.files.size_limits import bounded, require_small_workbook
from screening.compounds.files.stream import TextFile
from screening.errors import FileError, UsageError
from screening.provenance import require_file

COMPRESSIONS = (".gz", ".zst", ".bz2", ".xz")

#: Suffix to what opens the file and what reads its records.
READERS: dict[str, tuple[Callable[[Path], Any], Callable[[Any, Columns], Iterator[RawRecord]]]] = {
    ".smi": (TextFile, read_smiles),
    ".smiles": (TextFile, read_smiles),
    ".cxsmi": (TextFile, read_smiles),
    ".cxsmiles": (TextFile, read_smiles),
    ".can": (TextFile, read_smiles),
    ".ism": (TextFile, read_smiles),
    ".sdf": (TextFile, read_sdf),
    ".sd": (TextFile, read_sdf),
    ".mol": (TextFile, read_sdf),
    ".mol2": (TextFile, read_mol2),
    ".csv": (TextFile, read_table),
    ".tsv": (TextFile, read_table),
    ".tab": (TextFile, read_table),
    ".txt": (TextFile, read_smiles),  # or what its content looks like
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), (ExcelFile, read_excel)),
    ".parquet": (ParquetFile, read_parquet),
    ".pq": (ParquetFile, read_parquet),
}

#: A counts line: what no cell of a table and no name looks like.
_COUNTS = re.compile(r"^[ \d]{2}\d[ \d]{9,30}.{0,9}V[23]000[ \r]{0,9}$", re.MULTILINE)
_MOLBLOCK = re.compile(r"^(M  END|\$\$\$\$)|V[23]000\s*$|^\s*\d+\s+\d+\s.*0999", re.MULTILINE)


def suffix_of(path: Path) -> str:
    """Return the suffix that names the format, in lower case, without a compression suffix."""
    name = path.name.lower()
    for compression in COMPRESSIONS:
        name = name.removesuffix(compression)
    return Path(name).suffix


def suffix_like(head: str) -> str:
    """Return the suffix that fits the start of a text: mol blocks, a table with a column of SMILES, or SMILES."""
    if _COUNTS.search(head) or re.search(r"^M  END\s*$", head, re.MULTILINE):
        return ".sdf"
    first = next((line for line in head.splitlines() if line.strip() and not line.startswith("#")), "")
    separated = re.split(r"[,\t;|]", first)
    if len(separated) > 1 and any("smiles" in cell.lower() for cell in separated[1:]):
        return ".csv"
    if re.match(r'"?[a-z_ ]*smiles"?\s*[,;|]', first, re.IGNORECASE) or first.lower().startswith("sep="):
        return ".csv"
    if "," in first and not looks_like_smiles(first):
        return ".csv"
    return ".smi"


def _like_table(head: str) -> bool:
    """Say whether most lines are no SMILES but cells separated by commas or semicolons, one of them a SMILES."""
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    cells = [re.split("[,;]", line) for line in lines if not looks_like_smiles(line)]
    tabular = [row for row in cells if len(row) > 1 and any(_short_smiles(cell) for cell in row)]
    return 2 * len(tabular) > len(lines)


def _short_smiles(cell: str) -> bool:
    cell = cell.strip().strip('"')
    with rdBase.BlockLogs():
        return cell.lower() == "smiles" or (bool(cell) and not cell.isdigit() and Chem.MolFromSmiles(cell) is not None)


class CompoundFile:
    """A compound file that is about to be read.

    Parameters
    ----------
    path
        The file.
    columns
        Column names for tables; the name also chooses the data item that names SDF records.
    member
        Label and entry of the file inside, if `path` is a ZIP archive.

    Attributes
    ----------
    label
        What records of it are traced to: the file name, for a ZIP archive with the name of the file inside.
    size, consumed
        Bytes of the file, and bytes read so far.

    Raises
    ------
    FileError
        If it is missing, a directory, empty, of a format that is not read, or its content is another format than
        its name says.
    """

    def __init__(self, path: Path, columns: Columns, member: tuple[str, zipfile.ZipInfo] | None = None) -> None:
        self.path = require_file(path, "a compound file")
        self.label = path.name if member is None else f"{path.name}/{member[0]}"
        self.size = path.stat().st_size if member is None else member[1].file_size
        self._columns = columns
        self._member = None if member is None else member[1]
        self._unpacked: UnpackedMember | None = None
        suffix = suffix_of(path if member is None else Path(member[1].filename))
        if suffix not in READERS:
            raise FileError(
                f"files named *{suffix} are not read" if suffix else "the name has no suffix", source=path,
                expected="one of " + " ".join(READERS) + ", plain, .gz, .zst, .bz2 or .xz",
            )  # fmt: skip
        self._opener, self._reader = READERS[suffix]
        self._file = self._open()
        if isinstance(self._file, TextFile):
            head = self._file.head()
            if suffix == ".txt":
                # A column that is asked for says that it is a table.
                self._reader = READERS[".csv" if columns.smiles is not None else suffix_like(head)][1]
            self._require_content(head)
            if member is not None and suffix == ".txt" and not _holds_structures(head):
                raise FileError("holds no structures", source=path, where=member[0])

    def _open(self) -> Any:
        if self._member is not None and self._opener is TextFile:
            return TextFile(self.path, self._member)
        if self._member is not None and self._unpacked is None:
            self._unpacked = UnpackedMember(self.path, self._member)
        path = self.path if self._unpacked is None else self._unpacked.path
        if self._opener is ExcelFile:
            require_small_workbook(path)
        return self._opener(path)

    @property
    def consumed(self) -> int:
        """Bytes read so far."""
        return int(self._file.consumed)

    @property
    def understood(self) -> str:
        """How the file was understood, once it was read: the columns that were chosen; empty if none were."""
        return str(self._file.understood)

    def records(self) -> Iterator[RawRecord]:
        """Yield the records."""
        return map(bounded, self._reader(self._file, self._columns))

    def require_first_record(self) -> None:
        """Read the first record, so that a wrong column or format is reported before any work.

        Raises
        ------
        FileError, UsageError
            If it cannot be read.
        """
        next(self.records(), None)
        self._file = self._open()

    def _require_content(self, head: str) -> None:
        if not head.strip():
            raise FileError("holds no text", source=self.path, expected="a compound file")
        like_sdf = _MOLBLOCK.search(head) is not None
        if _COUNTS.search(head) and self._reader is not read_sdf:
            raise FileError("holds mol blocks", source=self.path, expected="the suffix .sdf for such a file")
        if self._reader is read_smiles and _like_table(head):
            raise FileError("holds a table", source=self.path, expected="the suffix .csv or .tsv for such a file")
        if not like_sdf and self._reader is read_sdf:
            raise FileError("holds no mol block", source=self.path, expected="an SD file (or another suffix)")


def _holds_structures(head: str) -> bool:
    """Say whether a text file whose name says nothing is one of compounds, not a README beside them."""
    if _MOLBLOCK.search(head) or suffix_like(head) == ".csv":
        return True
    lines = [line for line in head.splitlines()[:20] if line.strip() and not line.startswith("#")]
    read = sum(any(looks_like_smiles(cell) for cell in line.split()[:2]) for line in lines)
    return 2 * read >= max(1, len(lines) - 1)


def open_files(names: Sequence[str | os.PathLike[str]], columns: Columns) -> list[CompoundFile | RefusedMember]:
    """Return the compound files meant by names and patterns; a ZIP archive stands for the files in it.

    A file in an archive that is not read stands there too, as a `RefusedMember`.

    Raises
    ------
    FileError, UsageError
        As `find_files` and `CompoundFile`; or if an archive is damaged or holds no compound file.
    """
    found: list[CompoundFile | RefusedMember] = []
    for path in find_files(names):
        if path.suffix.lower() == ".zip":
            found += _members(path, columns)
        else:
            found.append(CompoundFile(path, columns))
    labels = Counter(file.label for file in found)
    for file in found:
        if labels[file.label] > 1:  # the same name in several folders
            file.label = file.path.as_posix() + file.label.removeprefix(file.path.name)
    return found


def _members(path: Path, columns: Columns) -> list[CompoundFile | RefusedMember]:
    inside = members(path)
    found: list[CompoundFile | RefusedMember] = []
    for label, info in inside:
        try:
            found.append(_member(path, columns, label, info))
        except (FileError, UsageError) as error:
            reason = "; expected ".join(part for part in (error.problem, error.expected) if part)
            found.append(RefusedMember(path, f"{path.name}/{label}", label, reason))
    if not any(isinstance(file, CompoundFile) for file in found):
        raise FileError(
            f"holds no compound file ({', '.join(label for label, _ in inside[:5]) or 'it is empty'})", source=path,
            expected="files such as .smi, .sdf, .csv or .xlsx inside",
        )  # fmt: skip
    return found


def _member(path: Path, columns: Columns, label: str, info: zipfile.ZipInfo) -> CompoundFile:
    """Open a member.

    Raises
    ------
    FileError, UsageError
        If it is not read; the problem says why.
    """
    if not info.file_size:
        raise FileError("is empty")
    if info.flag_bits & 1:
        raise FileError("is encrypted")
    if suffix_of(Path(info.filename)) == ".zip":
        raise FileError("is an archive in an archive", expected="it to be unpacked")
    file = CompoundFile(path, columns, (label, info))
    file.require_first_record()
    return file


def find_files(names: Sequence[str | os.PathLike[str]]) -> list[Path]:
    """Return the files meant: each name as it is, or if there is no such file, as a pattern with ``*`` and ``?``.

    Raises
    ------
    FileError
        If a name is neither a file nor matches one.
    UsageError
        If nothing is given.
    """
    if not names:
        raise UsageError("no compound file given", expected="at least one file")
    found: list[Path] = []
    for name in names:
        text = os.fspath(name)
        if not os.path.exists(text) and glob.has_magic(text):
            matches = sorted(match for match in glob.glob(text, recursive=True) if os.path.isfile(match))
            if not matches:
                raise FileError("no file matches", source=text, expected="a compound file")
            found += [Path(match) for match in matches]
        else:
            found.append(Path(text))
    return found
