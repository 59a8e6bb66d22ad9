"""What the pages of a series share: the compounds they are about, their style, numbers and bars."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from screening.engine import files
from screening.engine.csv_table import write_csv
from screening.errors import UsageError
from screening.result_table import to_pandas
from screening.runs.evidence.text import number_text
from workbench.page import theme
from workbench.page.fragment import Fragment

if TYPE_CHECKING:
    import pandas as pd

STYLE = """<style>
.wb-series{max-width:1180px}
.wb-series .wb-paper{background:#fff;border-radius:4px;display:inline-block;line-height:0;max-width:100%}
.wb-series .wb-paper svg{max-width:100%;height:auto}
.wb-series .wb-wide{overflow-x:auto;max-width:100%}
.wb-series .wb-strip{display:flex;flex-wrap:wrap;gap:8px;margin:4px 0 10px}
.wb-series .wb-group1{width:112px;border:1px solid var(--wb-line);border-radius:6px;padding:4px;font-size:12px}
.wb-series .wb-pairrow{display:flex;flex-wrap:wrap;gap:10px 16px;align-items:center;
border-bottom:1px solid var(--wb-line);padding:8px 0}
.wb-series .wb-arrow{font-size:20px;color:var(--wb-soft)}
.wb-series .wb-drawn2{display:flex;gap:8px;align-items:center}
.wb-series .wb-says{flex:1 1 260px;min-width:0}
.wb-series figure{margin:0;max-width:100%}
.wb-series figcaption{font-size:12px;overflow-wrap:anywhere}
.wb-series .wb-soft{color:var(--wb-soft);font-size:12px}
.wb-series .wb-best{font-weight:600}
.wb-series details{font-size:12px}
@media(max-width:560px){.wb-series .wb-cliff .wb-drawn2{flex-direction:column;align-items:flex-start}}
@media print{.wb-series .wb-pairrow,.wb-series .wb-group1{break-inside:avoid}}
</style>"""


@dataclasses.dataclass(frozen=True)
class Compounds:
    """n compounds with one value each.

    Attributes
    ----------
    names, smiles
        Of each.
    values
        float64, shape (n,); NaN where there is none.
    limits
        int8, shape (n,): 0 exact, -1 weaker than the value, 1 tighter.
    what
        What the values are, such as ``"pIC50"``.
    source
        Where they come from, in a few words.
    measured
        Whether they were measured; otherwise they are predictions.
    """

    names: Sequence[str]
    smiles: Sequence[str]
    values: np.ndarray
    limits: np.ndarray
    what: str
    source: str
    measured: bool = True

    @property
    def exact(self) -> np.ndarray:
        """float64, shape (n,): the values, NaN where there is only a limit."""
        return np.where(self.limits == 0, self.values, np.nan)

    @property
    def said(self) -> str:
        """What the values are, with whether they were measured."""
        return f"{'measured' if self.measured else 'predicted'} {self.what}"

    def value_text(self, row: int) -> str:
        """Return the value of a compound, with ``<`` or ``>`` for a limit; a dash where there is none."""
        if not np.isfinite(self.values[row]):
            return "–"
        sign = {-1: "< ", 0: "", 1: "> "}[int(self.limits[row])]
        return sign + number_text(float(self.values[row]), 2)


def signed(value: float) -> str:
    """Return a change with its sign and two decimals."""
    text = number_text(value, 2)
    return text if text.startswith("-") else f"+{text}"


def change_bar(mean: float, low: float, high: float, largest: float, width: int = 190) -> str:
    """Draw a mean change with its interval on a scale around zero, as an ``<svg>`` element."""
    half = (width - 12) / 2

    def x(value: float) -> float:
        return 6 + half + half * float(np.clip(value / max(largest, 1e-9), -1, 1))

    colour = theme.RAISES if mean >= 0 else theme.LOWERS
    line = ""
    if np.isfinite(low) and np.isfinite(high):
        line = (
            f'<line x1="{x(low):.1f}" x2="{x(high):.1f}" y1="11" y2="11" stroke="{colour}" stroke-width="5"'
            ' stroke-opacity=".5"/>'
        )
    return (
        f'<svg width="{width}" height="22" viewBox="0 0 {width} 22" style="max-width:100%" aria-hidden="true">'
        f'<line x1="6" x2="{width - 6}" y1="11" y2="11" stroke="#aab3bd"/>'
        f'<line x1="{x(0):.1f}" x2="{x(0):.1f}" y1="3" y2="19" stroke="#5b6675"/>{line}'
        f'<circle cx="{x(mean):.1f}" cy="11" r="4.5" fill="{colour}"/></svg>'
    )


class DrawnSeries(Fragment):
    """An answer about a series: drawn in a notebook, a page or rows in a file."""

    @property
    def table(self) -> pa.Table:
        """All rows."""
        raise NotImplementedError

    def to_pandas(self) -> pd.DataFrame:
        """Return `table` as a pandas data frame."""
        return to_pandas(self.table)

    def save(self, path: str | Path) -> Path:
        """Write a page (.html) or all rows (.csv).

        Raises
        ------
        UsageError
            If the suffix is another.
        StorageError
            If the file cannot be written.
        """
        place = Path(path)
        if place.suffix.lower() == ".html":
            return self.save_html(place)
        if place.suffix.lower() != ".csv":
            raise UsageError(f"cannot write {place.name}", expected="a name that ends in .html or .csv")
        stream = io.StringIO(newline="")
        write_csv(stream, self.table, decimals=3)
        files.write_text(place, stream.getvalue())
        return place
