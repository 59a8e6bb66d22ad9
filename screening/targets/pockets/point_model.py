"""How likely a ligand atom lies where a surface point is: boosted trees, asked twice.

The first trees see what is near a point. The second see also what the first said of the point and of the points around
it, because a ligand covers many points: the idea of auto-context (Tu, Z., Bai, X., IEEE Trans Pattern Anal Mach Intell
32, 1744 (2010)). Only points that the first trees do not rule out are asked about twice.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    import lightgbm

#: Points that the first trees find less likely are not asked about again, but for the best of a protein.
ASKED_AGAIN = 0.02
_LEAST_ASKED = 50
#: Points as likely as this count as neighbours.
_NEIGHBOUR = 0.05
_REACHES_A = (4.0, 8.0, 12.0)
CONTEXT = (
    "said", "said_of_best", *(f"{what}_{reach:g}" for reach in _REACHES_A for what in ("likely", "neighbours")),
    "likely_8_of_best", "likely_4_of_best", "best", "likely_in_all", "likely_8_of_all",
)  # fmt: skip


def asked_again(probability: np.ndarray) -> np.ndarray:
    """Return the rows of the points that the second trees are asked about."""
    least = min(ASKED_AGAIN, float(np.sort(probability)[-_LEAST_ASKED:][0]))
    return np.flatnonzero(probability >= least)


def context(points: np.ndarray, probability: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return what the first trees said of points and of those around them.

    Parameters
    ----------
    points
        All surface points of the protein, shape (m, 3), in Å.
    probability
        What the first trees said of each, shape (m,).
    rows
        The points to describe, shape (k,): all that are asked about again, for the best of them is a yardstick.

    Returns
    -------
    numpy.ndarray
        float32, shape (k, len(CONTEXT)).
    """
    likely = np.flatnonzero(probability >= _NEIGHBOUR)
    if len(likely) < 5:
        likely = np.argsort(-probability, kind="stable")[:_LEAST_ASKED]
    weight = probability[likely] ** 2
    there = cKDTree(points[likely])
    near = cKDTree(points[rows]).sparse_distance_matrix(there, _REACHES_A[-1], output_type="coo_matrix").tocsr()
    columns = [probability[rows], probability[rows] / max(float(probability.max()), 1e-12)]
    for reach in _REACHES_A:
        inside = near.copy()
        inside.data = (inside.data <= reach).astype(np.float64)
        columns += [inside @ weight, inside @ np.ones(len(likely))]
    four, eight = columns[2], columns[4]
    total = max(float(weight.sum()), 1e-12)
    columns += [
        eight / max(float(eight.max()), 1e-9), four / max(float(four.max()), 1e-9),
        np.full(len(rows), float(probability.max())), np.full(len(rows), total), eight / total,
    ]  # fmt: skip
    return np.stack(columns, axis=1).astype(np.float32)


@dataclasses.dataclass
class PointModel:
    """Two sets of boosted trees, each as the text that LightGBM writes.

    Attributes
    ----------
    first
        Trees that see the features of a point.
    second
        Trees that see those and the context; None while they are being trained.
    """

    first: str
    second: str | None = None

    def __post_init__(self) -> None:
        self._trees: dict[str, lightgbm.Booster] = {}

    def first_probability(self, features: np.ndarray) -> np.ndarray:
        """Return what the first trees say of each point; float64, shape (m,)."""
        return self._asked(self.first, features)

    def probability(self, points: np.ndarray, features: np.ndarray) -> np.ndarray:
        """Return the probability that a ligand atom lies where each point is; float64, shape (m,)."""
        if len(points) == 0:
            return np.zeros(0)
        return self.second_probability(points, features, self.first_probability(features))

    def second_probability(self, points: np.ndarray, features: np.ndarray, first: np.ndarray) -> np.ndarray:
        """Return what the second trees say after the first said `first`; float64, shape (m,)."""
        if self.second is None:
            return first
        rows = asked_again(first)
        found = first * ASKED_AGAIN
        found[rows] = self._asked(self.second, np.concatenate([features[rows], context(points, first, rows)], axis=1))
        return found

    def state(self) -> dict[str, Any]:
        """Return what is stored: plain text."""
        return {"first": self.first, "second": self.second}

    def _asked(self, text: str, table: np.ndarray) -> np.ndarray:
        import lightgbm

        if text not in self._trees:
            self._trees[text] = lightgbm.Booster(model_str=text)
        found: np.ndarray = np.asarray(self._trees[text].predict(np.asarray(table, np.float32), num_threads=1))
        return found
