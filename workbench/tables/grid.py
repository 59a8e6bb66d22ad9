"""What grids of compounds share: the packed rows, their drawings and properties, and the script that shows them."""

from __future__ import annotations

import base64
import dataclasses
import functools
import gzip
import hashlib
import json
import math
import uuid
from abc import abstractmethod
from collections.abc import Sequence
from importlib import resources
from typing import Any, ClassVar

import pyarrow as pa

from screening.compounds.compound import PROPERTIES
from screening.compounds.rules.properties import property_row
from screening.errors import UsageError
from workbench.page import depiction
from workbench.page.fragment import Fragment, escape, sheet

_TITLES = {"molecular_weight": "MW", "logp": "logP", "tpsa": "TPSA", "hbd": "donors", "hba": "acceptors"}

#: Rows that are seen where scripts may not run.
FLAT_ROWS = 10


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a grid: the cell it shows (a key of ``cells`` in ``browser/grid.js``), its title and CSS width."""

    key: str
    title: str
    width: str


TICK = Column("ticked", "", "22px")
STRUCTURE = Column("drawing", "Structure", "190px")
COMPOUND = Column("name", "Compound", "minmax(150px,1.5fr)")


class Grid(Fragment):
    """Rows of compounds, each with its drawing. Shows itself in a notebook; `save_html` writes a page of its own.

    Attributes
    ----------
    rows
        The table it shows.
    """

    #: Columns of the table that travel, and that the saved CSV has.
    packed: ClassVar[tuple[str, ...]]
    #: What is shown; the second column is the order the rows begin in.
    columns: ClassVar[tuple[Column, ...]]
    #: Columns of floats.
    decimals: ClassVar[tuple[str, ...]] = ()
    #: Said where there is no row.
    nothing: ClassVar[str] = "There are no compounds to show."

    def __init__(self, rows: pa.Table, *, title: str, height: int, properties: Sequence[str]) -> None:
        known = {*rows.schema.names, *PROPERTIES}
        missing = [name for name in self.packed if name not in rows.schema.names]
        missing += [name for name in properties if name not in known]
        if missing:
            columns = ", ".join(self.packed)
            raise UsageError(f"the table has no column {missing[0]!r}", expected=f"the columns {columns}")
        self.rows = rows
        self.title = title
        self.height = height
        self.properties = tuple(properties)

    @functools.cached_property
    def _packed(self) -> str:
        columns: dict[str, Any] = {name: self.rows.column(name).to_pylist() for name in self.packed}
        for name in self.decimals:
            columns[name] = [_number(value) for value in columns[name]]
        columns["drawing"] = [depiction.svg(smiles, width=180, height=104) for smiles in columns["smiles"]]
        columns["properties"] = self._property_columns(columns["smiles"])
        text = json.dumps(columns, separators=(",", ":"))
        return base64.b64encode(gzip.compress(text.encode(), 6, mtime=0)).decode()

    def _property_columns(self, smiles: list[str]) -> dict[str, list[float | None]]:
        given = [name for name in self.properties if name in self.rows.schema.names]
        found = {name: [_number(value) for value in self.rows.column(name).to_pylist()] for name in given}
        if len(given) < len(self.properties):
            mols = [depiction.mol_of(text) for text in smiles]
            values = [None if mol is None else dict(zip(PROPERTIES, property_row(mol))) for mol in mols]
            for name in self.properties:
                if name not in found:
                    found[name] = [None if row is None else _number(row[name]) for row in values]
        return {_TITLES.get(name, name.replace("_", " ")): found[name] for name in self.properties}

    def html(self) -> str:
        """Return self-contained HTML."""
        if not self.rows.num_rows:
            return f'{sheet()}<div class="wb"><p>{self.nothing}</p></div>'
        uid = uuid.uuid4().hex[:16]
        self._announce(uid)
        # The same rows get their ticks back, after a restart of the kernel or a reload of the page.
        key = hashlib.sha256(self._packed.encode()).hexdigest()[:24]
        shown = json.dumps([dataclasses.asdict(column) for column in self.columns])
        script = (
            f"const UID={json.dumps(uid)}, KEY={json.dumps(key)}, HEIGHT={int(self.height)};\n"
            f"const COLUMNS={shown}, SAVED={json.dumps(self.packed)}, WORDS={json.dumps(self._words())};\n"
            f"const PACKED='{self._packed}';\n{_browser('smarts.js')}\n{_browser('grid.js')}"
        )
        return (
            f"{sheet()}<style>{_browser('grid.css')}</style>"
            f'<div class="wb wb-grid" data-wb-grid="{uid}"><div class="wb-flatgrid">{self._flat()}</div></div>'
            f"<script>(()=>{{\n{script}\n}})();</script>"
        )

    def _flat(self) -> str:
        """Return the first rows as a plain table, for where scripts may not run."""
        first = self.rows.slice(0, FLAT_ROWS)
        body = "".join(f"<tr>{self._flat_row(row)}</tr>" for row in first.to_pylist())
        left = self.rows.num_rows - first.num_rows
        more = f"{left:,} more rows, search and sorting: " if left else "Search and sorting: "
        return (
            f"<table><tr>{''.join(f'<th>{escape(name)}</th>' for name in self._flat_head())}</tr>{body}</table>"
            f'<p class="wb-say">{more}File ▸ Trust Notebook, or run this cell again.</p>'
        )

    def _words(self) -> dict[str, Any]:
        """Return what the script says of the numbers; nothing where there is no prediction."""
        return {}

    @abstractmethod
    def _flat_head(self) -> list[str]:
        """Return the headings of the plain table."""

    @abstractmethod
    def _flat_row(self, row: dict[str, Any]) -> str:
        """Return the cells of a row of the plain table as HTML."""


def picture_of(row: dict[str, Any]) -> str:
    """Return the drawing of a row as an image that needs no script."""
    drawing = depiction.png(row["smiles"], width=180, height=104)
    return depiction.image(drawing, alt=f"Structure of {row['name']}", width=160)


def _number(value: Any) -> float | None:
    # Three decimals are what predictions are rounded to; NaN is no JSON.
    return round(float(value), 3) if value is not None and math.isfinite(value) else None


@functools.cache
def _browser(name: str) -> str:
    text = (resources.files("workbench.tables") / "browser" / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
