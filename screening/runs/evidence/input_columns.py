"""Every other column of the input file: vendor, catalogue number, price, what the chemist wrote beside a compound."""

from __future__ import annotations

import pyarrow as pa

from screening.errors import LibraryError
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.rows import EvidenceRows, Filled

GROUP = "input"


def columns(rows: EvidenceRows) -> Filled:
    """Return the extra columns of the input, as text; none where the library is gone or was prepared without them."""
    try:
        library = rows.run.library()
    except LibraryError:
        return []
    extra = getattr(library, "extra", None)
    if extra is None:
        return []
    table: pa.Table = extra(rows.hits.column("record").to_pylist())
    names = [name for name in table.schema.names if name != "record"]
    described = [EvidenceColumn(name, pa.string(), name, GROUP, description="As in the input file.") for name in names]
    return [(column, table.column(column.name).combine_chunks()) for column in described]
