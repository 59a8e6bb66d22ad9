"""Assay results against the predictions as they were made."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from workbench.page.theme import ALL, HIT
from workbench.plots.figure import INK, SOFT, Chart, new_figure


def results_calibration(table: pa.Table, kind: str, threshold: float) -> Chart:
    """Draw measured against predicted values with their intervals, the chosen compounds marked.

    Parameters
    ----------
    table
        Rows of `screening.runs.results.assay.RESULT_SCHEMA`.
    kind
        What was measured, such as ``pIC50``.
    threshold
        Value from which on a compound counts as a hit; drawn as a line.

    Returns
    -------
    Chart
    """
    figure, [axes] = new_figure(5.6, 5.0)
    measured, predicted, lower, upper = (
        table.column(name).to_numpy().astype(float) for name in ("measured", "predicted", "lower", "upper")
    )
    chosen = np.asarray(table.column("chosen").to_pylist(), dtype=bool)
    limit = table.column("limit").to_numpy()
    for mask, colour, label in ((~chosen, ALL, "the rest"), (chosen, HIT, "chosen")):
        exact = mask & (limit == 0)
        if mask.any():
            reach = np.vstack([predicted - lower, upper - predicted])[:, exact]
            axes.errorbar(
                predicted[exact], measured[exact], xerr=reach, fmt="o", color=colour, markersize=4, elinewidth=0.5,
                alpha=0.8, label=f"{label} ({int(mask.sum())})",
            )  # fmt: skip
        for sense, marker in ((-1, "v"), (1, "^")):
            only = mask & (limit == sense)
            axes.plot(predicted[only], measured[only], marker, color=colour, markersize=4, alpha=0.8)
    low, high = float(min(measured.min(), predicted.min())) - 0.3, float(max(measured.max(), predicted.max())) + 0.3
    axes.plot([low, high], [low, high], color=INK, linewidth=0.8)
    axes.axhline(threshold, color=SOFT, linewidth=0.8, linestyle=":")
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_xlabel(f"predicted {kind}, with its 90 % interval")
    axes.set_ylabel(f"measured {kind} (triangles: limits)")
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    return figure
