"""Tables of compounds with their 2D depictions."""

from workbench.tables.hit_grid import HitGrid, hit_grid

__all__ = ["HitGrid", "hit_grid"]
