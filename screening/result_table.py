"""A table that answers a question from Python: an Arrow table that shows itself and turns into pandas."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.errors import MissingExtraError, UsageError
from screening.printable import one_line, without_direction_marks

if TYPE_CHECKING:
    import pandas as pd

#: Rows that a table shows of itself; all are in it.
SHOWN = 30
#: Characters of a SMILES in text.
_WIDEST = 40


class ResultTable:
    """Rows with named columns.

    Parameters
    ----------
    table
        The Arrow table.
    title
        One line above it.
    hidden
        Columns that are in the table, but not in what it shows of itself.
    decimals
        Column to the decimals that are shown; 3 for other numbers.
    """

    def __init__(
        self,
        table: pa.Table,
        *,
        title: str = "",
        hidden: Sequence[str] = (),
        decimals: dict[str, int] | None = None,
    ) -> None:
        self.table = table
        self.title = title
        self._hidden = frozenset(hidden)
        self._decimals = decimals or {}

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self.table.schema.names)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.table.to_pylist())

    def __getitem__(self, key: str | int) -> Any:
        """Return a column by its name as a list, or a row by its number as a dict.

        Raises
        ------
        UsageError
            If there is no such column or row.
        """
        if isinstance(key, str):
            if key not in self.columns:
                raise UsageError(f"there is no column {key!r}", expected=f"one of {', '.join(self.columns)}")
            return self.table.column(key).to_pylist()
        if not -len(self) <= key < len(self):
            # A plain loop over numbers ends on this.
            raise IndexError(f"row {key} of a table of {len(self)} rows")
        return self.table.slice(key % len(self), 1).to_pylist()[0]

    def to_pylist(self) -> list[dict[str, Any]]:
        """Return the rows as dicts."""
        return list(self.table.to_pylist())

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas data frame.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return to_pandas(self.table)

    def __repr__(self) -> str:
        names, rows = self._cells()
        widths = [max(len(cell) for cell in column) for column in zip(names, *rows)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in (names, *rows)]
        return "\n".join([*([self.title] if self.title else []), *lines, *self._rest()])

    def _repr_html_(self) -> str:
        names, rows = self._cells(None)
        head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        title = f"<p>{html.escape(self.title)}</p>" if self.title else ""
        rest = "".join(f"<p>{html.escape(line)}</p>" for line in self._rest())
        return without_direction_marks(
            f"{title}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"
        )

    def _rest(self) -> list[str]:
        return [f"... and {len(self) - SHOWN:,} more rows: .to_pandas() has all"] if len(self) > SHOWN else []

    def _cells(self, widest: int | None = _WIDEST) -> tuple[list[str], list[list[str]]]:
        # A column in which nothing stands says nothing.
        names = [
            name
            for name in self.columns
            if name not in self._hidden and (not len(self) or any(one not in (None, "") for one in self[name]))
        ]
        rows = [
            [self._cell(name, row[name], widest) for name in names] for row in self.table.slice(0, SHOWN).to_pylist()
        ]
        return names, rows

    def _cell(self, name: str, value: Any, widest: int | None) -> str:
        if value is None or value != value:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float):
            return f"{value:.{self._decimals.get(name, 3)}f}"
        text = one_line(f"{value:,}" if isinstance(value, int) else str(value))
        cut = widest is not None and (name == "parent" or name.endswith("smiles")) and len(text) > widest
        return text[: widest - 3] + "..." if cut and widest is not None else text


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a pandas data frame.

    Raises
    ------
    MissingExtraError
        If pandas is not installed.
    """
    try:
        import pandas  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("pandas is not installed", expected="pip install pandas") from error
    return table.to_pandas()
