"""Compounds to search a library with: SMILES, or files of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import READERS, open_files, suffix_of
from screening.compounds.files.record import Notation
from screening.compounds.fingerprint import packed_morgan
from screening.compounds.library.describe_record import Standardised, Undescribed, standardised
from screening.errors import LibraryError, UsageError


class Query(NamedTuple):
    """A compound to search with: what it is called, the SMILES of its parent, and its packed fingerprint."""

    name: str
    smiles: str
    fingerprint: np.ndarray


def read_queries(given: Sequence[str], columns: Columns | None = None) -> list[Query]:
    """Return the compounds meant by SMILES and names of compound files, each as its parent.

    Raises
    ------
    UsageError
        If a text is neither a file nor SMILES, or nothing is given.
    LibraryError
        If a record of a file has no parent.
    FileError
        If a file cannot be read.
    """
    found: list[Query] = []
    for text in given:
        if Path(text).exists() or suffix_of(Path(text)) in (*READERS, ".zip"):
            found += _of_file(text, columns or Columns())
            continue
        one = standardised(text, Notation.SMILES)
        if isinstance(one, Undescribed):
            raise UsageError(f"{text!r} is no compound ({one.refusal.reason})", expected="a SMILES or a compound file")
        found.append(_query(text, one))
    if not found:
        raise UsageError("no compound to search with", expected="a SMILES or a compound file")
    return found


def _of_file(name: str, columns: Columns) -> Iterator[Query]:
    for file in open_files([name], columns):
        for raw in file.records():
            one = standardised(raw.text, raw.notation)
            if isinstance(one, Undescribed):
                reason = raw.problem or one.refusal.reason
                raise LibraryError(f"is no compound ({reason})", source=file.label, where=f"record {raw.number}")
            yield _query(raw.name or f"{file.label}:{raw.number}", one)


def _query(name: str, one: Standardised) -> Query:
    return Query(name, one.parent.smiles, np.frombuffer(packed_morgan(one.mol), np.uint8))
