"""How wrong predictions are, by how far the compound is from what the model had seen."""

from __future__ import annotations

import numpy as np

from screening.errors import UsageError
from screening.models.evaluation.leakage import SIMILARITY_EDGES
from workbench.page.theme import HIT, KNOWN
from workbench.plots.figure import SOFT, Chart, new_figure

_FEWEST = 5


def error_by_similarity(
    error: np.ndarray, similarity: np.ndarray, *, kind: str = "affinity", half_width: np.ndarray | None = None
) -> Chart:
    """Draw the size of errors against the similarity to the nearest compound the model had seen.

    Parameters
    ----------
    error
        Shape (n,): predicted minus measured, of compounds that the model had not seen.
    similarity
        Shape (n,): Tanimoto similarity to the nearest compound that it had.
    kind
        Name of the quantity.
    half_width
        Shape (n,): half the width of the interval of each; its median is drawn beside the errors if given.

    Raises
    ------
    UsageError
        If there are fewer than ten finite pairs.
    """
    size, near = np.abs(np.asarray(error, dtype=float)), np.asarray(similarity, dtype=float)
    whole = np.isfinite(size) & np.isfinite(near)
    if whole.sum() < 10:
        raise UsageError(f"{int(whole.sum())} predictions with a known similarity", expected="ten or more")
    size, near = size[whole], near[whole]
    half = None if half_width is None else np.asarray(half_width, dtype=float)[whole]
    figure, [axes] = new_figure(5.8, 3.8)
    axes.plot(near, size, ".", color=KNOWN, alpha=0.35, markersize=4)
    edges = np.asarray(SIMILARITY_EDGES)
    at = np.clip(np.searchsorted(edges, near, side="right") - 1, 0, len(edges) - 2)
    used = [number for number in range(len(edges) - 1) if (at == number).sum() >= _FEWEST]
    middles = [float(edges[number : number + 2].mean()) for number in used]
    rmse = [float(np.sqrt(np.mean(size[at == number] ** 2))) for number in used]
    axes.plot(middles, rmse, "o-", color=HIT, linewidth=1.8, label="root mean square of the bin")
    if half is not None:
        axes.plot(
            middles, [float(np.median(half[at == number])) for number in used], "--", color=SOFT, linewidth=1.4,
            label="half the interval, median",
        )  # fmt: skip
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, None)
    axes.set_xlabel("similarity to the nearest compound the model had seen")
    axes.set_ylabel(f"error of {kind}")
    axes.legend(frameon=False, fontsize=8)
    return figure
