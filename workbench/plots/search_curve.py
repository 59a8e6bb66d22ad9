"""A search, answer by answer: what was asked first, what the surrogate chose, and the best found so far."""

from __future__ import annotations

import numpy as np

from screening.errors import UsageError
from screening.runs.search.rounds import SearchRun
from workbench.page.theme import CATEGORIES
from workbench.plots.figure import SOFT, Chart, new_figure

_SAID = {"start": "first round, at random", "random": "later, at random", "acquired": "chosen by the surrogate"}


def search_curve(run: SearchRun, *, top: int = 10, name: str = "answer") -> Chart:
    """Draw every answer in the order in which it was asked for, and how the best ones grow.

    Parameters
    ----------
    run
        A search, finished or not.
    top
        How many best answers the line is the last of.
    name
        What the answers are, with their unit.

    Raises
    ------
    UsageError
        If nothing was answered yet.
    """
    known = run.answered()
    kept = np.isfinite(known.values)
    if not kept.any():
        raise UsageError("the search has no answers yet", expected="one after its first round")
    order = np.flatnonzero(kept) + 1
    values = known.values[kept]
    chosen = np.array(known.asked.column("chosen").to_pylist())[kept]
    figure, [axes] = new_figure(7.0, 3.8, columns=1)
    for number, (kind, label) in enumerate(_SAID.items()):
        here = chosen == kind
        if here.any():
            axes.scatter(order[here], values[here], s=9, color=CATEGORIES[number], alpha=0.7, label=label, linewidths=0)
    top = min(top, len(values))
    edge = [run.sign * np.sort(run.sign * values[: at + 1])[-top] for at in range(top - 1, len(values))]
    axes.step(
        order[top - 1 :], edge, where="post", color=SOFT, linewidth=1.6, label=f"best {top} so far, the last of them"
    )
    if not run.plan.higher_is_better:
        axes.invert_yaxis()
    axes.set_xlabel("compounds asked for")
    axes.set_ylabel(f"{name} ({'higher' if run.plan.higher_is_better else 'lower'} is better)")
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    return figure
