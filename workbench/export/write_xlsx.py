"""Hit list to an Excel workbook: structure pictures, typed columns, filters, and a sheet that says where it is from.

LibreOffice keeps the place of a picture in 32 bits of 1/914,400 inch: pictures below 169,093 points all land in one
place. So a sheet with pictures ends before that; longer lists go on in further sheets, and one sheet without pictures
holds all rows, to filter and sort at once.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.clusters.local import cores
from screening.engine import child_process, files
from screening.engine.csv_table import cell_text
from screening.errors import MissingExtraError, UsageError
from screening.runs.evidence.text import number_text
from workbench.export.columns import decimals, direction, plain_text, title
from workbench.export.stamp import Stamp

#: Points of a row with a picture, and rows of a sheet with pictures: together below 169,093 points.
ROW_POINTS, PICTURE_ROWS = 84, 1900
#: A sheet of Excel holds 1,048,576 rows.
MOST_ROWS = 1_000_000
#: Pixels of a picture (96 to the inch), drawn at twice that where there are few: it takes twice the time.
_WIDTH, _HEIGHT = 170, 104
_LONGEST_TEXT = 32_000
#: Pictures that a child process draws at a time, and how many times that it must be worth starting one.
_PIECE, _PIECES_A_CHILD = 100, 4
_LAST = ("smiles", "source", "number", "record", "id", "kind", "nearest_smiles", "neighbours", "scaffold")


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the workbook to `path`; return the number of rows.

    Raises
    ------
    MissingExtraError
        If XlsxWriter is not installed.
    UsageError
        If there are more rows than a sheet holds.
    StorageError
        If the folder cannot be written or the disk is full; no file is left then.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtraError(
            "an Excel workbook needs XlsxWriter, which is not installed",
            expected="pip install 'target-screening-workbench[report]'",
        ) from error
    table = rows.read_all()
    if table.num_rows > MOST_ROWS:
        raise UsageError(
            f"{table.num_rows:,} rows are more than a sheet holds", source=path, expected="csv, tsv or parquet"
        )
    with files.replacing(path) as temporary:
        book = xlsxwriter.Workbook(
            str(temporary),
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "in_memory": True,  # else each picture is a file of its own for a while
            },
        )
        # The date of the run, so that two files of the same rows have the same bytes.
        made = datetime.fromisoformat(stamp.manifest.created).replace(tzinfo=None)
        book.set_properties({"title": cell_text(stamp.title), "created": made, "author": "workbench"})
        _fill(book, table, stamp)
        try:
            book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error)) from error
    return table.num_rows


def _fill(book: Any, table: pa.Table, stamp: Stamp) -> None:
    styles = _styles(book, table.schema)
    count = table.num_rows
    sheets = max(1, -(-count // PICTURE_ROWS))
    if sheets > 1:
        _sheet(book, "All rows", table, styles, sharp=0)
    for number in range(sheets):
        first = number * PICTURE_ROWS
        part = table.slice(first, PICTURE_ROWS)
        name = "Hits" if sheets == 1 else f"Hits {first + 1}-{first + part.num_rows}"
        _sheet(book, name, part, styles, sharp=2 if sheets == 1 else 1)
    _columns(book, table.schema, styles)
    _provenance(book, stamp, count, sheets, styles)


def _styles(book: Any, schema: pa.Schema) -> dict[str, Any]:
    middle = {"valign": "vcenter"}
    styles = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF2F6"}),
        "text": book.add_format({**middle, "text_wrap": True}),
        "plain": book.add_format(middle),
        "label": book.add_format({"valign": "top", "font_color": "#5B6675"}),
        "value": book.add_format({"valign": "top", "text_wrap": True}),
    }
    for field in schema:
        if pa.types.is_floating(field.type):
            places = decimals(field)
            styles[field.name] = book.add_format({**middle, "num_format": "0" + ("." + "0" * places if places else "")})
    return styles


def _sheet(book: Any, name: str, table: pa.Table, styles: dict[str, Any], *, sharp: int) -> None:
    sheet = book.add_worksheet(name)
    fields = list(table.schema)
    drawn = sharp > 0 and "smiles" in table.column_names
    # Rank and name stay in sight while the sheet is scrolled, the structure beside them; where it was read comes last.
    fields.sort(key=lambda field: {"rank": 0, "name": 1}.get(field.name, 3 if field.name in _LAST else 2))
    frozen = sum(field.name in ("rank", "name") for field in fields)
    column_of = {field.name: at + (drawn and at >= frozen) for at, field in enumerate(fields)}
    sheet.set_row(0, 64)
    if drawn:
        sheet.write_string(0, frozen, "structure", styles["head"])
        sheet.set_column(frozen, frozen, 25)
    for field in fields:
        at = column_of[field.name]
        sheet.write_string(0, at, cell_text(title(field)), styles["head"])
        sheet.set_column(at, at, _width(field))
        _values(sheet, at, field, table.column(field.name).to_pylist(), styles)
    if drawn:
        for row in range(1, table.num_rows + 1):
            sheet.set_row(row, ROW_POINTS)
        drawings = table.column("smiles").to_pylist()
        for row, (smiles, picture) in enumerate(zip(drawings, _pictures(drawings, sharp)), 1):
            if picture:
                sheet.insert_image(
                    row, frozen, f"{row}.png",
                    {"image_data": io.BytesIO(picture), "object_position": 1, "x_offset": 3, "y_offset": 3,
                     "x_scale": 1 / sharp, "y_scale": 1 / sharp, "description": f"structure {smiles}"[:200]},
                )  # fmt: skip
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, max(table.num_rows, 1), len(fields) - 1 + drawn)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.repeat_rows(0)
    if frozen:
        sheet.repeat_columns(0, frozen - 1 + drawn)
    sheet.set_footer("&L&8&A&R&8&P / &N")


def _values(sheet: Any, at: int, field: pa.Field, values: list[Any], styles: dict[str, Any]) -> None:
    kind = field.type
    if pa.types.is_boolean(kind):
        for row, value in enumerate(values, 1):
            if value is not None:
                sheet.write_boolean(row, at, value)  # LibreOffice shows 1 for one with a format
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        style = styles.get(field.name, styles["plain"])
        places = decimals(field)
        for row, value in enumerate(values, 1):
            if value is None or value != value:
                continue
            # float32 written as it is would show digits that were never there.
            sheet.write_number(row, at, float(number_text(value, places)) if isinstance(value, float) else value, style)
    else:
        places = decimals(field)
        for row, value in enumerate(values, 1):
            if text := plain_text(value, places):
                sheet.write_string(row, at, cell_text(text)[:_LONGEST_TEXT], styles["text"])


def _width(field: pa.Field) -> int:
    if field.name in ("smiles", "nearest", "flags") or pa.types.is_list(field.type):
        return 34
    return 22 if pa.types.is_string(field.type) else 12


def _pictures(drawn: list[str | None], sharp: int) -> Iterator[bytes]:
    """Yield a picture for each SMILES; where there are many, child processes draw them, one for each core."""
    pieces = [drawn[first : first + _PIECE] for first in range(0, len(drawn), _PIECE)]
    workers = min(cores(), len(pieces) // _PIECES_A_CHILD)
    if workers < 2:
        for piece in pieces:
            yield from _drawn(piece, sharp)
        return
    with ThreadPoolExecutor(workers) as pool:  # each of its threads waits for a child
        try:
            for found in pool.map(lambda piece: child_process.call(_drawn, piece, sharp), pieces):
                yield from found
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _drawn(piece: Sequence[str | None], sharp: int) -> list[bytes]:
    from workbench.page.depiction import png

    return [png(smiles or "", width=sharp * _WIDTH, height=sharp * _HEIGHT) for smiles in piece]


def _columns(book: Any, schema: pa.Schema, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Columns")
    for at, (heading, width) in enumerate((("column", 28), ("heading", 40), ("direction", 20), ("group", 20))):
        sheet.write_string(0, at, heading, styles["head"])
        sheet.set_column(at, at, width)
    for row, field in enumerate(schema, 1):
        group = (field.metadata or {}).get(b"group", b"").decode()
        for at, text in enumerate((field.name, title(field), direction(field), group)):
            sheet.write_string(row, at, cell_text(text), styles["value"])
    sheet.freeze_panes(1, 0)


def _provenance(book: Any, stamp: Stamp, count: int, sheets: int, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Provenance")
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    lines = [*stamp.lines(), ("rows in this workbook", f"{count:,}")]
    if sheets > 1:
        lines.append(
            ("sheets", "All rows holds the whole list without pictures; each sheet with pictures holds"
             f" {PICTURE_ROWS:,} rows, because LibreOffice cannot place pictures further down")
        )  # fmt: skip
    lines.append(("to check this file", "workbench verify FILE, with FILE.manifest.json beside it"))
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, cell_text(label), styles["label"])
        sheet.write_string(row, 1, cell_text(text), styles["value"])
