"""A raw record of a compound file, before any chemistry."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Notation(StrEnum):
    """How the text of a raw record describes its structure."""

    SMILES = "smiles"
    MOLBLOCK = "molblock"
    MOL2 = "mol2"


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
    """

    number: int
    name: str
    text: str
    notation: Notation
    problem: str = ""
