"""A grid of hits: 2D depiction, predicted affinity with its interval, and the evidence beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.models.affinity import Meaning, meaning
from screening.runs.evidence.decision import COLUMNS
from workbench.page.fragment import escape
from workbench.tables.grid import COMPOUND, FLAT_ROWS, STRUCTURE, TICK, Column, Grid, picture_of

if TYPE_CHECKING:
    from workbench.page.live import Decide, Live


def hit_grid(
    hits: pa.Table,
    *,
    title: str = "Hits",
    height: int = 620,
    properties: Sequence[str] = ("molecular_weight", "logp"),
    decide: Decide | None = None,
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

    Raises
    ------
    UsageError
        If a column is missing.
    """
    if decide is not None:
        hits = _with_decisions(hits)
    found = HitGrid(hits, title=title, height=height, properties=properties)
    found.decide = decide
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
    )
    groups = (("scaffold", "scaffold"), ("cluster", "cluster"), ("decision", "decision"), ("nearest", "nearest known"))
    decimals = ("affinity", "lower", "upper", "similarity")
    nothing = "There are no hits to show."
    decide: Decide | None = None

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
        return {"of": said.of, "interval": said.interval, "decimals": said.decimals}

    def _flat_head(self) -> list[str]:
        said = self._meaning
        number = said.of[0].upper() + said.of[1:]
        return ["Rank", "Structure", "Compound", number, said.interval, "Domain", "Nearest known"]

    def _flat_row(self, row: dict[str, Any]) -> str:
        domain = "in domain" if row["in_domain"] else "out of domain"
        known = ", seen in training" if row["known"] else ""
        score, lower, upper = (f"{row[name]:.{self._meaning.decimals}f}" for name in ("affinity", "lower", "upper"))
        return (
            f'<td class="wb-n">{row["rank"]}</td><td>{picture_of(row)}</td><td>{escape(row["name"])}</td>'
            f'<td class="wb-n">{score}</td><td>{lower} to {upper}</td>'
            f"<td>{domain}{known}</td><td>{escape(row['nearest'])} ({row['similarity']:.2f})</td>"
        )

    def __repr__(self) -> str:
        lines = [f"<{self.rows.num_rows} hits; draws in a notebook, or save_html(path)>"]
        for row in self.rows.slice(0, FLAT_ROWS).to_pylist():
            number = f"{row['affinity']:.{self._meaning.decimals}f}"
            lines.append(f"{row['rank']:>5}  {row['name'][:28]:<28}  {row['kind']} {number}")
        return "\n".join(lines)
