"""From a score to a calibrated probability of being active.

The probability is logistic in the score (Platt 1999), fitted to scores of compounds by models that had not seen them,
so it rises with the score everywhere and ranks as the score does. Its range is the one of a Venn-Abers predictor (Vovk,
Petej and Fedorova, NeurIPS 2015): two isotonic regressions of the same scores, one with the compound added as inactive
and one with it added as active; whatever the truth is, one of the two ends is perfectly calibrated.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, xlogy
from sklearn.isotonic import isotonic_regression

#: At most so many steps of the score have a range of their own.
STEPS = 400

_BINS = 10


@dataclasses.dataclass(frozen=True)
class Calibration:
    """Probability of being active as a function of a score.

    Attributes
    ----------
    slope, offset
        Probability is ``expit(slope * score + offset)``.
    edges
        float64, shape (k,), rising: scores at which the range changes.
    low, high
        float64, shape (k + 1,): range below the first edge, between two edges, and from the last edge on.
    """

    slope: float
    offset: float
    edges: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def probability(self, score: np.ndarray) -> np.ndarray:
        """Return the probability, float64, shape (n,)."""
        return np.asarray(expit(self.slope * np.asarray(score, dtype=np.float64) + self.offset))

    def bounds(self, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the ends of the range, widened to hold the probability itself; shape (n,) each."""
        at = np.searchsorted(self.edges, np.asarray(score, dtype=np.float64), side="right")
        own = self.probability(score)
        return np.minimum(self.low[at], own), np.maximum(self.high[at], own)


def calibrate(score: np.ndarray, active: np.ndarray) -> Calibration:
    """Fit to n scores by models that had not seen the compounds, and whether each is active (bool)."""
    slope, offset = _logistic(score, active)
    edges = np.unique(np.quantile(score, np.linspace(0, 1, min(STEPS, len(score)) + 1)))
    middles = np.concatenate([[edges[0] - 1.0], 0.5 * (edges[:-1] + edges[1:]), [edges[-1] + 1.0]])
    ends = [_venn_abers(score, active, float(value)) for value in middles]
    return Calibration(slope, offset, edges, np.array([low for low, _ in ends]), np.array([high for _, high in ends]))


def _logistic(score: np.ndarray, active: np.ndarray) -> tuple[float, float]:
    """Return slope (not below 0) and offset of Platt's regression, with his softened targets."""
    positives, n = int(active.sum()), len(active)
    target = np.where(active, (positives + 1) / (positives + 2), 1 / (n - positives + 2))
    middle, spread = float(score.mean()), float(score.std()) or 1.0
    standard = (score - middle) / spread

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        value = parameters[0] * standard + parameters[1]
        missed = expit(value) - target
        cost = np.logaddexp(0.0, value) - target * value
        return float(cost.sum()), np.array([missed @ standard, missed.sum()])

    start = np.array([1.0, np.log(positives / (n - positives))])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None), (None, None)]).x
    return float(found[0] / spread), float(found[1] - found[0] * middle / spread)


def _venn_abers(score: np.ndarray, active: np.ndarray, value: float) -> tuple[float, float]:
    """Return the isotonic probability of `value` when it is added as inactive, and as active."""
    order = np.argsort(score, kind="stable")
    at = int(np.searchsorted(score[order], value))
    truth = active[order].astype(np.float64)
    ends = []
    for added in (0.0, 1.0):
        # All compounds of one score share one value: the added one is alone, because steps lie between scores.
        fitted = isotonic_regression(np.insert(truth, at, added), y_min=0.0, y_max=1.0)
        ends.append(float(fitted[at]))
    return ends[0], ends[1]


def brier(active: np.ndarray, probability: np.ndarray) -> float:
    """Return the mean squared difference between probability and outcome (Brier 1950)."""
    return float(np.mean((probability - active) ** 2))


def log_loss(active: np.ndarray, probability: np.ndarray) -> float:
    """Return the mean negative log likelihood; probabilities are kept 1e-6 off 0 and 1."""
    p = np.clip(probability, 1e-6, 1 - 1e-6)
    return float(-np.mean(xlogy(active, p) + xlogy(~active, 1 - p)))


def calibration_error(active: np.ndarray, probability: np.ndarray, bins: int = _BINS) -> float:
    """Return the expected calibration error: the mean distance of mean probability and share of actives over bins."""
    rows = reliability(active, probability, bins)
    return float(sum(row["compounds"] * abs(row["active"] - row["mean"]) for row in rows) / len(active))


def reliability(active: np.ndarray, probability: np.ndarray, bins: int = _BINS) -> list[dict[str, float]]:
    """Return, for each bin that holds compounds, its lower edge, compounds, mean probability and share of actives."""
    at = np.minimum((np.asarray(probability) * bins).astype(int), bins - 1)
    return [
        {
            "from": number / bins,
            "compounds": int((at == number).sum()),
            "mean": round(float(probability[at == number].mean()), 4),
            "active": round(float(active[at == number].mean()), 4),
        }
        for number in range(bins)
        if (at == number).any()
    ]
