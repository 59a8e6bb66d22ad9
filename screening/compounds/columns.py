"""Which column of a table holds the structures and which the names.

The rule for structures: the column asked for; else the first whose name, without regard to case, spaces and
underscores, is in `STRUCTURE_NAMES`; else the only one whose name contains ``smiles``. For names: the column asked
for; else the first in the order of `NAME_NAMES`; else the first whose name ends in ``id`` or ``name``; else none.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from screening.errors import UsageError

STRUCTURE_NAMES = (
    "smiles", "canonicalsmiles", "isomericsmiles", "smi", "structure", "molsmiles", "cxsmiles", "structuresmiles",
)  # fmt: skip
NAME_NAMES = ("name", "title", "id", "compoundname", "compoundid", "moleculename", "molname", "moleculechemblid")


@dataclasses.dataclass(frozen=True)
class Columns:
    """Column names asked for; None leaves the choice to the rule above."""

    smiles: str | None = None
    name: str | None = None


def choose(header: Sequence[str], columns: Columns, source: object) -> tuple[int, int | None]:
    """Return the positions of the structure and of the name column (None if there is none).

    Raises
    ------
    UsageError
        If a column asked for is not there, or none looks like structures; the message lists the columns.
    """
    plain = ["".join(c for c in text.lower() if c.isalnum()) for text in header]
    smiles = _asked(header, columns.smiles, source)
    if smiles is None:
        smiles = next((plain.index(name) for name in STRUCTURE_NAMES if name in plain), None)
    if smiles is None:
        like = [index for index, text in enumerate(plain) if "smiles" in text]
        smiles = like[0] if len(like) == 1 else None
    if smiles is None:
        shown = ", ".join(repr(text) for text in header[:20])
        raise UsageError(
            f"no column looks like SMILES (columns: {shown})", source=source,
            expected="one named smiles, or the name of yours (--smiles COLUMN)",
        )  # fmt: skip
    name = _asked(header, columns.name, source)
    if name is None:
        others = [index for index in range(len(header)) if index != smiles]
        known = [index for text in NAME_NAMES for index in others if plain[index] == text]
        like = [index for index in others if plain[index].endswith(("id", "name"))]
        name = next(iter(known + like), None)
    return smiles, name


def _asked(header: Sequence[str], wanted: str | None, source: object) -> int | None:
    if wanted is None:
        return None
    if wanted in header:
        return list(header).index(wanted)
    lower = [text.strip().lower() for text in header]
    if lower.count(wanted.strip().lower()) == 1:
        return lower.index(wanted.strip().lower())
    shown = ", ".join(repr(text) for text in header[:20])
    raise UsageError(f"no column {wanted!r}", source=source, expected=f"one of {shown}")
