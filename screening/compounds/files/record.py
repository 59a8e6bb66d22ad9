"""A raw record of a compound file, before any chemistry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple


class Notation(StrEnum):
    """How the text of a raw record describes its structure."""

    SMILES = "smiles"
    MOLBLOCK = "molblock"
    MOL2 = "mol2"
    #: A mol block without the chiral flag, in a file that uses it: what it draws is a racemate.
    RELATIVE_MOLBLOCK = "relative molblock"


class RawRecord(NamedTuple):
    """One record as it stands in its file.

    Attributes
    ----------
    number
        Number in the file, from 1, without gaps.
    name
        Name in the file; empty if it has none.
    text
        The structure as written: SMILES, a mol block or a MOL2 block.
    notation
        What `text` is.
    problem
        Why the record cannot be a structure, found while reading; empty if it may be one.
    extra
        What else the file says of it: pairs of column (or data item) and text, empty cells left out.
    """

    number: int
    name: str
    text: str
    notation: Notation
    problem: str = ""
    extra: tuple[tuple[str, str], ...] = ()


#: Characters of one extra cell that are kept, as many as a cell of a spreadsheet holds.
MAX_EXTRA = 32_767


def extra_cells(
    names: Sequence[str], cells: Sequence[str], without: Collection[int | None]
) -> tuple[tuple[str, str], ...]:
    """Return the pairs of column and text of a row, leaving out empty cells and the columns numbered in `without`."""
    return tuple(
        (name, cell[:MAX_EXTRA])
        for at, (name, cell) in enumerate(zip(names, cells))
        if at not in without and name and cell and not cell.isspace()
    )


def distinct_names(header: Sequence[str]) -> list[str]:
    """Return the names of columns, numbered where they repeat; a column without a name is called by its number."""
    seen: Counter[str] = Counter()
    found = []
    for at, text in enumerate(header, start=1):
        name = text.strip() or f"column {at}"
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
