"""The one writer of CSV (RFC 4180, UTF-8): a row is always one line, and no cell is a formula.

Names come from files of strangers. A spreadsheet runs a cell that begins like a formula, and a lone carriage return or
a line break in a name parts a row in some readers. So a text that would be a formula gets an apostrophe in front, line
breaks and tabs become spaces, and what does not print is spelt out (`screening.printable`). Numbers stay numbers.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from typing import IO, Any

import pyarrow as pa

from screening.printable import one_line

#: First characters of what a spreadsheet takes for a formula, also in their full width.
_FORMULA = frozenset("=+-@＝＋－＠")
#: Significant digits of a number whose column says nothing of decimals.
DIGITS = 6
#: Metadata of a column that says with how many decimals it is written.
DECIMALS = b"decimals"


def cell_text(text: str) -> str:
    """Return a text as it stands in a cell of a table that spreadsheets open."""
    text = one_line(text)
    # A sign alone is no formula: "=" beside a measured value stays what it is.
    return f"'{text}" if text.lstrip()[:1] in _FORMULA and len(text.strip()) > 1 else text


class CsvTable:
    """Writes tables of the same columns below each other.

    Parameters
    ----------
    stream
        Text stream, opened with ``newline=""`` and UTF-8.
    schema
        Of the tables. Metadata ``decimals`` of a field says with how many decimals its numbers are written; else
        `decimals` does, or `DIGITS` significant digits. Items of lists are joined with ``"; "``, missing values are
        empty, and truth is ``true`` or ``false``.
    decimals
        Decimals of the numbers whose field says nothing of it.
    delimiter
        Between cells: a comma, or a tab.
    """

    def __init__(
        self, stream: IO[str], schema: pa.Schema, *, decimals: int | None = None, delimiter: str = ","
    ) -> None:
        self._writer = csv.writer(stream, lineterminator="\n", delimiter=delimiter)
        self._formats = [_format(field, decimals) for field in schema]
        self._writer.writerow([cell_text(name) for name in schema.names])

    def write(self, rows: pa.RecordBatch | pa.Table) -> None:
        """Write rows of the schema."""
        self._writer.writerows(
            zip(*(map(form, column.to_pylist()) for form, column in zip(self._formats, rows.columns)))
        )


def write_csv(stream: IO[str], table: pa.Table, *, decimals: int | None = None) -> None:
    """Write one table whole; parameters as of `CsvTable`."""
    CsvTable(stream, table.schema, decimals=decimals).write(table)


def csv_row(cells: Sequence[Any]) -> list[Any]:
    """Return cells of mixed types as they are written in a table whose columns have no type."""
    return [_any(cell) for cell in cells]


def _format(field: pa.Field, decimals: int | None) -> Callable[[Any], Any]:
    kind = field.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_floating(kind):
        own = (field.metadata or {}).get(DECIMALS)
        places = decimals if own is None else int(own)
        pattern = f"%.{DIGITS}g" if places is None else f"%.{places}f"
        return lambda value: "" if value is None or math.isnan(value) else pattern % value
    if pa.types.is_integer(kind):
        return lambda value: value
    return _any


def _any(value: Any) -> Any:
    if isinstance(value, str):
        return cell_text(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if math.isnan(value) else f"%.{DIGITS}g" % value
    if isinstance(value, list | tuple):
        return cell_text("; ".join(str(_bare(item)) for item in value))
    return value if isinstance(value, int) else cell_text(str(value))


def _bare(item: Any) -> Any:
    return "" if item is None else item
