"""Reading a file of reagents: any format that compounds come in; each is brought to its parent, without salts."""

from __future__ import annotations

import dataclasses
import os
from functools import cached_property

from rdkit import Chem

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import CompoundFile, open_files
from screening.compounds.library.describe_record import Undescribed, standardised
from screening.errors import FileError


@dataclasses.dataclass(frozen=True)
class Reagent:
    """A reagent.

    Attributes
    ----------
    name
        In the file; ``R`` and its number where it has none.
    smiles
        Canonical SMILES of the parent.
    number
        Record in the file, from 1.
    """

    name: str
    smiles: str
    number: int

    @cached_property
    def mol(self) -> Chem.Mol:
        """The molecule."""
        return Chem.MolFromSmiles(self.smiles)


@dataclasses.dataclass(frozen=True)
class ReagentFile:
    """The reagents of a file, and what could not be read: record number to reason."""

    path: str
    reagents: tuple[Reagent, ...]
    refused: dict[int, str]


def read_reagents(path: str | os.PathLike[str]) -> ReagentFile:
    """Read a file of reagents.

    Raises
    ------
    FileError
        If it is missing, holds none, or one name twice for different structures.
    """
    found: list[Reagent] = []
    refused: dict[int, str] = {}
    structures: dict[str, str] = {}
    names: dict[str, Reagent] = {}
    for file in open_files([path], Columns()):
        if not isinstance(file, CompoundFile):
            continue
        for record in file.records():
            if record.problem:
                refused[record.number] = record.problem
                continue
            parent = standardised(record.text, record.notation)
            if isinstance(parent, Undescribed):
                refused[record.number] = parent.refusal.reason
                continue
            form = parent.parent.smiles
            if form in structures:
                refused[record.number] = f"is the same as {structures[form]}"
                continue
            name = "_".join(record.name.split()) or f"R{record.number}"
            if name in names:
                raise FileError(
                    f"two reagents are called {name}", source=path, where=f"record {record.number}",
                    expected=f"another name than record {names[name].number}, products are named after their reagents",
                )  # fmt: skip
            names[name] = Reagent(name, form, record.number)
            structures[form] = name
            found.append(names[name])
    if not found:
        raise FileError("holds no reagent that can be read", source=path, expected="structures and names")
    return ReagentFile(str(path), tuple(found), refused)
