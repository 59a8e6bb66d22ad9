"""The columns of the input files that a prepared library keeps beside its own: vendor, catalogue number, price ...

Each part has its own table of them, ``extra/part-000000.parquet``: the record number and one text column for each
input column that holds anything there. They are no part of what makes two libraries equal.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from screening.compounds.files.record import RawRecord

#: Name of the table, and of its column of record numbers.
TABLE = "extra"
RECORD = "record"


def extra_table(first: int, records: Sequence[RawRecord]) -> pa.Table | None:
    """Return the extra columns of consecutive records, numbered from `first`; None if they have none.

    An input column called ``record`` is called ``record (file)``.
    """
    rows = [first + row for row, raw in enumerate(records) if raw.extra]
    if not rows:
        return None
    columns: dict[str, list[str | None]] = {}
    kept = [raw.extra for raw in records if raw.extra]
    for row, extra in enumerate(kept):
        for name, text in extra:
            column = columns.get(name)
            if column is None:
                column = columns[name] = [None] * len(kept)
            column[row] = text
    fields = [pa.field(RECORD, pa.int64(), nullable=False)]
    arrays = [pa.array(rows, pa.int64())]
    for name, texts in columns.items():
        fields.append(pa.field(f"{RECORD} (file)" if name == RECORD else name, pa.string()))
        arrays.append(pa.array(texts, pa.string()))
    return pa.table(arrays, schema=pa.schema(fields))
