"""How much better a compound is predicted to bind one target than the others."""

from __future__ import annotations

import dataclasses

import numpy as np

#: -log10 molar: 10 uM. A target bound more weakly than that is not counted as bound.
TEN_MICROMOLAR = 5.0
ONE_MICROMOLAR = 6.0


@dataclasses.dataclass(frozen=True)
class Selectivity:
    """Of n compounds over k targets; arrays of shape (n,), NaN where a compound has no numbers.

    Attributes
    ----------
    target, off_target
        Position of the target it is told of, and of the best other one; -1 where there is none.
    difference, lower, upper
        Affinity to the target minus that to the best off-target (log units), and its 90 % interval.
    score, score_1uM
        S(10 uM) and S(1 uM): the part of the targets bound more tightly than that; 0 is none.
    gini
        Gini coefficient of the affinity above 10 uM: 1 is perfectly selective, 0 binds all alike or none.
    """

    target: np.ndarray
    off_target: np.ndarray
    difference: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    score: np.ndarray
    score_1uM: np.ndarray
    gini: np.ndarray


def selectivity_of(
    affinity: np.ndarray, lower: np.ndarray, upper: np.ndarray, primary: int | None = None
) -> Selectivity:
    """Return the selectivity of n compounds.

    The interval of a difference takes the errors of the two predictions as independent: its half widths are the root
    of the sum of the squares of the two that point the same way. Errors of one compound at two related targets mostly
    go together, so the interval is rather too wide than too narrow.

    Parameters
    ----------
    affinity, lower, upper
        Shape (n, k), -log10 molar.
    primary
        The column told of; None takes the tightest of each compound.

    References
    ----------
    S: Karaman et al., Nat. Biotechnol. 2008, 26, 127. Gini: Graczyk, J. Med. Chem. 2007, 50, 5773, here of predicted
    affinities above 10 uM in place of inhibitions at one concentration.
    """
    affinity, lower, upper = (np.asarray(each, dtype=np.float64) for each in (affinity, lower, upper))
    count, k = affinity.shape
    rows = np.arange(count)
    filled = np.where(np.isfinite(affinity), affinity, -np.inf)
    target = filled.argmax(axis=1) if primary is None else np.full(count, primary)
    others = filled.copy()
    others[rows, target] = -np.inf
    off = others.argmax(axis=1)
    there = np.isfinite(filled[rows, target]) & np.isfinite(others[rows, off])
    with np.errstate(invalid="ignore"):
        difference = np.where(there, affinity[rows, target] - affinity[rows, off], np.nan)
        down = np.hypot(affinity[rows, target] - lower[rows, target], upper[rows, off] - affinity[rows, off])
        up = np.hypot(upper[rows, target] - affinity[rows, target], affinity[rows, off] - lower[rows, off])
    has = np.isfinite(affinity).any(axis=1)
    return Selectivity(
        target=np.where(np.isfinite(filled[rows, target]), target, -1),
        off_target=np.where(there, off, -1) if k > 1 else np.full(count, -1),
        difference=difference,
        lower=difference - down,
        upper=difference + up,
        score=np.where(has, selectivity_score(affinity), np.nan),
        score_1uM=np.where(has, selectivity_score(affinity, ONE_MICROMOLAR), np.nan),
        gini=np.where(has, gini(affinity), np.nan),
    )


def selectivity_score(affinity: np.ndarray, threshold: float = TEN_MICROMOLAR) -> np.ndarray:
    """Return the part of the targets with a number that are bound more tightly than `threshold`, shape (n,)."""
    known = np.isfinite(affinity)
    bound = known & (np.where(known, affinity, -np.inf) > threshold)
    return np.asarray(bound.sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def gini(affinity: np.ndarray, floor: float = TEN_MICROMOLAR) -> np.ndarray:
    """Return Gini coefficients of the affinity above `floor`, shape (n,)."""
    above = np.sort(np.maximum(np.where(np.isfinite(affinity), affinity, floor) - floor, 0.0), axis=1)
    k = above.shape[1]
    total = above.sum(axis=1)
    weighted = (above * np.arange(1, k + 1)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = 2.0 * weighted / (k * total) - (k + 1) / k
    return np.where(total > 0, found, 0.0)
