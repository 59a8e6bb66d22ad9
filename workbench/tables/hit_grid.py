"""A grid of hits: 2D depiction, predicted affinity with its interval, and the evidence beside it."""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import json
import math
import uuid
from collections.abc import Sequence
from importlib import resources
from typing import Any

import pyarrow as pa

from screening.compounds.compound import PROPERTIES
from screening.compounds.properties import property_row
from screening.errors import UsageError
from workbench.page import depiction
from workbench.page.fragment import Fragment, escape, sheet

#: Columns that a grid shows, as in ``screening.runs.hits.HIT_SCHEMA``.
COLUMNS = (
    "rank", "record", "id", "name", "smiles", "affinity", "kind", "lower", "upper", "in_domain", "nearest",
    "similarity", "known", "flags", "source", "number",
)  # fmt: skip

_TITLES = {"molecular_weight": "MW", "logp": "logP", "tpsa": "TPSA", "hbd": "donors", "hba": "acceptors"}

#: Rows that are seen where scripts may not run.
FLAT_ROWS = 10


def hit_grid(
    hits: pa.Table,
    *,
    title: str = "Hits",
    height: int = 620,
    properties: Sequence[str] = ("molecular_weight", "logp"),
) -> HitGrid:
    """Show hits with their 2D depictions, searchable and sortable, thousands of rows.

    Parameters
    ----------
    hits
        Rows of ``HIT_SCHEMA``, in rank order.
    title
        Title of the page that ``save_html`` writes.
    height
        Of the scrolling part, in pixels; shorter if the rows need less.
    properties
        What to filter by: numeric columns of `hits`, or names of ``screening.compounds.compound.PROPERTIES``, which are
        computed from the SMILES.

    Raises
    ------
    UsageError
        If a column is missing.
    """
    known = {*hits.schema.names, *PROPERTIES}
    missing = [name for name in COLUMNS if name not in hits.schema.names] + [p for p in properties if p not in known]
    if missing:
        raise UsageError(f"the table has no column {missing[0]!r}", expected=f"the columns {', '.join(COLUMNS)}")
    return HitGrid(hits, title=title, height=height, properties=tuple(properties))


class HitGrid(Fragment):
    """Hits as a grid. Shows itself in a notebook; `save_html` writes a page of its own.

    Attributes
    ----------
    hits
        The rows.
    """

    def __init__(self, hits: pa.Table, *, title: str, height: int, properties: tuple[str, ...]) -> None:
        self.hits = hits
        self.title = title
        self.height = height
        self.properties = properties

    @functools.cached_property
    def _packed(self) -> str:
        columns: dict[str, Any] = {name: self.hits.column(name).to_pylist() for name in COLUMNS}
        for name in ("affinity", "lower", "upper", "similarity"):
            columns[name] = [_number(value) for value in columns[name]]
        columns["drawing"] = [depiction.svg(smiles, width=180, height=104) for smiles in columns["smiles"]]
        columns["properties"] = self._property_columns(columns["smiles"])
        text = json.dumps(columns, separators=(",", ":"))
        return base64.b64encode(gzip.compress(text.encode(), 6, mtime=0)).decode()

    def _property_columns(self, smiles: list[str]) -> dict[str, list[float | None]]:
        given = [name for name in self.properties if name in self.hits.schema.names]
        found = {name: [_number(value) for value in self.hits.column(name).to_pylist()] for name in given}
        if len(given) < len(self.properties):
            mols = [depiction.mol_of(text) for text in smiles]
            rows = [None if mol is None else dict(zip(PROPERTIES, property_row(mol))) for mol in mols]
            for name in self.properties:
                if name not in found:
                    found[name] = [None if row is None else _number(row[name]) for row in rows]
        return {_TITLES.get(name, name.replace("_", " ")): found[name] for name in self.properties}

    def html(self) -> str:
        """Return self-contained HTML."""
        if not self.hits.num_rows:
            return f'{sheet()}<div class="wb"><p>There are no hits to show.</p></div>'
        uid = uuid.uuid4().hex[:16]
        self._announce(uid)
        # The same hits get their ticks back, after a restart of the kernel or a reload of the page.
        key = hashlib.sha256(self._packed.encode()).hexdigest()[:24]
        script = (
            f"const UID={json.dumps(uid)}, KEY={json.dumps(key)}, HEIGHT={int(self.height)};\n"
            f"const PACKED='{self._packed}';\n{_browser('smarts.js')}\n{_browser('grid.js')}"
        )
        return (
            f"{sheet()}<style>{_browser('grid.css')}</style>"
            f'<div class="wb wb-grid" data-wb-grid="{uid}"><div class="wb-flatgrid">{self._flat()}</div></div>'
            f"<script>(()=>{{\n{script}\n}})();</script>"
        )

    def _flat(self) -> str:
        """Return the first rows as a plain table, for where scripts may not run."""
        rows = []
        for row in self.hits.slice(0, FLAT_ROWS).to_pylist():
            picture = depiction.image(
                depiction.png(row["smiles"], width=180, height=104), alt=f"Structure of {row['name']}", width=160
            )
            domain = "in domain" if row["in_domain"] else "out of domain"
            known = ", seen in training" if row["known"] else ""
            rows.append(
                f'<tr><td class="wb-n">{row["rank"]}</td><td>{picture}</td><td>{escape(row["name"])}</td>'
                f'<td class="wb-n">{row["affinity"]:.2f}</td><td>{row["lower"]:.2f} to {row["upper"]:.2f}</td>'
                f"<td>{domain}{known}</td><td>{escape(row['nearest'])} ({row['similarity']:.2f})</td></tr>"
            )
        kind = escape(self.hits.column("kind")[0].as_py())
        left = self.hits.num_rows - len(rows)
        more = f"{left:,} more rows, search and sorting: " if left else "Search and sorting: "
        return (
            f"<table><tr><th>Rank</th><th>Structure</th><th>Compound</th><th>Predicted {kind}</th>"
            f"<th>90 % interval</th><th>Domain</th><th>Nearest known</th></tr>{''.join(rows)}</table>"
            f'<p class="wb-say">{more}File ▸ Trust Notebook, or run this cell again.</p>'
        )

    def __repr__(self) -> str:
        lines = [f"<{self.hits.num_rows} hits; draws in a notebook, or save_html(path)>"]
        for row in self.hits.slice(0, FLAT_ROWS).to_pylist():
            lines.append(f"{row['rank']:>5}  {row['name'][:28]:<28}  {row['kind']} {row['affinity']:.2f}")
        return "\n".join(lines)


def _number(value: Any) -> float | None:
    # Three decimals are what predictions are rounded to; NaN is no JSON.
    return round(float(value), 3) if value is not None and math.isfinite(value) else None


@functools.cache
def _browser(name: str) -> str:
    text = (resources.files("workbench.tables") / "browser" / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
