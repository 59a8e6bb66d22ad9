"""How the predicted affinities of a library are spread, and where its hits and known ligands stand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from screening.errors import UsageError
from screening.models.affinity import meaning
from workbench.page.theme import ALL, HIT, KNOWN
from workbench.plots.figure import INK, Chart, new_figure


def score_distribution(
    ranking: pa.Table, *, top: int = 100, marked: Mapping[str, float] | None = None, bins: int = 60
) -> Chart:
    """Draw the distribution of predicted affinities with the best marked.

    Parameters
    ----------
    ranking
        The whole ranking, columns ``affinity``, ``kind``, ``known`` of ``HIT_SCHEMA``, in rank order.
    top
        How many of the best to mark.
    marked
        Names and values to point out, such as known ligands.
    bins
        Number of bars.

    Returns
    -------
    Chart

    Raises
    ------
    UsageError
        If there is nothing to draw.
    """
    affinity = np.asarray(ranking.column("affinity").to_numpy(), dtype=float)
    finite = affinity[np.isfinite(affinity)]
    if not len(finite):
        raise UsageError("there are no predicted affinities to draw", expected="a ranking with at least one compound")
    kind = ranking.column("kind")[0].as_py()
    figure, [axes] = new_figure()
    edges = np.histogram_bin_edges(finite, bins=bins).tolist()
    axes.hist(finite, bins=edges, color=ALL, label=f"all {len(finite):,} compounds")
    best = finite[: min(top, len(finite))]
    axes.hist(best, bins=edges, color=HIT, label=f"best {len(best):,}")
    known = affinity[np.asarray(ranking.column("known").to_pylist(), dtype=bool)]
    if len(known):
        axes.plot(
            known, np.full(len(known), 0.012), "|", color=KNOWN, markersize=12, markeredgewidth=1.4,
            transform=axes.get_xaxis_transform(), label=f"seen in training ({len(known):,})",
        )  # fmt: skip
    if len(finite) > 50 * max(1, len(best)):
        axes.set_yscale("log")
    for order, (name, value) in enumerate((marked or {}).items()):
        axes.axvline(value, color=INK, linewidth=0.8, linestyle=":")
        axes.text(
            value, 0.97 - 0.07 * (order % 5), f" {name}", transform=axes.get_xaxis_transform(), fontsize=8, color=INK
        )  # fmt: skip
    axes.set_xlabel(meaning(kind).of)
    axes.set_ylabel("compounds")
    # Above the bars: inside, it covers some of them whatever corner it stands in.
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
    return figure
