"""Activity cliffs as drawn pairs: what differs between two compounds that look alike is marked."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pyarrow as pa

from screening.models.explain import ALIKE, JUMP, Cliff
from screening.runs.evidence.text import number_text
from workbench.page import depiction
from workbench.page.fragment import escape, sheet
from workbench.tables.series_page import STYLE, Compounds, DrawnSeries


class CliffPairs(DrawnSeries):
    """Pairs of compounds that look alike and differ much. Shows itself in a notebook; `save` writes a page or a table.

    Attributes
    ----------
    cliffs
        All that were found, the steepest first.
    """

    def __init__(
        self, cliffs: Sequence[Cliff], compounds: Compounds, *, top: int = 8, alike: float = ALIKE, jump: float = JUMP
    ) -> None:
        self.cliffs = list(cliffs)
        self.compounds = compounds
        self.top = top
        pairs = "pair" if len(self.cliffs) == 1 else "pairs"
        self.title = f"{len(self.cliffs):,} {pairs} alike by {alike:g} or more differ by {jump:g} log units or more"

    @property
    def table(self) -> pa.Table:
        """A row for each pair, the tighter compound first."""
        rows = [dataclasses.asdict(one) | {"other": one.value - one.difference} for one in self.cliffs]
        schema = pa.schema(
            [(name, pa.string()) for name in ("first", "first_smiles")] + [("value", pa.float64())]
            + [(name, pa.string()) for name in ("second", "second_smiles")]
            + [(name, pa.float64()) for name in ("other", "difference", "similarity")]
        )  # fmt: skip
        return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema=schema)

    def html(self) -> str:
        """Return self-contained HTML."""
        shown = self.cliffs[: self.top]
        rest = len(self.cliffs) - len(shown)
        more = f'<p class="wb-soft">and {rest:,} more: save("FILE.csv") has all</p>' if rest else ""
        return (
            f'{sheet()}{STYLE}<div class="wb wb-series"><h3>{escape(self.title)}</h3>'
            f"<p>{escape(self.compounds.said[:1].upper() + self.compounds.said[1:])}, from"
            f" {escape(self.compounds.source)}; what is marked is not in the other one.</p>"
            f"{''.join(self._pair(one) for one in shown)}{more}</div>"
        )

    def _pair(self, one: Cliff) -> str:
        drawn = depiction.pair_svgs(one.first_smiles, one.second_smiles)
        sides = [(one.first, one.value, drawn[0]), (one.second, one.value - one.difference, drawn[1])]
        figures = "".join(
            f'<figure><span class="wb-paper">{picture}</span><figcaption><b>{escape(self.compounds.what)}'
            f" {number_text(value, 2)}</b> {escape(name)}</figcaption></figure>"
            for name, value, picture in sides
        )
        return (
            f'<div class="wb-pairrow wb-cliff"><div class="wb-drawn2">{figures}</div><div class="wb-says">'
            f"<b>{number_text(one.difference, 2)}</b> log units apart"
            f'<div class="wb-soft">similarity {number_text(one.similarity, 2)}</div></div></div>'
        )

    def __repr__(self) -> str:
        lines = [f"<{self.title}; draws in a notebook, or save(path)>"]
        for one in self.cliffs[:10]:
            lines.append(
                f"{one.first} {number_text(one.value, 2)}, {one.second} {number_text(one.value - one.difference, 2)},"
                f" similarity {number_text(one.similarity, 2)}"
            )
        return "\n".join(lines)
