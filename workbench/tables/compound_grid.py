"""A grid of the compounds of a library: 2D depiction, properties and flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from screening.compounds.compound import PROPERTIES
from screening.compounds.library.prepared_library import PreparedLibrary
from workbench.page.fragment import escape
from workbench.tables.grid import COMPOUND, FLAT_ROWS, STRUCTURE, TICK, Column, Grid, picture_of

#: Compounds that a grid takes from a library: about 1.4 kB each on a page.
MOST_ROWS = 1000

_DESCRIBED = ["record", "name", "smiles", *PROPERTIES, "flags", "source", "number"]


def compound_grid(
    library: PreparedLibrary | pa.Table,
    *,
    rows: int = MOST_ROWS,
    title: str = "Compounds",
    height: int = 620,
    properties: Sequence[str] = ("molecular_weight", "logp", "tpsa", "hbd", "hba", "rotatable_bonds"),
) -> CompoundGrid:
    """Show compounds with their 2D depictions, searchable and sortable.

    Parameters
    ----------
    library
        A prepared library, or some of its rows (``COMPOUND_SCHEMA``), such as those a search has found.
    rows
        How many to show; of a library that has more, evenly chosen ones.
    title
        Title of the page that ``save_html`` writes.
    height
        Of the scrolling part, in pixels; shorter if the rows need less.
    properties
        What to show, sort and filter by: names of ``screening.compounds.compound.PROPERTIES``.

    Raises
    ------
    UsageError
        If a column is missing.
    """
    table = library.slice(0, rows) if isinstance(library, pa.Table) else _evenly(library, rows)
    return CompoundGrid(table, title=title, height=height, properties=properties)


def _evenly(library: PreparedLibrary, rows: int) -> pa.Table:
    step = -(-library.compounds // rows) if rows else 1
    found, seen = [], 0
    for table in library.iterate(_DESCRIBED):
        found.append(table.take(list(range((-seen) % step, table.num_rows, step))))
        seen += table.num_rows
    return pa.concat_tables(found) if found else pa.table({name: [] for name in _DESCRIBED})


class CompoundGrid(Grid):
    """Compounds as a grid."""

    packed = ("record", "name", "smiles", "flags", "source", "number")
    columns = (
        TICK,
        Column("record", "Record", "70px"),
        STRUCTURE,
        COMPOUND,
        Column("properties", "Properties", "minmax(190px,1.2fr)"),
        Column("flags", "Flags", "minmax(120px,1fr)"),
    )

    def _words(self) -> dict[str, Any]:
        # What a search has found comes in its order.
        return {"sorts": [{"key": "similarity", "down": True}]} if "similarity" in self.properties else {}

    def _flat_head(self) -> list[str]:
        return ["Record", "Structure", "Compound", "MW", "logP", "Flags"]

    def _flat_row(self, row: dict[str, Any]) -> str:
        weight, logp = (f"{row[name]:.1f}" if name in row else "" for name in ("molecular_weight", "logp"))
        return (
            f'<td class="wb-n">{row["record"]}</td><td>{picture_of(row)}</td><td>{escape(row["name"])}</td>'
            f'<td class="wb-n">{weight}</td><td class="wb-n">{logp}</td><td>{escape(", ".join(row["flags"]))}</td>'
        )

    def __repr__(self) -> str:
        lines = [f"<{self.rows.num_rows} compounds; draws in a notebook, or save_html(path)>"]
        for row in self.rows.slice(0, FLAT_ROWS).to_pylist():
            lines.append(f"{row['record']:>7}  {row['name'][:28]:<28}  {row['smiles'][:60]}")
        return "\n".join(lines)
