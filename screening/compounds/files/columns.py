"""Which column of a table holds the structures and which the names.

The rule for structures: the column asked for; else the first whose name, without regard to case, spaces and
underscores, is in `STRUCTURE_NAMES`; else the only one whose name contains ``smiles``. For names: the column asked
for; else the first in the order of `NAME_NAMES`; else the first whose name ends in ``id`` or ``name``; else none.

A table whose first row holds a structure has no header: its columns are called ``1``, ``2`` ... then, the structures
are in the column of that structure and the names in the first other column.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rdkit import Chem, rdBase

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
    plain = [_plain(text) for text in header]
    smiles = _asked(header, columns.smiles, source)
    if smiles is None:
        known = next((name for name in STRUCTURE_NAMES if name in plain), None)
        if known is not None and plain.count(known) > 1:
            raise UsageError(f"{plain.count(known)} columns are named {header[plain.index(known)]!r}", source=source)
        smiles = None if known is None else plain.index(known)
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
        named = [index for text in NAME_NAMES for index in others if plain[index] == text]
        like = [index for index in others if plain[index].endswith(("id", "name"))]
        name = next(iter(named + like), None)
    return smiles, name


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def looks_like_smiles(text: str) -> bool:
    """Say whether a text is a structure RDKit can read; short words such as ``CO`` or ``In`` are not enough."""
    text = text.strip()
    if len(text) < 4 or len(text) > 2000 or not any(c in "CcNnOo" for c in text):
        return False
    with rdBase.BlockLogs():
        return Chem.MolFromSmiles(text.split()[0]) is not None


def without_header(first: Sequence[str], columns: Columns) -> tuple[int, int | None] | None:
    """Return the positions of structures and names if the first row is a record already, None if a header."""
    if columns.smiles in first or columns.name in first:
        return None
    if any(_plain(text) in STRUCTURE_NAMES or "smiles" in text.lower() for text in first):
        return None
    found = [index for index, text in enumerate(first) if looks_like_smiles(text)]
    if not found:
        return None
    header = [str(index + 1) for index in range(len(first))]
    smiles = _asked(header, columns.smiles, "table without a header")
    smiles = found[0] if smiles is None else smiles
    name = _asked(header, columns.name, "table without a header")
    if name is None:
        name = next((index for index in range(len(first)) if index not in found and first[index]), None)
    return smiles, name


def _asked(header: Sequence[str], wanted: str | None, source: object) -> int | None:
    if wanted is None:
        return None
    if list(header).count(wanted) > 1:
        raise UsageError(f"{list(header).count(wanted)} columns are named {wanted!r}", source=source)
    if wanted in header:
        return list(header).index(wanted)
    lower = [text.strip().lower() for text in header]
    if lower.count(wanted.strip().lower()) == 1:
        return lower.index(wanted.strip().lower())
    shown = ", ".join(repr(text) for text in header[:20])
    raise UsageError(f"no column {wanted!r}", source=source, expected=f"one of {shown}")
