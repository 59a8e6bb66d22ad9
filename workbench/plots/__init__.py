"""Figures people expect, as matplotlib figures: each function returns one, `save_figure` writes it.

- `score_distribution`: predicted affinities of a library, the best marked
"""

from workbench.plots.figure import Chart, save_figure
from workbench.plots.score_distribution import score_distribution

__all__ = ["Chart", "save_figure", "score_distribution"]
