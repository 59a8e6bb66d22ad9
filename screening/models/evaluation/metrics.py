"""How good predictions are: error, explained variance, order."""

from __future__ import annotations

import numpy as np


def rmse(y: np.ndarray, predicted: np.ndarray) -> float:
    """Root mean squared error."""
    return float(np.sqrt(np.mean((np.asarray(y) - np.asarray(predicted)) ** 2)))


def mae(y: np.ndarray, predicted: np.ndarray) -> float:
    """Mean absolute error."""
    return float(np.mean(np.abs(np.asarray(y) - np.asarray(predicted))))


def r2(y: np.ndarray, predicted: np.ndarray) -> float:
    """Part of the variance of y that is explained: 1 perfect, 0 as good as the mean of y; NaN for constant y."""
    y = np.asarray(y, dtype=np.float64)
    total = float(np.sum((y - y.mean()) ** 2))
    if total == 0:
        return float("nan")
    return 1.0 - float(np.sum((y - np.asarray(predicted)) ** 2)) / total


def spearman(y: np.ndarray, predicted: np.ndarray) -> float:
    """Rank correlation; 0 if either side is constant, because then there is no order."""
    if len(y) < 2 or np.ptp(y) == 0 or np.ptp(predicted) == 0:
        return 0.0
    from scipy.stats import spearmanr  # half a second for every command that shows a hit

    return float(spearmanr(y, predicted).statistic)


def concordance(y: np.ndarray, predicted: np.ndarray) -> float:
    """Concordance index: the part of pairs with different y that are predicted in the right order; ties count half.

    Gönen and Heller, Biometrika 2005, 92, 965. Costs n log n time.
    """
    y = np.asarray(y, dtype=np.float64)
    from scipy.stats import rankdata

    ranks = rankdata(np.asarray(predicted), method="dense").astype(np.int64)
    tree = np.zeros(int(ranks.max(initial=0)) + 2, dtype=np.int64)
    size = len(tree) - 1
    order = np.argsort(y, kind="stable")
    good = pairs = 0.0
    seen = start = 0
    while start < len(order):
        stop = start
        while stop < len(order) and y[order[stop]] == y[order[start]]:
            stop += 1
        for row in order[start:stop]:
            below = _prefix(tree, int(ranks[row]) - 1)
            same = _prefix(tree, int(ranks[row])) - below
            good += below + 0.5 * same
            pairs += seen
        for row in order[start:stop]:
            at = int(ranks[row])
            while at <= size:
                tree[at] += 1
                at += at & -at
        seen += stop - start
        start = stop
    return good / pairs if pairs else float("nan")


def _prefix(tree: np.ndarray, at: int) -> int:
    total = 0
    while at > 0:
        total += int(tree[at])
        at -= at & -at
    return total


def regression(y: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """Return RMSE, MAE, R2, Spearman's rank correlation and the concordance index, with the count as ``n``."""
    return {
        "n": len(y),
        "rmse": rmse(y, predicted),
        "mae": mae(y, predicted),
        "r2": r2(y, predicted),
        "spearman": spearman(y, predicted),
        "ci": concordance(y, predicted),
    }
