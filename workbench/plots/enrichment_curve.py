"""How early a ranking finds the actives that are known."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from screening.errors import UsageError
from screening.runs.enrichment import enrichment
from workbench.page.theme import CATEGORIES
from workbench.plots.figure import SOFT, Chart, new_figure


def enrichment_curve(actives: Collection[int] | Mapping[str, Collection[int]], compounds: int) -> Chart:
    """Draw the share of actives found against the share of the ranking looked at, and its early part enlarged.

    Parameters
    ----------
    actives
        Ranks of the known actives, from 1; or a name to ranks, for several curves.
    compounds
        Number of ranked compounds.

    Raises
    ------
    UsageError
        If there is no active or a rank outside the ranking.
    """
    groups = dict(actives) if isinstance(actives, Mapping) else {"": actives}
    if not groups:
        raise UsageError("no actives were given", expected="ranks of known actives, from 1")
    figure, [whole, early] = new_figure(9.0, 3.8, columns=2)
    for number, (name, ranks) in enumerate(groups.items()):
        found = enrichment(ranks, compounds)
        x = np.concatenate([[0], np.sort(np.asarray(list(ranks))), [compounds]]) / compounds * 100
        y = np.concatenate([[0], np.arange(1, len(ranks) + 1), [len(ranks)]]) / len(ranks) * 100
        label = (
            f"{name + ': ' if name else ''}{found.actives} actives, ROC AUC {found.roc_auc:.2f}, EF1% {found.ef1:.1f}"
        )
        for axes in (whole, early):
            axes.step(x, y, where="post", color=CATEGORIES[number % len(CATEGORIES)], label=label, linewidth=1.8)
    for axes, limit in ((whole, 100.0), (early, 5.0)):
        axes.plot([0, limit], [0, limit], color=SOFT, linestyle=":", linewidth=1, label="chance")
        axes.set_xlim(0, limit)
        axes.set_xlabel("share of the ranking looked at (%)")
        axes.set_ylabel("share of actives found (%)")
    whole.set_ylim(0, 102)
    early.set_ylim(0, None)
    early.set_title("the best 5 %")
    whole.legend(frameon=False, fontsize=8, loc="lower right")
    return figure
