"""Whether probabilities mean what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from screening.errors import UsageError
from workbench.page.theme import HIT, KNOWN
from workbench.plots.figure import SOFT, Chart, new_figure


def reliability(bins: Sequence[Mapping[str, float]], *, title: str = "") -> Chart:
    """Draw the share of actives against the mean probability of each bin, and how many compounds each holds.

    Parameters
    ----------
    bins
        As `screening.models.evaluation.probability.reliability` returns them, and as a model card holds them.
    title
        What was tested.

    Raises
    ------
    UsageError
        If there are no bins.
    """
    if not bins:
        raise UsageError("no bins were given", expected="those of a model card")
    figure, [share, count] = new_figure(8.4, 3.6, columns=2)
    share.plot([0, 1], [0, 1], color=SOFT, linestyle=":", linewidth=1)
    means, actives = [one["mean"] for one in bins], [one["active"] for one in bins]
    share.plot(means, actives, color=HIT, linewidth=1.0, alpha=0.5)
    # A bin of a few compounds says little: its dot is small.
    share.scatter(means, actives, s=[6 + 2 * min(one["compounds"], 60) for one in bins], color=HIT, zorder=3)
    share.set_xlim(0, 1)
    share.set_ylim(0, 1)
    share.set_aspect("equal")
    share.set_xlabel("predicted probability, mean of the bin")
    share.set_ylabel("share of actives")
    share.set_title(title)
    count.bar([one["from"] + 0.05 for one in bins], [one["compounds"] for one in bins], width=0.09, color=KNOWN)
    count.set_xlim(0, 1)
    count.set_xlabel("predicted probability")
    count.set_ylabel("compounds")
    return figure
