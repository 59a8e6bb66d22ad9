"""Matched pairs: each exchange of a fragment drawn, with what it did to the values on average and in how many pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from screening.compounds.series.cuts import HYDROGEN
from screening.compounds.series.matched_pairs import Exchange, surroundings_text
from screening.errors import UsageError
from workbench.page import depiction
from workbench.page.fragment import escape, sheet
from workbench.tables.series_page import STYLE, Compounds, DrawnSeries, change_bar, signed

#: Orders that exchanges are shown in.
ORDERS = ("surest", "pairs", "change")
#: Pairs of an exchange that are named.
_NAMED = 12


class MatchedPairs(DrawnSeries):
    """Exchanges among the compounds of a table. Shows itself in a notebook; `save` writes a page or a table.

    Attributes
    ----------
    exchanges
        All that were found, the surest rise first.
    compounds
        Among which.
    """

    def __init__(
        self, exchanges: Sequence[Exchange], compounds: Compounds, *, top: int = 25, by: str = "surest"
    ) -> None:
        if by not in ORDERS:
            raise UsageError(f"exchanges cannot be ordered by {by!r}", expected=", ".join(ORDERS))
        self.exchanges = list(exchanges)
        if by != "surest":
            self.exchanges.sort(key=lambda one: -len(one.pairs) if by == "pairs" else -one.mean)
        self.compounds = compounds
        self.top = top
        self.title = f"{len(self.exchanges):,} exchanges among {int(np.isfinite(compounds.exact).sum()):,} compounds"

    @property
    def table(self) -> pa.Table:
        """A row for each exchange: fragments, surroundings, pairs, mean change with its 90 % interval, pairs raised."""
        lows = [one.interval() for one in self.exchanges]
        return pa.table(
            {
                "before": [one.before for one in self.exchanges],
                "after": [one.after for one in self.exchanges],
                "at": [surroundings_text(one.surroundings) for one in self.exchanges],
                "pairs": pa.array([len(one.pairs) for one in self.exchanges], pa.int64()),
                "mean_change": pa.array([one.mean for one in self.exchanges], pa.float64()),
                "spread": pa.array([one.spread for one in self.exchanges], pa.float64()),
                "lower": pa.array([low if np.isfinite(low) else None for low, _ in lows], pa.float64()),
                "upper": pa.array([high if np.isfinite(high) else None for _, high in lows], pa.float64()),
                "raised": pa.array([one.raised for one in self.exchanges], pa.int64()),
                "compounds": ["; ".join(f"{first} > {second}" for first, second in self._names(one))
                              for one in self.exchanges],
            }
        )  # fmt: skip

    def _names(self, one: Exchange) -> list[tuple[str, str]]:
        return [(self.compounds.names[first], self.compounds.names[second]) for first, second in one.pairs]

    def html(self) -> str:
        """Return self-contained HTML."""
        shown = self.exchanges[: self.top]
        if not shown:
            return f'{sheet()}<div class="wb"><p>No exchange has pairs enough among these compounds.</p></div>'
        largest = max(max(abs(one.mean), *(abs(end) for end in one.interval() if np.isfinite(end))) for one in shown)
        rest = len(self.exchanges) - len(shown)
        more = f'<p class="wb-soft">and {rest:,} more: save("FILE.csv") has all</p>' if rest else ""
        return (
            f'{sheet()}{STYLE}<div class="wb wb-series"><h3>{escape(self.title)}</h3>'
            f"<p>Two compounds that differ in one fragment; the change is that of the {escape(self.compounds.said)}, in"
            " the direction in which it rises, with the 90 % interval of the mean. The pairs of an exchange are not"
            f" independent where they share compounds. From {escape(self.compounds.source)}.</p>"
            f"{''.join(self._row(one, largest) for one in shown)}{more}</div>"
        )

    def _row(self, one: Exchange, largest: float) -> str:
        low, high = one.interval()
        interval = f" ({signed(low)} to {signed(high)})" if np.isfinite(low) else ""
        at = surroundings_text(one.surroundings)
        values = self.compounds
        pairs = "".join(
            f"<li>{escape(values.names[first])} {values.value_text(first)} → {escape(values.names[second])}"
            f" {values.value_text(second)}</li>"
            for first, second in one.pairs[:_NAMED]
        )
        more = f"<li>and {len(one.pairs) - _NAMED:,} more</li>" if len(one.pairs) > _NAMED else ""
        return (
            f'<div class="wb-pairrow"><div class="wb-drawn2">{_drawn(one.before)}<span class="wb-arrow">→</span>'
            f'{_drawn(one.after)}</div><div class="wb-says"><div><b>{signed(one.mean)}</b>{interval} in'
            f" {len(one.pairs):,} pairs, {one.raised:,} of them rise{'s' if one.raised == 1 else ''}</div>"
            f"{change_bar(one.mean, low, high, largest)}"
            f'<div class="wb-soft">{f"on {escape(at)}" if at else "anywhere"}</div>'
            f"<details><summary>the pairs</summary><ul>{pairs}{more}</ul></details></div></div>"
        )

    def __repr__(self) -> str:
        lines = [f"<{self.title}; draws in a notebook, or save(path)>"]
        for one in self.exchanges[:10]:
            low, high = one.interval()
            interval = f" ({signed(low)} to {signed(high)})" if np.isfinite(low) else ""
            lines.append(f"{one.before} -> {one.after}: {signed(one.mean)}{interval} in {len(one.pairs)} pairs")
        return "\n".join(lines)


def _drawn(smiles: str) -> str:
    if smiles == HYDROGEN:
        return "<b>H</b>"
    shown = smiles if "[*:2]" in smiles else smiles.replace("[*:1]", "*")
    drawn = depiction.svg(shown, width=140, height=86, outlines=False)
    return f'<span class="wb-paper" title="{escape(smiles)}">{drawn}</span>'
