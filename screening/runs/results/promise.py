"""How many compounds of a batch will be active, told before they are measured."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.special import ndtr, ndtri

#: Half a 90 % interval in standard deviations of a normal distribution.
DEVIATIONS_90 = float(ndtri(0.95))


@dataclasses.dataclass(frozen=True)
class Promise:
    """A promised hit rate.

    Attributes
    ----------
    threshold
        Value from which on a compound counts as a hit.
    compounds
        In the batch.
    rate, low, high
        Expected share of hits, and the 90 % interval of the share that will be found.
    """

    threshold: float
    compounds: int
    rate: float
    low: float
    high: float

    @property
    def sentence(self) -> str:
        """The promise in words."""
        return (
            f"of {self.compounds} compounds {self.rate:.0%} are expected at {self.threshold:g} or more"
            f" (90 % interval {self.low:.0%} to {self.high:.0%})"
        )


def active_probabilities(predicted: np.ndarray, half: np.ndarray, threshold: float) -> np.ndarray:
    """Return the probability of a value of `threshold` or more, float64, shape (n,).

    The value is taken as normal around the prediction, 90 % of it within `half`.
    """
    deviation = np.maximum(half, 1e-6) / DEVIATIONS_90
    found: np.ndarray = ndtr((predicted - threshold) / deviation)
    return found


def promised(predicted: np.ndarray, half: np.ndarray, threshold: float) -> Promise:
    """Promise the hit rate of a batch; the count is Poisson binomial: each compound with its own probability."""
    return promise_of(active_probabilities(np.asarray(predicted, float), np.asarray(half, float), threshold), threshold)


def promise_of(chances: np.ndarray, threshold: float) -> Promise:
    """Promise the hit rate of compounds with these probabilities of being active, float64, shape (n,)."""
    count = np.array([1.0])
    for chance in chances:
        count = np.convolve(count, [1 - chance, chance])
    total = np.cumsum(count)
    n = max(len(chances), 1)
    low, high = (int(np.searchsorted(total, level - 1e-12)) for level in (0.05, 0.95))
    return Promise(threshold, len(chances), float(chances.mean()) if len(chances) else 0.0, low / n, high / n)
