"""One reader of tables for libraries, measurements and labels: rows, the header among them, whatever wrote the file.

A line ``sep=;``, comments and titles before the header are passed over; cells may hold line ends; a quote that is never
closed does not swallow the file; tab files whose cells begin with lone quotes (5'-"...) are read without quoting.
"""

from __future__ import annotations

import csv
import dataclasses
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from screening.compounds.files.columns import (
    STRUCTURE_NAMES,
    Choice,
    Columns,
    choose,
    looks_like_smiles,
    plain_name,
)
from screening.compounds.files.stream import TextFile
from screening.errors import FileError
from screening.provenance import require_file

#: Characters of one cell, and lines of one row: a quote that is never closed must not swallow the file.
MAX_CELL = 2_000_000
MAX_ROW_LINES = 50

#: Rows that are looked at before columns are chosen, and among which the header is looked for.
SAMPLE = 200
HEADER_AMONG = 25


@dataclasses.dataclass(frozen=True)
class Row:
    """A row of a table: its first line in the file, its cells, and why it is none if it is broken."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclasses.dataclass(frozen=True)
class Table:
    """A table whose columns are chosen.

    Attributes
    ----------
    header
        Names of the columns; empty names where there is no header.
    choice
        Which columns hold structures and names, and how they were chosen.
    rows
        The rows below the header.
    sample
        The first of them.
    """

    header: list[str]
    choice: Choice
    rows: Iterator[Row]
    sample: list[Row]


def open_table(rows: Iterator[Row], columns: Columns, source: object, *, where: str = "") -> Table:
    """Find the header of a table and choose its columns by names and cells.

    Raises
    ------
    UsageError
        If no column holds structures, or two do and neither is named so.
    """
    first = list(itertools.islice(rows, SAMPLE + HEADER_AMONG))
    at = header_at(first, columns)
    header = [] if at is None else [cell.strip() for cell in first[at].cells]
    below = first if at is None else first[at + 1 :]
    width = max((len(row.cells) for row in below[:SAMPLE]), default=0)
    if header and all(len(row.cells) == len(header) + 1 and row.cells[-1].strip() for row in below[:SAMPLE]) and below:
        header = ["", *header]  # R writes no name above the names of its rows
    names = header or [""] * width
    sample = [row for row in below[:SAMPLE] if not row.problem]
    choice = choose(names, [row.cells for row in sample], columns, source, where=where)
    if at:
        choice = dataclasses.replace(choice, told=f"header in line {first[at].line}, {choice.told}")
    return Table(names, choice, itertools.chain(below, rows), sample)


def header_at(rows: Sequence[Row], columns: Columns) -> int | None:
    """Return which of the first rows names the columns, None if the first one is a record already."""
    top = rows[:HEADER_AMONG]
    widest = max((len(row.cells) for row in top), default=0)
    for at, row in enumerate(top):
        asked = [columns.smiles, columns.name, *columns.others]
        plain = [plain_name(cell) for cell in row.cells]
        if any(name is not None and plain_name(name) in plain for name in asked):
            return at
        title = sum(map(bool, plain)) == 1 and widest > 1
        if not title and any(name in STRUCTURE_NAMES or "smiles" in name for name in plain):
            return at
    with_structure = next((at for at, row in enumerate(top) if _has_structure(row)), None)
    if with_structure is None:
        return 0 if rows else None
    at = with_structure - 1
    while at > 0 and _has_number(top[at]) and _filled(top[at - 1]) == _filled(top[at]):
        at -= 1  # a record whose structure is too short to tell
    return None if with_structure == 0 else at


def _has_structure(row: Row) -> bool:
    return any(looks_like_smiles(cell) for cell in row.cells)


def _has_number(row: Row) -> bool:
    return any(cell.strip().replace(".", "", 1).isdigit() for cell in row.cells)


def _filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)


def text_rows(file: TextFile) -> Iterator[Row]:
    """Yield the rows of a text file that have any cell.

    Raises
    ------
    FileError
        If a quoted cell never ends.
    """
    head = file.head()
    separator = separator_of(head)
    quoting = csv.QUOTE_NONE if separator == "\t" and _lone_quotes(head) else csv.QUOTE_MINIMAL
    csv.field_size_limit(MAX_CELL)
    taken: list[str] = []  # lines of the row that is being read
    rows = csv.reader(_counted(file.lines(), taken, file), delimiter=separator, quoting=quoting)  # type: ignore[arg-type]
    width = 0
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            if len(taken) > 1 or not taken or "\r" not in taken[0]:
                raise FileError(
                    f"cannot be read as a table ({error})", source=file.path, where=f"line {file.line}",
                    expected="every quoted cell to end",
                ) from error  # fmt: skip
            if width:
                yield Row(file.line, [taken[0]], "a carriage return outside quotes")
            else:  # a header with one inside
                yield Row(file.line, [cell.strip() for cell in taken[0].replace("\r", " ").split(separator)])
                width = taken[0].count(separator) + 1
            taken.clear()
            continue
        if row is None:
            return
        if len(taken) > 1:
            _require_closed(taken, separator, width, file)
        line = file.line - len(taken) + 1
        comment = not width and taken and (taken[0].startswith("# ") or taken[0].lower().startswith("sep="))
        taken.clear()
        if comment or not any(cell.strip() for cell in row):
            continue
        width = width or len(row)
        yield Row(line, row)


def separator_of(head: str) -> str:
    """Return what parts the cells: what ``sep=`` says, else what most lines hold equally often, and most of."""
    lines = [line for line in head.splitlines()[:60] if line.strip() and not line.startswith("# ")]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) > 4:
        return lines[0][4]
    best, found = ",", -1.0
    for mark in ",\t;|":
        counts = [line.count(mark) for line in lines[:40]]
        usual = max(set(counts), key=lambda n: (counts.count(n) if n else 0, n)) if counts else 0
        score = usual and counts.count(usual) * (usual if lines[0].count(mark) else 0.5 * usual)
        if score > found:
            best, found = mark, score
    if not found and len({len(line.split()) for line in lines}) == 1 and len(lines) > 1 and len(lines[0].split()) > 1:
        return " "
    return best


def _lone_quotes(head: str) -> bool:
    """Say whether all lines of a tab file hold equally many cells, some of which begin with a quote they do not end."""
    lines = [line for line in head.splitlines()[:-1] if line.strip()] or head.splitlines()
    if len({line.count("\t") for line in lines}) > 1:
        return False
    cells = (cell for line in lines for cell in line.split("\t") if cell.startswith('"'))
    return any(len(cell) < 2 or not cell.endswith('"') for cell in cells)


def _counted(lines: Iterable[str], taken: list[str], file: TextFile) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        if len(taken) > MAX_ROW_LINES:
            raise _open_quote(file, len(taken))
        yield line + "\n"


def _require_closed(taken: list[str], separator: str, width: int, file: TextFile) -> None:
    """Refuse a row of several lines whose quote was never closed, or only by the next one in the file."""
    swallowed = any(
        line.count(separator) == width - 1
        and line.count('"') % 2 == 0
        and any(looks_like_smiles(cell.strip('"')) for cell in line.split(separator))
        for line in taken[1:]
    )
    if swallowed or "".join(taken).count('"') % 2:
        raise _open_quote(file, len(taken))


def _open_quote(file: TextFile, lines: int) -> FileError:
    return FileError(
        "a quoted cell that begins here does not end where it should", source=file.path,
        where=f"line {max(1, file.line - lines + 1)}", expected="a closing quote in the same cell",
    )  # fmt: skip


def table_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a table file: CSV or TSV text, a spreadsheet, Parquet, or a ZIP archive with one of text.

    What the file is, is read from its first bytes where its name does not say.

    Raises
    ------
    FileError
        If it cannot be read or holds no row.
    """
    from screening.compounds.files.read_excel import ExcelFile

    file = require_file(path, "a table")
    with open(file, "rb") as stream:
        magic = stream.read(4)
    suffix = file.suffix.lower()
    rows: Iterator[Row]
    if suffix in (".parquet", ".pq") or magic == b"PAR1":
        rows = _parquet_rows(file)
    elif suffix in (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods") or magic == b"\xd0\xcf\x11\xe0" or _is_workbook(file):
        rows = ExcelFile(file).best_sheet()
    elif magic == b"PK\x03\x04":
        rows = text_rows(TextFile(file, _only_member(file)))
    else:
        rows = text_rows(TextFile(file))
    first = next(rows, None)
    if first is None:
        raise FileError("is empty", source=path, expected="a header line and rows")
    return itertools.chain([first], rows)


def _parquet_rows(path: Path) -> Iterator[Row]:
    import pyarrow as pa

    from screening.compounds.files.read_parquet import open_parquet, texts_of

    with open_parquet(path) as table:
        yield Row(1, list(table.schema_arrow.names))
        line = 1
        try:
            for batch in table.iter_batches(batch_size=4096):
                columns = [texts_of(batch, at) for at in range(batch.num_columns)]
                for cells in zip(*columns):
                    line += 1
                    yield Row(line, [cell or "" for cell in cells])
        except (OSError, pa.ArrowException) as error:
            raise FileError(f"is damaged ({type(error).__name__})", source=path) from error


def _is_workbook(path: Path) -> bool:
    """Say whether a file is a workbook, whatever its name."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return bool({"xl/workbook.xml", "xl/workbook.bin", "content.xml"} & set(archive.namelist()))


def _only_member(path: Path) -> zipfile.ZipInfo:
    """Return the one table in an archive, as ChEMBL and BindingDB pack their downloads.

    Raises
    ------
    FileError
        If it is damaged or does not hold one table.
    """
    from screening.compounds.files.archive import members

    found = [info for label, info in members(path) if label.lower().endswith((".csv", ".tsv", ".txt", ".tab"))]
    if len(found) != 1:
        raise FileError(f"holds {len(found)} tables", source=path, expected="an archive with one CSV or TSV file")
    return found[0]
