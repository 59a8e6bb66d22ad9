"""The columns of an mmCIF data block, whether they came from text or from BinaryCIF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

_NOTHING = ("?", ".", "")


class CifBlock:
    """Look up columns by name, as ``_atom_site.Cartn_x``; names are case-insensitive as in the CIF standard.

    Parameters
    ----------
    columns
        Full column name to its values: text, with ``?`` and ``.`` for nothing, or numbers.
    """

    def __init__(self, columns: dict[str, Any]) -> None:
        self._columns = {name.lower(): values for name, values in columns.items()}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._columns

    def raw(self, name: str) -> Sequence[Any] | np.ndarray | None:
        """Return the column as it was read, None if there is none."""
        values = self._columns.get(name.lower())
        return [values] if isinstance(values, str) else values

    def texts(self, name: str) -> list[str]:
        """Return the column as texts, empty where the file says nothing; an empty list if there is none."""
        values = self.raw(name)
        if values is None:
            return []
        found = [value if isinstance(value, str) else _as_text(value) for value in values]
        return ["" if text in _NOTHING else text for text in found]

    def first(self, *names: str) -> str:
        """Return the first text that says something in any of these columns, else an empty text."""
        for name in names:
            for text in self.texts(name):
                if text:
                    return text
        return ""

    def number(self, *names: str) -> float | None:
        """Return the first number in any of these columns, None if there is none."""
        for name in names:
            for text in self.texts(name):
                try:
                    return float(text.split("(")[0])
                except ValueError:
                    continue
        return None

    def rows(self, category: str, *items: str) -> list[tuple[str, ...]]:
        """Return the rows of a category as texts in the order of `items`; items that are absent are empty."""
        columns = [self.texts(f"{category}.{item}") for item in items]
        size = max((len(column) for column in columns), default=0)
        return list(zip(*(column if len(column) == size else [""] * size for column in columns)))


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float | np.floating):
        return f"{value:g}" if float(value).is_integer() else repr(float(value))
    return str(value)
