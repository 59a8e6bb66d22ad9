"""Figures people expect. Each function returns a matplotlib figure that shows itself; `save_figure` writes it.

- `score_distribution`: predicted affinities of a library, the best marked
- `enrichment_curve`: how early known actives are found
- `calibration`: predicted against measured, and whether the intervals hold
- `error_by_similarity`, `reliability`, `learning_curve`, `model_card`: more of a model, and the page of its card
- `scaffold_gallery`, `alert_counts`, `library_overlap`: a library at a glance
- `property_windows`: properties of a library and the usual windows
- `chemical_space`: hits on a map of the library
- `search_curve`: a search, answer by answer
- `selectivity_map`: compounds against targets
- `run_comparison`: two runs; `results_calibration`: assay results against the predictions as they were made

`figure` is what they share.
"""

from workbench.plots.alert_counts import alert_counts
from workbench.plots.calibration import calibration
from workbench.plots.chemical_space import chemical_space
from workbench.plots.enrichment_curve import enrichment_curve
from workbench.plots.figure import Chart, save_figure
from workbench.plots.library_overlap import library_overlap
from workbench.plots.property_windows import property_windows
from workbench.plots.scaffold_gallery import scaffold_gallery
from workbench.plots.score_distribution import score_distribution
from workbench.plots.search_curve import search_curve
from workbench.plots.selectivity_map import selectivity_map

__all__ = [
    "Chart",
    "alert_counts",
    "calibration",
    "chemical_space",
    "enrichment_curve",
    "library_overlap",
    "property_windows",
    "save_figure",
    "scaffold_gallery",
    "score_distribution",
    "search_curve",
    "selectivity_map",
]
