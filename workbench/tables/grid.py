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
from typing import Any, ClassVar

import pyarrow as pa

from screening.compounds.compound import PROPERTIES
from screening.compounds.rules.properties import property_row
from screening.errors import UsageError
from screening.models.affinity import PREDICTION_DECIMALS
from screening.printable import without_direction_marks
from screening.runs.evidence.column import column_of
from workbench.page import depiction
from workbench.page.cell import Carrier
from workbench.page.fragment import Fragment, escape, sheet
from workbench.tables.browser_files import browser_file, grid_name, grid_style, packed_grid_script

#: The grid of a notebook that carries the script and its style sheet.
_CARRIER = Carrier(again=True)
_TITLES = {"molecular_weight": "MW", "logp": "logP", "tpsa": "TPSA", "hbd": "donors", "hba": "acceptors"}

#: Said below a chart.
MAP_NOTE = (
    "Point at a compound for its structure, click to open it; drag over several to show only those. On the map of"
    " structures, near means alike; its axes, and how far groups are apart, mean nothing."
)
#: Rows that are seen where scripts may not run.
FLAT_ROWS = 10


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a grid.

    Attributes
    ----------
    key
        The cell it shows: a key of ``cells`` in ``browser/cells.js``, or a column of the table.
    title, width
        Heading and CSS width.
    plain
        It shows the value of the table's column as text; not on a phone.
    hidden
        Not shown until somebody chooses it.
    decimals, higher_is_better, group, description
        As in `screening.runs.evidence.column.EvidenceColumn`.
    """

    key: str
    title: str
    width: str
    plain: bool = False
    hidden: bool = False
    decimals: int | None = None
    higher_is_better: bool | None = None
    group: str = ""
    description: str = ""


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
    #: What rows can be grouped by: column and what it is called; those that the table has are offered.
    groups: ClassVar[tuple[tuple[str, str], ...]] = ()
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
        columns: dict[str, Any] = {
            name: [_json_value(value) for value in self.rows.column(name).to_pylist()] for name in self.packed
        }
        for name in self.decimals:
            columns[name] = [_number(value) for value in columns[name]]
        for column in self._further:
            if column.key in self.rows.schema.names:
                columns[column.key] = [_json_value(value) for value in self.rows.column(column.key).to_pylist()]
        # The search in the browser reads canonical SMILES; another way of writing travels with it.
        canonical = {row: depiction.canonical(text) for row, text in enumerate(columns["smiles"])}
        columns["canonical"] = {row: text for row, text in canonical.items() if text != columns["smiles"][row]}
        columns["drawing"] = [self._drawing(row, smiles) for row, smiles in enumerate(columns["smiles"])]
        columns["properties"] = self._property_columns(columns["smiles"])
        columns |= self._added(columns)
        text = json.dumps(columns, separators=(",", ":"))
        return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()

    def _added(self, columns: dict[str, Any]) -> dict[str, Any]:
        """Return what else travels: nothing here."""
        return {}

    def _shown(self) -> Sequence[Column]:
        """Return the columns that every such grid has."""
        return self.columns

    def _drawing(self, row: int, smiles: str) -> str:
        """Return the drawing of a row as SVG."""
        return depiction.svg(smiles, width=180, height=104, outlines=False)

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

    @functools.cached_property
    def _further(self) -> list[Column]:
        """Return the columns of the table beyond those that every such grid has; they can be chosen."""
        taken = {*self.packed, *(column.key for column in self.columns)}
        found = [plain_column(field) for field in self.rows.schema if field.name not in taken]
        computed = [_TITLES.get(name, name.replace("_", " ")) for name in self._titles]
        return found + [Column(title, title, "minmax(84px,.6fr)", plain=True, hidden=True) for title in computed]

    @property
    def _titles(self) -> dict[str, str]:
        """The properties that are not in the table but worked out here, each with its title."""
        return {
            name: _TITLES.get(name, name.replace("_", " "))
            for name in self.properties
            if name not in self.rows.schema.names
        }

    def _digits(self) -> dict[str, int]:
        """Return the decimals of the columns of floats, as `workbench.export.columns` writes them."""
        fields = [field for field in self.rows.schema if pa.types.is_floating(field.type)]
        described = {field.name: (field.metadata or {}).get(b"decimals", b"").decode() for field in fields}
        return {name: int(text) if text.isdigit() else PREDICTION_DECIMALS for name, text in described.items()}

    def html(self) -> str:
        """Return self-contained HTML."""
        return self._html(carry=True)

    def _notebook_html(self) -> str:
        return self._html(carry=bool(self.rows.num_rows) and _CARRIER.here())

    def _html(self, *, carry: bool) -> str:
        if not self.rows.num_rows:
            return f'{sheet()}<div class="wb"><p>{self.nothing}</p></div>'
        uid = uuid.uuid4().hex[:16]
        self._announce(uid)
        # The same rows get their ticks back, after a restart of the kernel or a reload of the page.
        key = hashlib.sha256(self._packed.encode()).hexdigest()[:24]
        shown = embedded_json([dataclasses.asdict(column) for column in (*self._shown(), *self._further)])
        kept = {*self.packed, *(column.key for column in self.columns), *(column.key for column in self._further)}
        saved = [name for name in self.rows.schema.names if name in kept]
        script = (
            f"const UID={json.dumps(uid)}, KEY={json.dumps(key)}, HEIGHT={int(self.height)};\n"
            f"const COLUMNS={shown}, SAVED={embedded_json(saved)}, WORDS={json.dumps(self._words())};\n"
            f"const GROUPS={json.dumps(self.groups)}, TITLES={embedded_json(self._titles)};\n"
            f"const DIGITS={embedded_json(self._digits())}, MAP_NOTE={json.dumps(MAP_NOTE)};\n"
            f"const PACKED='{self._packed}', NAME='{grid_name()}';\n"
            f"const CODE='{packed_grid_script() if carry else ''}';\n{browser_file('start.js')}"
        )
        return (
            f"{sheet()}<style>{grid_style() if carry else ''}</style>"
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


def _json_value(value: Any) -> Any:
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return [_json_value(each) for each in value]
    if isinstance(value, dict):
        return {name: _json_value(each) for name, each in value.items()}
    # Marks of writing direction make a name read as another one.
    return value if value is None or isinstance(value, (bool, int)) else without_direction_marks(str(value))


def plain_column(field: pa.Field) -> Column:
    """Return the column of a grid that shows a column of a table as text, hidden at first; decisions are shown."""
    known = column_of(field)
    if field.name == "decision":  # what was decided is never out of sight
        return Column("decision", known.title, "minmax(120px,.8fr)", group=known.group, description=known.description)
    number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
    title = known.title or field.name.replace("_", " ")
    return Column(
        field.name, title, "minmax(84px,.6fr)" if number else "minmax(120px,1fr)", plain=True, hidden=True,
        decimals=known.decimals, higher_is_better=known.higher_is_better, group=known.group,
        description=known.description,
    )  # fmt: skip


def embedded_json(value: Any) -> str:
    """Return JSON that may stand inside a script element: no text in it can close the element."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
