"""Which compound prefers which target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from screening.errors import UsageError
from workbench.plots.figure import Chart, new_figure

#: Beyond this many cells numbers cannot be read.
MOST_WRITTEN = 400


def selectivity_map(
    values: np.ndarray, compounds: Sequence[str], targets: Sequence[str], *, kind: str = "pKd"
) -> Chart:
    """Draw predicted affinities of compounds (rows) on targets (columns) as a heat map.

    Parameters
    ----------
    values
        Shape (compounds, targets), -log10(molar); NaN is left white.
    compounds, targets
        Their names.
    kind
        Name of the quantity.

    Raises
    ------
    UsageError
        If the names do not fit the values.
    """
    values = np.asarray(values, dtype=float)
    if values.shape != (len(compounds), len(targets)) or not values.size:
        raise UsageError(
            f"{values.shape} values do not fit {len(compounds)} compounds and {len(targets)} targets",
            expected="one value for each pair",
        )
    width = min(12.0, 2.6 + 0.62 * len(targets))
    figure, [axes] = new_figure(width, min(14.0, 1.3 + 0.3 * len(compounds)))
    scale = LinearSegmentedColormap.from_list("affinity", ["#f7f7f4", "#9ecae1", "#2166ac", "#08306b"])
    image = axes.imshow(values, cmap=scale, aspect="auto")
    axes.set_xticks(range(len(targets)), targets, rotation=45, ha="right", fontsize=8)
    axes.set_yticks(range(len(compounds)), [name[:32] for name in compounds], fontsize=8)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    if values.size <= MOST_WRITTEN:
        middle = np.nanmin(values) + 0.55 * (np.nanmax(values) - np.nanmin(values))
        for (row, column), value in np.ndenumerate(values):
            if np.isfinite(value):
                ink = "white" if value > middle else "#1c2430"
                axes.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=7, color=ink)
    figure.colorbar(image, ax=axes, label=f"predicted {kind}", shrink=0.8)
    return figure
