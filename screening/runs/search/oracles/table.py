"""Answers that a file holds already: a table with a column of names, ids or SMILES, and one of values."""

from __future__ import annotations

import csv
import dataclasses
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from screening.errors import FileError
from screening.provenance import file_sha256, require_file
from screening.runs.search.oracles.oracle import Answer, Question


@dataclasses.dataclass(frozen=True)
class TableOracle:
    """Looks answers up.

    Attributes
    ----------
    path
        CSV file.
    value
        Column of the values.
    higher_is_better
        Their direction.
    key
        Column with the names (or parent SMILES) of the compounds.
    """

    path: str
    value: str
    higher_is_better: bool
    key: str = "name"

    @property
    def score_name(self) -> str:
        """The column of the values."""
        return self.value

    def describe(self) -> dict[str, Any]:
        """Return kind, columns and the hash of the file."""
        return {"kind": "table", "value": self.value, "key": self.key, "sha256": file_sha256(self.path)}

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        """Return what the table says of each compound."""
        known = _read(self.path, self.key, self.value)
        found = []
        for question in questions:
            text = known.get(question.name, known.get(question.smiles))
            found.append(_number(text) if text is not None else Answer(None, "is not in the table"))
        return found


def _number(text: str) -> Answer:
    try:
        value = float(text)
    except ValueError:
        return Answer(None, f"{text[:40]!r} is no number")
    return Answer(value) if math.isfinite(value) else Answer(None, f"{text!r} is no finite number")


@lru_cache(maxsize=2)
def _read(path: str, key: str, value: str) -> dict[str, str]:
    require_file(path)
    with open(path, encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        columns = reader.fieldnames or []
        for wanted in (key, value):
            if wanted not in columns:
                raise FileError(f"has no column {wanted!r}", source=Path(path), expected=f"one of {', '.join(columns)}")
        return {row[key]: (row[value] or "").strip() for row in reader}
