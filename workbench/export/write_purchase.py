"""Hit list to a purchase list: what to order, from whom, at which price, in rank order (CSV).

Vendor, catalogue number, price and amount are the columns of the library's input files that are called so; where
there are none, the name of the compound is all there is to order by, and the file says so.
"""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa

from screening.engine import files
from screening.engine.csv_table import CsvTable
from screening.errors import UsageError
from screening.models.affinity import PREDICTION_DECIMALS
from workbench.export.stamp import Stamp

#: Heading in a purchase list to the words that the name of an input column has; the first column that fits is taken.
WANTED = {
    "vendor": ("vendor", "supplier", "source name", "company"),
    "catalogue_number": (
        "catalogue",
        "catalog",
        "cat no",
        "cat_no",
        "vendor id",
        "supplier id",
        "product",
        "sku",
        "order",
    ),
    "price": ("price", "cost"),
    "amount": ("amount", "quantity", "pack", "size mg", "mg"),
    "availability": ("stock", "availab", "lead time", "delivery"),
}
#: What identifies a compound in the list, beside what is ordered.
_OWN = ("rank", "name", "smiles", "id")


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the list to `path`; return the number of rows.

    Raises
    ------
    UsageError
        If the input files of the library had no column to order by.
    StorageError
        If the folder cannot be written or the disk is full; no file is left then.
    """
    chosen = columns_to_order_by(rows.schema.names)
    if not chosen:
        raise UsageError(
            "the library has no column to order by", source=path,
            expected="an input file with columns such as vendor, catalogue number or price",
        )  # fmt: skip
    own = [name for name in _OWN if name in rows.schema.names]
    fields = [pa.field(name, rows.schema.field(name).type) for name in own]
    fields += [pa.field(heading, rows.schema.field(name).type) for heading, name in chosen.items()]
    schema = pa.schema(fields)
    written = 0
    with files.replacing(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as stream:
        table = CsvTable(stream, schema, decimals=PREDICTION_DECIMALS)
        for batch in rows:
            table.write(pa.table([batch.column(name) for name in (*own, *chosen.values())], schema=schema))
            written += batch.num_rows
    return written


def columns_to_order_by(names: list[str]) -> dict[str, str]:
    """Return heading of the purchase list to name of the column that holds it."""
    found: dict[str, str] = {}
    for heading, words in WANTED.items():
        for word in words:
            pattern = re.compile(
                rf"(?<![a-z]){re.escape(word).replace('_', '[ _-]?').replace(chr(92) + ' ', '[ _-]?')}"
            )
            fitting = [name for name in names if pattern.search(name.lower()) and name not in (*_OWN, *found.values())]
            if fitting:
                found[heading] = fitting[0]
                break
    return found
