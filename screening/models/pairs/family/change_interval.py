"""How far a predicted change of affinity by a mutation can be from the truth."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

#: What a model knew of the pair: the mutant with other compounds, the compound at other targets, or neither.
SITUATIONS = ("new compound", "new mutant", "new compound and mutant")


@dataclasses.dataclass(frozen=True)
class ChangeInterval:
    """Half widths of 90 % intervals of changes, by situation and by the predicted affinity to the wild type.

    Attributes
    ----------
    edges
        Lower edges of the bins of the predicted affinity to the wild type.
    halves
        For each of `SITUATIONS`: one half width for each bin, in log units.
    """

    edges: tuple[float, ...]
    halves: dict[str, tuple[float, ...]]

    def half_width(self, wild_type: np.ndarray, situation: str) -> np.ndarray:
        """Return half the width for n predicted affinities to the wild type, float64, shape (n,)."""
        at = np.clip(np.searchsorted(self.edges, wild_type, side="right") - 1, 0, len(self.edges) - 1)
        return np.asarray(self.halves[situation])[at]

    def to_state(self) -> dict[str, Any]:
        """Return plain containers to store."""
        return {"edges": list(self.edges), "halves": {name: list(values) for name, values in self.halves.items()}}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> ChangeInterval:
        """Make one of what `to_state` returned."""
        halves = {str(name): tuple(float(one) for one in values) for name, values in state["halves"].items()}
        return cls(tuple(float(one) for one in state["edges"]), halves)


#: Of a model that was not tested on mutants: the width of a guess.
UNKNOWN_CHANGES = ChangeInterval((0.0,), dict.fromkeys(SITUATIONS, (3.0,)))
