"""Ligands as a user names them: SMILES, a table or SDF file, or a list of either."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from screening.errors import InputError


class Ligand(NamedTuple):
    """A ligand to be placed: its name, its parent structure as SMILES, and why it cannot be used (empty if it can)."""

    name: str
    smiles: str
    problem: str = ""


def read_ligands(given: str | Path | Sequence[str | Path]) -> list[Ligand]:
    """Return the ligands of compound files, or of SMILES; a text that is no file is a SMILES with a name after it.

    Salts and solvents are left out as when a library is prepared; a record that is no usable structure stays, with the
    reason.

    Raises
    ------
    InputError
        If there is none.
    FileError
        If a file cannot be read.
    """
    items = [given] if isinstance(given, str | Path) else list(given)
    found: list[Ligand] = []
    for item in items:
        if isinstance(item, Path) or _is_file(item):
            found += _of_file(Path(item))
        else:
            smiles, _, name = str(item).strip().partition(" ")
            found.append(_ligand(smiles, name.strip() or f"ligand {len(found) + 1}"))
    if not found:
        raise InputError("there is no ligand", expected="SMILES, or a file with compounds")
    return found


def _is_file(text: str) -> bool:
    """Tell whether a text is the name of a file; one that looks like a file and is none is refused when it is read."""
    from screening.compounds.files.formats import READERS

    path = Path(text)
    return any(text.lower().endswith((end, f"{end}.gz", f"{end}.zst")) for end in READERS) or path.is_file()


def _of_file(path: Path) -> Iterator[Ligand]:
    from screening.compounds.files.columns import Columns
    from screening.compounds.files.formats import open_files
    from screening.compounds.files.record import Notation
    from screening.compounds.library.describe_record import smiles_of_block
    from screening.compounds.standardisation.standardise import Refusal

    for file in open_files([path], Columns()):
        for record in file.records():
            name = record.name or f"{file.label} {record.number}"
            text: str | Refusal = record.text
            if not record.problem and record.notation is not Notation.SMILES:
                text = smiles_of_block(record.text, record.notation)
            if record.problem or isinstance(text, Refusal):
                yield Ligand(name, "", record.problem or text.reason)  # type: ignore[union-attr]
            else:
                yield _ligand(text, name)


def _ligand(smiles: str, name: str) -> Ligand:
    from screening.compounds.standardisation.standardise import Refusal, parent_of

    parent = parent_of(smiles)
    return Ligand(name, "", parent.reason) if isinstance(parent, Refusal) else Ligand(name, parent.smiles)
