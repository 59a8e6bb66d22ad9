"""A grid of hits: 2D depiction, predicted affinity with its interval, and the evidence beside it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from screening.compounds.search.structure_map import MOST_POINTS, structure_map
from screening.errors import ScreeningError
from screening.features.compound_blocks import morgan_fingerprints
from screening.models.affinity import AffinityModel, Meaning, meaning
from screening.runs.evidence.decision import COLUMNS
from screening.runs.evidence.text import number_text
from workbench.page import depiction
from workbench.page.fragment import escape
from workbench.tables.grid import COMPOUND, FLAT_ROWS, STRUCTURE, TICK, Column, Grid, picture_of

if TYPE_CHECKING:
    from workbench.page.live import Decide, Live


#: Rows that a map of structures is worth drawing for.
LEAST_ON_MAP = 50
#: First rows for which what each atom adds is worked out and neighbours are drawn: in a notebook, and on a page.
OPENED, OPENED_ON_PAGES = 10, 50


def hit_grid(
    hits: pa.Table,
    *,
    title: str = "Hits",
    height: int = 620,
    properties: Sequence[str] = ("molecular_weight", "logp"),
    decide: Decide | None = None,
    profile: str | None = None,
    model: Callable[[], AffinityModel | None] | None = None,
    opened: int = OPENED,
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
    decide
        Writes down a decision; the grid has buttons for it where `live` was called.
    profile
        Aims that the panel of scores begins with (`screening.runs.scoring.profile`).
    model
        Returns the model of the hits, or None: what each atom adds is drawn in a row that is opened.
    opened
        First rows that show this, and the drawings of their neighbours, when they are opened; each takes 8 kB.

    Raises
    ------
    UsageError
        If a column is missing.
    """
    if decide is not None:
        hits = _with_decisions(hits)
    found = HitGrid(hits, title=title, height=height, properties=properties)
    found.decide = decide
    found.profile = profile
    found.model = model
    found.opened = opened
    return found


def _with_decisions(hits: pa.Table) -> pa.Table:
    """Return the table with columns of decisions, empty where nothing was decided: they fill up later."""
    for column in COLUMNS:
        if column.name in ("decision", "decided_by", "decision_reason") and column.name not in hits.schema.names:
            hits = hits.append_column(column.field(), pa.nulls(hits.num_rows, column.field().type))
    return hits


class HitGrid(Grid):
    """Hits as a grid."""

    packed = (
        "rank", "record", "id", "name", "smiles", "affinity", "kind", "lower", "upper", "in_domain", "nearest",
        "similarity", "known", "flags", "source", "number",
    )  # fmt: skip
    columns = (
        TICK,
        Column("rank", "Rank", "46px"),
        STRUCTURE,
        COMPOUND,
        Column("affinity", "Affinity", "minmax(170px,1.2fr)"),
        Column("similarity", "Nearest known", "minmax(140px,1.1fr)"),
        Column(
            "mpo", "Score of aims", "minmax(110px,.8fr)", hidden=True, decimals=2, higher_is_better=True, group="score"
        ),
        Column("pareto", "Pareto front", "minmax(76px,.4fr)", plain=True, hidden=True, group="score"),
    )
    groups = (("scaffold", "scaffold"), ("cluster", "cluster"), ("decision", "decision"), ("nearest", "nearest known"))
    decimals = ("affinity", "lower", "upper", "similarity")
    nothing = "There are no hits to show."
    decide: Decide | None = None
    profile: str | None = None
    model: Callable[[], AffinityModel | None] | None = None
    opened: int = OPENED

    def live(self) -> Live:
        """Return the link that brings clicks and ticks to Python, and decisions into the log of the run."""
        link = super().live()
        if self.decide is not None:
            link.offer_decisions(self.decide)
        return link

    @property
    def _meaning(self) -> Meaning:
        return meaning(self.rows.column("kind")[0].as_py())

    def _words(self) -> dict[str, Any]:
        said = self._meaning
        return {
            "of": said.of, "interval": said.interval, "decimals": said.decimals, "profile": self.profile,
            "kind": self.rows.column("kind")[0].as_py(),
        }  # fmt: skip

    def _shown(self) -> Sequence[Column]:
        """Return the columns; those of a score are seen where the rows have one."""
        return [
            dataclasses.replace(one, hidden=False) if one.hidden and one.key in self.rows.schema.names else one
            for one in self.columns
        ]

    def _added(self, columns: dict[str, Any]) -> dict[str, Any]:
        """Return the score, the map, neighbours' drawings and what each atom adds."""
        names = self.rows.schema.names
        found: dict[str, Any] = {
            name: self.rows.column(name).to_pylist() for name in ("mpo", "pareto") if name in names
        }
        smiles = columns["smiles"]
        if LEAST_ON_MAP <= len(smiles) <= MOST_POINTS:
            places = structure_map(morgan_fingerprints([text if depiction.mol_of(text) else "C" for text in smiles]))
            found |= {"map_x": np.round(places[:, 0], 2).tolist(), "map_y": np.round(places[:, 1], 2).tolist()}
        if "neighbours" in names:
            near = [one["smiles"] for row in columns["neighbours"][: self.opened] for one in row or ()]
            drawn = dict.fromkeys(near)
            found["neighbour_drawings"] = {
                text: depiction.svg(text, width=150, height=92, outlines=False) for text in drawn
            }
        model = None if self.model is None else self.model()
        if model is not None:
            adds = [_explained(model, text) for text in smiles[: self.opened]]
            found["contributions"] = adds + [None] * (len(smiles) - len(adds))
        return found

    def _flat_head(self) -> list[str]:
        said = self._meaning
        number = said.of[0].upper() + said.of[1:]
        return ["Rank", "Structure", "Compound", number, said.interval, "Domain", "Nearest known"]

    def _flat_row(self, row: dict[str, Any]) -> str:
        domain = "in domain" if row["in_domain"] else "out of domain"
        known = ", seen in training" if row["known"] else ""
        score, lower, upper = (
            number_text(row[name], self._meaning.decimals) for name in ("affinity", "lower", "upper")
        )
        near = f"{escape(row['nearest'])} ({number_text(row['similarity'], 2)}{_measured(row)})"
        return (
            f'<td class="wb-n">{row["rank"]}</td><td>{picture_of(row)}</td><td>{escape(row["name"])}</td>'
            f'<td class="wb-n">{score}</td><td>{lower} to {upper}</td>'
            f"<td>{domain}{known}</td><td>{near}</td>"
        )

    def __repr__(self) -> str:
        lines = [f"<{self.rows.num_rows} hits; draws in a notebook, or save_html(path)>"]
        for row in self.rows.slice(0, FLAT_ROWS).to_pylist():
            number = number_text(row["affinity"], self._meaning.decimals)
            lines.append(f"{row['rank']:>5}  {row['name'][:28]:<28}  {row['kind']} {number}")
        return "\n".join(lines)


def _measured(row: dict[str, Any]) -> str:
    """Return the measured value of the nearest known compound, where the table has one."""
    value = row.get("nearest_measured")
    if value is None:
        return ""
    sign = row.get("nearest_relation") or "="
    return f", measured {'' if sign == '=' else sign + ' '}{number_text(value, 2)}"


def _explained(model: AffinityModel, smiles: str) -> dict[str, Any] | None:
    """Return what each atom adds, and where it is drawn; None where the model or the structure gives none."""
    from screening.models.explain import atom_contributions

    try:
        values = atom_contributions(model, smiles)
    except (ScreeningError, ValueError, AttributeError):
        return None
    return {
        "values": [round(float(value), 2) for value in values],
        "places": depiction.svg_and_places(smiles, width=180, height=104)[1],
    }
