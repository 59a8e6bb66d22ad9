"""Tables of compounds with their 2D depictions.

- `hit_grid`, `compound_grid`, `contribution_grid`: hits, a library, and what each atom adds
- `matrix_map`: hits by targets as a heat map; `ensemble_map`: docked compounds by structures of one target
- `design_grid`: designs around a compound, what is new in each marked
- `r_group_table`, `matched_pair_table`, `cliff_pairs`: a series of compounds, with what they share in `series_page`
- `compared_pair`: why one of two compounds is the weaker
- `grid`: what they share: packed rows, drawings, filters; `browser_files`: the scripts they are made of
"""

from workbench.tables.compound_grid import CompoundGrid, compound_grid
from workbench.tables.contribution_grid import ContributionGrid, contribution_grid
from workbench.tables.hit_grid import HitGrid, hit_grid

__all__ = ["CompoundGrid", "ContributionGrid", "HitGrid", "compound_grid", "contribution_grid", "hit_grid"]
