"""The heat map of an ensemble docking: compounds by structures of one target."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from screening.runs.matrix.ensemble import Ensemble
from workbench.page import depiction
from workbench.tables.matrix_map import DEFAULT_TOP, MatrixMap

_NUMBERS = (
    ("mean", "mean", 2, False, "Mean over the structures in which the compound has a pose"),
    ("poses", "poses", 0, False, "Structures in which the compound has a pose"),
)


class EnsembleMap(MatrixMap):
    """Docked compounds by structures; sorts, filters and opens a compound as the map of a matrix screen does.

    Parameters
    ----------
    ensemble
        A finished ensemble.
    top
        Compounds on the map.
    title
        Above the map.
    """

    def __init__(self, ensemble: Ensemble, *, top: int = DEFAULT_TOP, title: str = "") -> None:
        self.ensemble = ensemble
        self.rows = ensemble.table.slice(0, top)
        self.title = title or f"{self.rows.num_rows:,} compounds docked into {len(ensemble.structures)} structures"

    @property
    def _names(self) -> list[str]:
        return self.ensemble.names

    @functools.cached_property
    def _data(self) -> dict[str, Any]:
        count = self.rows.num_rows
        found: dict[str, Any] = {
            name: self.rows.column(name).to_pylist() for name in ("rank", "name", "smiles", "mean", "poses")
        }
        found["affinity"] = [
            [None if not np.isfinite(value) else round(float(value), 3) for value in row]
            for row in self.ensemble.scores[:count]
        ]
        found["target"] = [self._names.index(name) for name in self.rows.column("structure").to_pylist()]
        found["off_target"] = [-1] * count
        found["flags"] = [[] for _ in range(count)]
        found["in_domain"] = [True] * count
        found["drawing"] = [depiction.svg(text, width=300, height=190, outlines=False) for text in found["smiles"]]
        return found

    def _options(self) -> dict[str, Any]:
        values = self.ensemble.scores[: self.rows.num_rows]
        low, high = round(float(np.nanmin(values)), 2), round(float(np.nanmax(values)), 2)
        return {
            "columns": [{"name": name, "kind": "docking"} for name in self._names],
            "numbers": [
                {"key": key, "title": title, "decimals": decimals, "wide": wide, "description": text}
                for key, title, decimals, wide, text in _NUMBERS
            ],
            "low": low, "high": high, "least": low, "most": high, "kind": "docking", "differs": False, "docked": True,
        }  # fmt: skip

    def caption(self) -> str:
        """Return what the numbers are, in a few sentences."""
        engine = self.ensemble.docking(self._names[0]).plan.engine
        return (
            f"Ranking scores of docking with {engine}, higher is better; no affinities. A compound is ranked by its"
            " best structure, which is outlined. A click on a heading sorts, a click on a row opens the compound."
        )
