"""The one writer of CSV (RFC 4180, UTF-8): a row is always one line, and no cell is a formula.

Names come from files of strangers. A spreadsheet runs a cell that begins like a formula, and a lone carriage return or
a line break in a name parts a row in some readers. So a text that would be a formula gets an apostrophe in front, line
breaks and tabs become spaces, and what does not print is spelt out (`screening.printable`). Numbers stay numbers.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc

from screening.printable import one_line

#: First characters of what a spreadsheet takes for a formula, also in their full width.
_FORMULA = frozenset("=+-@＝＋－＠")
#: Significant digits of a number whose column says nothing of decimals.
DIGITS = 6
#: Texts that are not written as they are: beyond printable ASCII, to be quoted, or a formula.
_ODD = r'[^ -~]|["{delimiter}]|^\s*[=+\-@]'
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
        self._stream, self._delimiter = stream, delimiter
        self._decimals = [_places(field, decimals) for field in schema]
        self._writer = csv.writer(stream, lineterminator="\n", delimiter=delimiter)
        self._writer.writerow([cell_text(name) for name in schema.names])

    def write(self, rows: pa.RecordBatch | pa.Table) -> None:
        """Write rows of the schema."""
        columns = [_cells(column, places, self._delimiter) for column, places in zip(rows.columns, self._decimals)]
        if len(columns) == 1:  # a row of one empty cell is no empty line
            self._writer.writerows([[_unquoted(cell)] for cell in columns[0]])
        elif rows.num_rows:
            self._stream.write("\n".join(map(self._delimiter.join, zip(*columns))) + "\n")


def write_csv(stream: IO[str], table: pa.Table, *, decimals: int | None = None) -> None:
    """Write one table whole; parameters as of `CsvTable`."""
    CsvTable(stream, table.schema, decimals=decimals).write(table)


def csv_row(cells: Sequence[Any]) -> list[Any]:
    """Return cells of mixed types as they are written in a table whose columns have no type."""
    return [_any(cell) for cell in cells]


def _places(field: pa.Field, decimals: int | None) -> int | None:
    own = (field.metadata or {}).get(DECIMALS)
    return int(own) if own and own.isdigit() else decimals


def _cells(column: pa.Array | pa.ChunkedArray, places: int | None, delimiter: str) -> Sequence[str]:
    """Return the cells of a column as they stand in the file. Only those that need it are looked at one by one."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_floating(kind):
        pattern = f"%.{DIGITS}g" if places is None else f"%.{places}f"
        if column.null_count or pc.any(pc.is_nan(column)).as_py():
            return ["" if value is None or math.isnan(value) else pattern % value for value in column.to_pylist()]
        return [pattern % value for value in column.to_pylist()]
    if pa.types.is_integer(kind):
        return ["" if value is None else str(value) for value in column.to_pylist()]
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        cells = [_any(value) for value in column.to_pylist()]
        return [_quoted(str(cell), delimiter) for cell in cells]
    texts: list[str] = pc.fill_null(column, "").to_pylist()
    odd = pc.match_substring_regex(pc.fill_null(column, ""), _ODD.format(delimiter=delimiter))
    for at in pc.indices_nonzero(odd).to_pylist():
        texts[at] = _quoted(cell_text(texts[at]), delimiter)
    return texts


def _quoted(text: str, delimiter: str) -> str:
    if '"' in text or delimiter in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell[:1] == '"' else cell


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
