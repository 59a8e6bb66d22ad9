"""Two runs drawn: rank against rank, and how far their best compounds agree."""

from __future__ import annotations

from screening.runs.comparison.compare_runs import RunComparison
from workbench.page.theme import ALL, HIT
from workbench.plots.figure import SOFT, Chart, new_figure


def run_comparison(found: RunComparison) -> Chart:
    """Draw the ranks of the compounds that both runs scored, and the overlap of their best.

    Parameters
    ----------
    found
        From `screening.runs.comparison.compare_runs.compare_runs`.

    Returns
    -------
    Chart
    """
    figure, [ranks, overlap] = new_figure(8.6, 3.9, columns=2)
    best = (found.ranks <= found.top).any(axis=1)
    ranks.plot(*found.ranks[~best].T, ".", color=ALL, markersize=2, label="others")
    ranks.plot(*found.ranks[best].T, ".", color=HIT, markersize=5, label=f"among the best {found.top:,} of either")
    ranks.set_xscale("log")
    ranks.set_yscale("log")
    ranks.set_xlabel("rank before")
    ranks.set_ylabel("rank now")
    ranks.set_title(f"rank correlation {found.correlation:.2f}", pad=24)
    for axis in (ranks.xaxis, ranks.yaxis):
        axis.set_major_formatter("{x:,.0f}")
    ranks.legend(frameon=False, fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
    sizes = list(found.overlap)
    shares = [found.overlap[size] / size for size in sizes]
    overlap.bar([f"{size:,}" for size in sizes], shares, color=HIT, width=0.6)
    for at, share in enumerate(shares):
        overlap.text(at, share + 0.02, f"{share:.0%}", ha="center", fontsize=8, color=SOFT)
    overlap.set_ylim(0, 1.1)
    overlap.set_xlabel("best so many of each")
    overlap.set_ylabel("share in both")
    return figure
