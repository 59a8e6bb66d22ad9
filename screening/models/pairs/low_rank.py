"""Complete a table by low-rank factors: alternating least squares with a mean, a row and a column effect.

Koren, Bell and Volinsky, Computer 2009, 42 (8), 30. Rows and columns are known only by their values, so
this sees what no structure tells: compounds with the same selectivity, targets with the same pharmacology.
"""

from __future__ import annotations

import numpy as np

_SHRINK = 3.0


def complete(table: np.ndarray, *, rank: int, penalty: float, rounds: int = 12, seed: int = 0) -> np.ndarray:
    """Return the table with every entry estimated, float64, shape (n, k).

    Parameters
    ----------
    table
        float64, NaN where nothing was measured; a row or column without values gets the mean effects.
    rank
        Number of factors.
    penalty
        Ridge penalty of the factors.
    rounds
        Alternations.
    seed
        Seed of the first factors.
    """
    known = np.isfinite(table)
    mean = float(table[known].mean())
    rest = np.where(known, table - mean, 0.0)
    rows = rest.sum(axis=1) / (known.sum(axis=1) + _SHRINK)
    columns = np.where(known, rest - rows[:, None], 0.0).sum(axis=0) / (known.sum(axis=0) + _SHRINK)
    rest = np.where(known, rest - rows[:, None] - columns, 0.0)
    generator = np.random.default_rng(seed)
    left = 0.1 * generator.normal(size=(table.shape[0], rank))
    right = 0.1 * generator.normal(size=(table.shape[1], rank))
    for _ in range(rounds):
        left = _solve(rest, known, right, penalty)
        right = _solve(rest.T, known.T, left, penalty)
    return np.asarray(mean + rows[:, None] + columns + left @ right.T)


def _solve(rest: np.ndarray, known: np.ndarray, other: np.ndarray, penalty: float) -> np.ndarray:
    """Return the ridge solution of every row of `rest` on the factors of the other side."""
    rank = other.shape[1]
    ridge = penalty * np.eye(rank)
    found = np.zeros((len(rest), rank))
    for row, there in enumerate(known):
        if there.any():
            factors = other[there]
            found[row] = np.linalg.solve(factors.T @ factors + ridge, factors.T @ rest[row, there])
    return found
