"""Figures people expect. Each function returns a matplotlib figure that shows itself; `save_figure` writes it.

- `score_distribution`: predicted affinities of a library, the best marked
- `enrichment_curve`: how early known actives are found
- `calibration`: predicted against measured, and whether the intervals hold
- `property_windows`: properties of a library and the usual windows
- `chemical_space`: hits on a map of the library
- `selectivity_map`: compounds against targets
"""

from workbench.plots.calibration import calibration
from workbench.plots.chemical_space import chemical_space
from workbench.plots.enrichment_curve import enrichment_curve
from workbench.plots.figure import Chart, save_figure
from workbench.plots.property_windows import property_windows
from workbench.plots.score_distribution import score_distribution
from workbench.plots.selectivity_map import selectivity_map

__all__ = [
    "Chart",
    "calibration",
    "chemical_space",
    "enrichment_curve",
    "property_windows",
    "save_figure",
    "score_distribution",
    "selectivity_map",
]
