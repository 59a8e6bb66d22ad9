"""What the neighbours of a pair of compound and target say of it, never using the pair's own value."""

from __future__ import annotations

import numpy as np

_POWERS = (1, 3, 8, 20)


def weighted_means(compounds: np.ndarray, targets: np.ndarray, rest: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return means over other targets and other compounds, and the weights behind them, shape (features, n, k).

    Parameters
    ----------
    compounds, targets
        Kernels, shapes (n, n) and (k, k); the means are weighted by several powers of them.
    rest
        Shape (n, k): values minus their mean, 0 where nothing was measured.
    known
        Shape (n, k): 1 where something was measured, else 0.
    """
    found = []
    for power in _POWERS:
        for kernel, over_targets in ((targets, True), (compounds, False)):
            weights = np.maximum(kernel, 0.0) ** power
            np.fill_diagonal(weights, 0.0)
            total = rest @ weights if over_targets else weights @ rest
            weight = known @ weights if over_targets else weights @ known
            found += [total / np.maximum(weight, 1e-9), weight]
    for axis in (0, 1):
        others = rest.sum(axis=axis, keepdims=True) - rest
        count = known.sum(axis=axis, keepdims=True) - known
        found += [others / np.maximum(count, 1.0), np.broadcast_to(count, rest.shape)]
    return np.stack(found).astype(np.float32)


def nearest_compounds(compounds: np.ndarray, table: np.ndarray, count: int) -> np.ndarray:
    """Return values of the `count` nearest other compounds measured at the target, then their similarities.

    Parameters
    ----------
    compounds
        Kernel, shape (n, n).
    table
        Shape (n, k), NaN where nothing was measured.

    Returns
    -------
    float32, shape (2 * count, n, k); the value is NaN and the similarity 0 where fewer were measured.
    """
    n, k = table.shape
    values = np.full((count, n, k), np.nan, dtype=np.float32)
    closeness = np.zeros((count, n, k), dtype=np.float32)
    others = compounds.astype(np.float32)
    np.fill_diagonal(others, -1.0)
    for target in range(k):
        measured = np.flatnonzero(np.isfinite(table[:, target]))
        few = min(count, len(measured))
        if not few:
            continue
        similarity = others[:, measured]
        order = np.argsort(-similarity, axis=1, kind="stable")[:, :few]
        ranked = np.take_along_axis(similarity, order, axis=1)
        values[:few, :, target] = np.where(ranked < 0, np.nan, table[measured, target][order]).T
        closeness[:few, :, target] = np.maximum(ranked, 0.0).T
    return np.concatenate([values, closeness])


def nearest_targets(targets: np.ndarray, table: np.ndarray, count: int) -> np.ndarray:
    """Return values of the `count` nearest other targets measured with the compound, then their similarities."""
    return nearest_compounds(targets, table.T, count).transpose(0, 2, 1)
