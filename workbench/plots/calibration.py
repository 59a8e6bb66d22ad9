"""Predicted against measured affinities, and whether the intervals hold what they promise."""

from __future__ import annotations

import numpy as np

from screening.errors import UsageError
from workbench.page.theme import HIT, KNOWN
from workbench.plots.figure import SOFT, Chart, new_figure


def calibration(
    measured: np.ndarray, predicted: np.ndarray, lower: np.ndarray, upper: np.ndarray, *, kind: str = "affinity",
    confidence: float = 0.90,
) -> Chart:  # fmt: skip
    """Draw predictions with their intervals against measured values, and how the errors fill the intervals.

    Parameters
    ----------
    measured, predicted, lower, upper
        Shape (n,), -log10(molar): values that the model had not seen, its predictions and their intervals.
    kind
        Name of the quantity.
    confidence
        What share of the intervals should hold the measured value.

    Raises
    ------
    UsageError
        If the arrays differ in length or hold fewer than three values.
    """
    columns = [np.asarray(column, dtype=float) for column in (measured, predicted, lower, upper)]
    if len({len(column) for column in columns}) != 1 or len(columns[0]) < 3:
        raise UsageError("calibration needs four columns of equal length", expected="three or more predictions")
    whole = np.isfinite(columns).all(axis=0)
    y, x, low, high = (column[whole] for column in columns)
    inside = (low <= y) & (y <= high)
    figure, [scatter, promise] = new_figure(9.0, 4.2, columns=2)
    for mask, colour, name in ((inside, KNOWN, "inside the interval"), (~inside, HIT, "outside")):
        scatter.vlines(x[mask], low[mask], high[mask], color=colour, alpha=0.12, linewidth=1)
        scatter.plot(x[mask], y[mask], ".", color=colour, markersize=4, label=f"{name} ({mask.sum():,})")
    ends = (float(min(x.min(), y.min())) - 0.3, float(max(x.max(), y.max())) + 0.3)
    scatter.plot(ends, ends, color=SOFT, linewidth=1)
    scatter.set_xlim(ends)
    scatter.set_ylim(ends)
    scatter.set_aspect("equal")
    scatter.set_xlabel(f"predicted {kind}")
    scatter.set_ylabel(f"measured {kind}")
    rmse = float(np.sqrt(np.mean((x - y) ** 2)))
    scatter.set_title(f"RMSE {rmse:.2f}, {len(y):,} compounds")
    scatter.legend(frameon=False, fontsize=8, loc="upper left")
    # The half-widths scale together: a narrower promise is the same interval times a factor.
    half = np.maximum((high - low) / 2, 1e-9)
    reach = np.abs(y - (high + low) / 2) / half
    factors = np.linspace(0.0, 1.6, 81)
    held = [(reach <= factor).mean() * 100 for factor in factors]
    promise.plot(factors * 100, held, color=KNOWN, linewidth=1.8)
    promise.axvline(100, color=SOFT, linestyle=":", linewidth=1)
    promise.axhline(confidence * 100, color=SOFT, linestyle=":", linewidth=1)
    promise.plot([100], [inside.mean() * 100], "o", color=HIT)
    promise.annotate(
        f"{inside.mean() * 100:.0f} % held, {confidence * 100:.0f} % promised", (100, inside.mean() * 100),
        xytext=(-8, -26), textcoords="offset points", fontsize=9, ha="right",
    )  # fmt: skip
    promise.set_xlabel("width of the interval (% of the one given)")
    promise.set_ylabel("measured values inside (%)")
    promise.set_ylim(0, 102)
    return figure
