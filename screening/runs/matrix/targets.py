"""Targets of a matrix screen: files of a folder, records of a FASTA file, names on a list."""

from __future__ import annotations

import csv
import dataclasses
import os
from pathlib import Path

from screening.errors import FileError, UsageError
from screening.targets.files.read import read_target
from screening.targets.target import Target

#: Endings of files that hold a structure or sequences; each also with ``.gz``.
STRUCTURES = (".pdb", ".ent", ".cif", ".mmcif", ".bcif", ".fasta", ".fa", ".faa", ".seq")
_HEADINGS = frozenset({"target", "targets", "name", "kinase", "gene", "file"})
#: Takes every usual target that the models know.
EVERY = "all"


@dataclasses.dataclass(frozen=True)
class MatrixTarget:
    """A target of a matrix.

    Attributes
    ----------
    name
        How its column is called.
    sequence
        Of its chain; None for a target that a model knows by name.
    path, sha256
        File it was read from.
    """

    name: str
    sequence: str | None = None
    path: str | None = None
    sha256: str | None = None


def read_targets(source: str | os.PathLike[str]) -> list[MatrixTarget]:
    """Return the targets that a folder, a file or a text names, in the order of the source.

    Parameters
    ----------
    source
        A folder of structure and sequence files; one such file (each protein chain of a FASTA file is a target, of a
        structure its longest one); a list, one target a line or row (a file, or a name that the model knows, in the
        first column); names with commas between them; or ``"all"``.

    Raises
    ------
    FileError, StructureError
        If a file cannot be read; the message names it.
    UsageError
        If no target is named, or one twice.
    """
    text = os.fspath(source)
    path = Path(text)
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if one.is_file() and _is_structure(one))
        if not files:
            raise FileError(
                "holds no target", source=path, expected=f"files that end in {', '.join(STRUCTURES)}, or with .gz"
            )
        found = [target for one in files for target in _of_file(one)]
    elif path.is_file() and _is_structure(path):
        found = _of_file(path)
    elif path.is_file():
        found = [target for entry in _entries(path) for target in _of_entry(entry, path.parent)]
    elif path.suffix.lower() in (*STRUCTURES, ".txt", ".csv", ".tsv", ".gz") or os.sep in text:
        raise FileError("no such file", source=path, expected="a folder, a list, or names of targets")
    else:
        found = [MatrixTarget(name) for name in (one.strip() for one in text.split(",")) if name]
    if not found:
        raise UsageError("names no target", source=text, expected="a folder, a list, or names of targets")
    seen: set[str] = set()
    for target in found:
        if target.name in seen:
            raise UsageError(f"names the target {target.name!r} twice", source=text, expected="each target once")
        seen.add(target.name)
    return found


def _is_structure(path: Path) -> bool:
    name = path.name.lower().removesuffix(".gz")
    return not name.startswith(".") and name.endswith(STRUCTURES)


def _of_file(path: Path) -> list[MatrixTarget]:
    target = read_target(path)
    facts = {"path": str(path.resolve()), "sha256": target.sha256}
    if target.format == "FASTA":
        chains = [chain for chain in target.chains if chain.kind == "protein"]
        if not chains:
            raise FileError("holds no protein sequence", source=path, expected="a protein in one-letter codes")
        return [MatrixTarget(chain.id, chain.sequence or chain.seqres, **facts) for chain in chains]
    if not target.sequence:
        raise FileError("has no protein chain", source=path, expected="a protein target")
    return [MatrixTarget(_plain_name(path, target), target.sequence, **facts)]


def _plain_name(path: Path, target: Target) -> str:
    return target.id or path.name.split(".")[0]


def _entries(path: Path) -> list[str]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError("cannot be read as text", source=path, expected="a list of targets, one a line") from error
    wanted = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not wanted:
        raise FileError("is empty", source=path, expected="a list of targets, one a line")
    mark = "\t" if "\t" in wanted[0] else ";" if ";" in wanted[0] else ","
    cells = [row[0].strip() for row in csv.reader(wanted, delimiter=mark) if row and row[0].strip()]
    return cells[1:] if cells[0].casefold() in _HEADINGS else cells


def _of_entry(entry: str, folder: Path) -> list[MatrixTarget]:
    path = Path(entry) if Path(entry).is_absolute() else folder / entry
    if _is_structure(path):
        if not path.is_file():
            raise FileError("no such file", source=path, expected="the structure or sequence that the list names")
        return _of_file(path)
    return [MatrixTarget(entry)]
