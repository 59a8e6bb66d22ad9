"""How likely each candidate pocket is to be a ligand's site: one score from two models, then a probability.

A linear model was trained to tell the site from the other candidates of its protein (conditional logit, McFadden, D.,
in Frontiers in Econometrics, 105 (1974)); boosted trees were trained to tell sites from other candidates of all
proteins, and see where a candidate stands among those of its own. Their log odds are added. A logistic regression on
the score makes it a probability without changing the order: one for the best of each protein, which are few and mostly
right, and one for all others.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

if TYPE_CHECKING:
    import lightgbm


#: Another candidate is at most this part as likely as the best.
_AT_MOST = 0.999


def with_places(table: np.ndarray, columns: int) -> np.ndarray:
    """Return a table with its first columns again, in standard deviations from their mean in this protein."""
    own = table[:, :columns]
    return np.concatenate([table, (own - own.mean(axis=0)) / (own.std(axis=0) + 1e-6)], axis=1)


@dataclasses.dataclass
class PocketModel:
    """The two models of candidates and the calibration.

    Attributes
    ----------
    mean, scale, weights
        Of the linear model, for each column of the candidates' table.
    trees
        Boosted trees as the text that LightGBM writes.
    places
        How many columns the trees see a second time, relative to the protein (`with_places`).
    calibration
        Factor of the score and constant of the log odds, for the best of a protein and for its others.
    """

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    trees: str
    places: int
    calibration: tuple[float, float, float, float] = (1.0, 0.0, 1.0, 0.0)

    def __post_init__(self) -> None:
        self._booster: lightgbm.Booster | None = None

    def score(self, table: np.ndarray) -> np.ndarray:
        """Return the score of each candidate of one protein, higher is likelier; float64, shape (k,)."""
        import lightgbm

        if self._booster is None:
            self._booster = lightgbm.Booster(model_str=self.trees)
        linear = ((table - self.mean) / self.scale) @ self.weights
        trees = self._booster.predict(with_places(table, self.places), raw_score=True, num_threads=1)
        found: np.ndarray = linear + np.asarray(trees)
        return found

    def probability(self, table: np.ndarray) -> np.ndarray:
        """Return the probability of each candidate of one protein to be a ligand's site; float64, shape (k,)."""
        if len(table) == 0:
            return np.zeros(0)
        return calibrated(self.score(table), self.calibration)

    def state(self) -> dict[str, Any]:
        """Return what is stored: arrays, numbers and text."""
        return {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}


def calibrated(score: np.ndarray, calibration: tuple[float, float, float, float]) -> np.ndarray:
    """Return probabilities from the scores of the candidates of one protein; the best score stays the likeliest."""
    first_own, first_constant, own, constant = calibration
    found: np.ndarray = expit(own * score + constant)
    best = int(score.argmax())
    first = float(expit(first_own * score[best] + first_constant))
    others = np.delete(found, best)
    found *= min(1.0, _AT_MOST * first / max(float(others.max(initial=0.0)), 1e-12))
    found[best] = first
    return found
