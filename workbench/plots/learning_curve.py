"""Error against the number of training compounds."""

from __future__ import annotations

from collections.abc import Sequence

from screening.errors import UsageError
from screening.models.learning_curve import CurvePoint
from workbench.page.theme import KNOWN
from workbench.plots.figure import Chart, new_figure


def learning_curve(points: Sequence[CurvePoint], *, kind: str = "affinity") -> Chart:
    """Draw the error of one test set against the number of training compounds, on a logarithmic axis.

    Parameters
    ----------
    points
        As `screening.models.learning_curve.learning_curve` returns them.
    kind
        Name of the quantity.

    Raises
    ------
    UsageError
        If there are fewer than two points.
    """
    if len(points) < 2:
        raise UsageError(f"{len(points)} points make no curve", expected="two or more")
    figure, [axes] = new_figure(5.2, 3.6)
    sizes, errors = [point.compounds for point in points], [point.rmse for point in points]
    axes.plot(sizes, errors, "o-", color=KNOWN, linewidth=1.8)
    for size, error in zip(sizes, errors):
        axes.annotate(f"{error:.2f}", (size, error), xytext=(0, 8), textcoords="offset points", ha="center", fontsize=9)
    axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.set_ylim(0, max(errors) * 1.2)
    axes.set_xlabel("training compounds")
    axes.set_ylabel(f"RMSE of {kind}")
    return figure
