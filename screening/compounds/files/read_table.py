"""CSV and TSV files: one record for each row below the header."""

from __future__ import annotations

from collections.abc import Iterator

from screening.compounds.files.columns import Columns
from screening.compounds.files.record import Notation, RawRecord, distinct_names, extra_cells
from screening.compounds.files.stream import TextFile
from screening.compounds.files.table import Table, open_table, text_rows


def read_table(file: TextFile, columns: Columns) -> Iterator[RawRecord]:
    """Yield a record for each row of a table; a first row that holds a structure is a record already.

    Raises
    ------
    UsageError
        If no column holds structures.
    FileError
        If a quoted cell never ends.
    """
    table = open_table(text_rows(file), columns, file.path)
    file.understood = table.choice.told
    yield from records_of_table(table)


def records_of_table(table: Table) -> Iterator[RawRecord]:
    """Yield a record for each row of a table; rows that are broken or too short are records with a problem."""
    smiles_at, name_at = table.choice.smiles, table.choice.name
    names = distinct_names(table.header)
    used = {smiles_at, name_at}
    for number, row in enumerate(table.rows, start=1):
        cells = row.cells
        if row.problem:
            yield RawRecord(number, "", cells[0], Notation.SMILES, row.problem)
            continue
        extra = extra_cells(names, cells, used)
        name = cells[name_at].strip() if name_at is not None and name_at < len(cells) else ""
        if smiles_at >= len(cells):
            problem = f"a row of {len(cells)} columns, the SMILES is column {smiles_at + 1}"
            yield RawRecord(number, name, ",".join(cells), Notation.SMILES, problem, extra)
        else:
            yield RawRecord(number, name, cells[smiles_at].strip(), Notation.SMILES, "", extra)
