"""The triage as a figure: what each target's score is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from screening.targets.triage.ranking import RankedTarget

#: Okabe and Ito's colours, told apart by colour-blind readers too.
COLOURS: dict[str, str] = {
    "quality": "#0072B2", "druggability": "#E69F00", "known_ligands": "#009E73", "affinity_data": "#56B4E9",
    "novelty": "#CC79A7", "variants": "#D55E00",
}  # fmt: skip


def triage_figure(ranked: Sequence[RankedTarget], weights: Mapping[str, float], *, top: int = 30) -> Figure:
    """Return a bar for each target, stacked from the weighted parts of its score.

    Parameters
    ----------
    ranked
        The targets, the fittest first.
    weights
        As used for the ranking.
    top
        How many targets to draw.
    """
    shown = list(ranked[:top])[::-1]
    figure = Figure(figsize=(8.0, 1.2 + 0.28 * max(len(shown), 1)), layout="constrained")
    axes = figure.add_subplot()
    left = [0.0] * len(shown)
    for part, colour in COLOURS.items():
        widths = []
        for target in shown:
            present = [name for name, value in target.parts.items() if value is not None and weights.get(name, 0) > 0]
            total = sum(weights[name] for name in present)
            value = target.parts.get(part)
            widths.append(weights[part] * value / total if part in present and value is not None and total else 0.0)
        if any(widths):
            axes.barh(range(len(shown)), widths, left=left, color=colour, label=part.replace("_", " "), height=0.7)
            left = [a + b for a, b in zip(left, widths)]
    axes.set_yticks(range(len(shown)), [f"{target.rank}. {target.facts['id']}" for target in shown])
    axes.set_xlim(0, 1)
    axes.set_xlabel("fitness as a target, by part of the score")
    axes.spines[["top", "right"]].set_visible(False)
    if shown:
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02 - 1.4 / (len(shown) + 3)), ncols=3, frameon=False)
    return figure
