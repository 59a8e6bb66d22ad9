"""The commonest scaffolds of a library, drawn."""

from __future__ import annotations

import io

import matplotlib.image
import pyarrow as pa

from screening.compounds.search.scaffolds_and_overlap import NO_RING
from screening.errors import UsageError
from workbench.page import depiction
from workbench.plots.figure import SOFT, Chart, new_figure

_COLUMNS = 4


def scaffold_gallery(scaffolds: pa.Table, *, top: int = 12) -> Chart:
    """Draw the commonest Bemis-Murcko scaffolds with the number and the share of the compounds that have them.

    Parameters
    ----------
    scaffolds
        As ``screening.compounds.search.scaffolds_and_overlap.top_scaffolds`` returns it.
    top
        How many to draw.

    Raises
    ------
    UsageError
        If there is none.
    """
    rows = scaffolds.slice(0, top).to_pylist()
    if not rows:
        raise UsageError("no scaffold to draw", expected="a library with compounds")
    columns = min(_COLUMNS, len(rows))
    lines = -(-len(rows) // columns)
    figure, axes = new_figure(2.3 * columns, 2.0 * lines, columns=columns, rows=lines)
    for panel in axes:
        panel.set_axis_off()
        panel.set_box_aspect(240 / 360)
    for panel, row in zip(axes, rows):
        if row["scaffold"] != NO_RING:
            drawing = depiction.png(row["scaffold"], width=360, height=240)
            panel.imshow(matplotlib.image.imread(io.BytesIO(drawing), format="png"))
        else:
            panel.text(0.5, 0.5, row["scaffold"], ha="center", va="center", color=SOFT, transform=panel.transAxes)
        panel.set_title(f"{row['compounds']:,} ({row['share'] * 100:.1f} %)", fontsize=10)
    return figure
