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

from screening.compounds.files.columns import Columns, looks_like_smiles
from screening.compounds.files.read_excel import ExcelFile, read_excel
from screening.compounds.files.read_mol2 import read_mol2
from screening.compounds.files.read_parquet import ParquetFile, read_parquet
from screening.compounds.files.read_sdf import read_sdf
from screening.compounds.files.read_smiles import read_smiles
from screening.compounds.files.read_table import read_table
from screening.compounds.files.record import RawRecord
from screening.compounds.files.stream import TextFile
from screening.errors import FileError, UsageError
from screening.provenance import require_file

COMPRESSIONS = (".gz", ".zst")

#: Suffix to what opens the file and what reads its records.
READERS: dict[str, tuple[Callable[[Path], Any], Callable[[Any, Columns], Iterator[RawRecord]]]] = {
    ".smi": (TextFile, read_smiles),
    ".smiles": (TextFile, read_smiles),
    ".cxsmi": (TextFile, read_smiles),
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

_MOLBLOCK = re.compile(r"^(M  END|\$\$\$\$)|V[23]000\s*$|^\s*\d+\s+\d+\s.*0999", re.MULTILINE)


def suffix_of(path: Path) -> str:
    """Return the suffix that names the format, in lower case, without a compression suffix."""
    name = path.name.lower()
    for compression in COMPRESSIONS:
        name = name.removesuffix(compression)
    return Path(name).suffix


def suffix_like(head: str) -> str:
    """Return the suffix that fits the start of a text: mol blocks, a table with a column of SMILES, or SMILES."""
    if _MOLBLOCK.search(head):
        return ".sdf"
    first = next((line for line in head.splitlines() if line.strip() and not line.startswith("#")), "")
    separated = re.split(r"[,\t;|]", first)
    if len(separated) > 1 and any("smiles" in cell.lower() for cell in separated[1:]):
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
        Name of the file inside, if `path` is a ZIP archive.

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

    def __init__(self, path: Path, columns: Columns, member: str | None = None) -> None:
        self.path = require_file(path, "a compound file")
        self.label = path.name if member is None else f"{path.name}/{member}"
        self.size = path.stat().st_size if member is None else zipfile.ZipFile(path).getinfo(member).file_size
        self._columns = columns
        self._member = member
        suffix = suffix_of(path if member is None else Path(member))
        if suffix not in READERS:
            raise FileError(
                f"files named *{suffix} are not read" if suffix else "the name has no suffix", source=path,
                expected="one of " + " ".join(READERS) + ", plain, .gz or .zst",
            )  # fmt: skip
        self._opener, self._reader = READERS[suffix]
        self._file = self._open()
        if isinstance(self._file, TextFile):
            head = self._file.head()
            if suffix == ".txt":
                self._reader = READERS[suffix_like(head)][1]
            self._require_content(head)

    def _open(self) -> Any:
        if self._member is None:
            return self._opener(self.path)
        return TextFile(self.path, self._member)

    @property
    def consumed(self) -> int:
        """Bytes read so far."""
        return int(self._file.consumed)

    def records(self) -> Iterator[RawRecord]:
        """Yield the records."""
        return self._reader(self._file, self._columns)

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
        if like_sdf and self._reader is not read_sdf:
            raise FileError("holds mol blocks", source=self.path, expected="the suffix .sdf for such a file")
        if self._reader is read_smiles and _like_table(head):
            raise FileError("holds a table", source=self.path, expected="the suffix .csv or .tsv for such a file")
        if not like_sdf and self._reader is read_sdf:
            raise FileError("holds no mol block", source=self.path, expected="an SD file (or another suffix)")


def open_files(names: Sequence[str | os.PathLike[str]], columns: Columns) -> list[CompoundFile]:
    """Return the compound files meant by names and patterns; a ZIP archive stands for the files in it.

    Raises
    ------
    FileError, UsageError
        As `find_files` and `CompoundFile`; or if an archive is damaged or holds no compound file.
    """
    found: list[CompoundFile] = []
    for path in find_files(names):
        if path.suffix.lower() == ".zip":
            found += [CompoundFile(path, columns, member) for member in _members(path)]
        else:
            found.append(CompoundFile(path, columns))
    labels = Counter(file.label for file in found)
    for file in found:
        if labels[file.label] > 1:  # the same name in several folders
            file.label = file.path.as_posix() + file.label.removeprefix(file.path.name)
    return found


def _members(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(require_file(path, "a compound file")) as archive:
            inside = [info.filename for info in archive.infolist() if not info.is_dir() and info.file_size]
    except (zipfile.BadZipFile, OSError) as error:
        raise FileError("is not a readable ZIP archive", source=path) from error
    texts = {suffix for suffix, (opener, _) in READERS.items() if opener is TextFile}
    members = [name for name in inside if suffix_of(Path(name)) in texts and not name.startswith("__MACOSX/")]
    if not members:
        raise FileError(
            f"holds no compound file ({', '.join(inside[:5]) or 'it is empty'})", source=path,
            expected="text files such as .smi, .sdf or .csv inside",
        )  # fmt: skip
    return sorted(members)


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
