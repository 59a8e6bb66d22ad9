"""Fill the gaps of a table of compounds by targets with boosted trees over what neighbours, kernels and factors say.

For each pair the trees see: principal components of both kernels; means over the other measured targets of the
compound and over the other measured compounds of the target, weighted by powers of similarity; and what two simpler
models say, `screening.models.pair_regression` at two sharpnesses of the kernels and `screening.models.low_rank`. For
measured pairs none of it uses the pair's own value: means leave it out, models predict it from other folds.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.models import low_rank, pair_regression
from screening.models.boosting import BoostedTrees

_POWERS = (1, 3, 8, 20)
_FOLDS = 5


@dataclasses.dataclass(frozen=True)
class PairBoosting:
    """Settings; `complete` does the work.

    Attributes
    ----------
    compound_components, target_components
        Principal components of the kernels.
    rank, penalty
        Of the low-rank factors.
    noise
        Of the pair regression.
    trees, learning_rate, leaves, boosters
        Of the boosted trees; models with different seeds are averaged.
    seed
        Seed of folds, factors and trees.
    """

    compound_components: int = 30
    target_components: int = 40
    rank: int = 12
    penalty: float = 4.0
    noise: float = 0.5
    trees: int = 800
    learning_rate: float = 0.03
    leaves: int = 63
    boosters: int = 2
    seed: int = 0

    def complete(self, compounds: np.ndarray, targets: np.ndarray, table: np.ndarray) -> np.ndarray:
        """Return the table with every pair predicted, float64, shape (n, k).

        Parameters
        ----------
        compounds, targets
            Kernels, shapes (n, n) and (k, k), with ones on the diagonal.
        table
            float64, shape (n, k), NaN where nothing was measured.
        """
        known = np.isfinite(table)
        mean = float(table[known].mean())
        means = _weighted_means(compounds, targets, np.where(known, table - mean, 0.0), known.astype(np.float64))
        full = self._simple(compounds, targets, table)
        unseen = np.zeros_like(full)
        fold = np.random.default_rng(self.seed).integers(0, _FOLDS, size=table.shape)
        for number in range(_FOLDS):
            here = fold == number
            unseen[:, here] = self._simple(compounds, targets, np.where(here, np.nan, table))[:, here]
        first = _components(compounds, self.compound_components)
        second = _components(targets, self.target_components)

        def matrix(pairs: np.ndarray, simple: np.ndarray) -> np.ndarray:
            i, j = np.nonzero(pairs)
            columns = np.column_stack([means[:, i, j].T, simple[:, i, j].T])
            return np.hstack([first[i], second[j], columns]).astype(np.float32)

        seen, values = matrix(known, unseen), table[known]
        every = np.ones_like(known)
        found = np.zeros(table.size)
        for number in range(self.boosters):
            booster = BoostedTrees(
                trees=self.trees,
                learning_rate=self.learning_rate,
                leaves=self.leaves,
                smallest_leaf=10,
                column_share=0.4,
                row_share=0.7,
                penalty=2.0,
                bins=127,
                seed=self.seed + 1000 * number,
            ).fit(seen, values)
            found += booster.predict(matrix(every, full)) / self.boosters
        return found.reshape(table.shape)

    def _simple(self, compounds: np.ndarray, targets: np.ndarray, table: np.ndarray) -> np.ndarray:
        """Return what the simpler models say of every pair, shape (3, n, k)."""
        found = []
        for power, constant in ((1, 1.0), (3, 0.1)):
            left, right = compounds**power, targets**power
            fitted = pair_regression.fit(left, right, table, noise=self.noise, target_constant=constant, most_steps=80)
            found.append(fitted.predict(left, right))
        found.append(low_rank.complete(table, rank=self.rank, penalty=self.penalty, seed=self.seed))
        return np.stack(found)


def _components(kernel: np.ndarray, count: int) -> np.ndarray:
    values, vectors = np.linalg.eigh((kernel + kernel.T) / 2)
    largest = np.argsort(-values)[: min(count, len(values))]
    return np.asarray(vectors[:, largest] * np.sqrt(np.maximum(values[largest], 0.0)))


def _weighted_means(compounds: np.ndarray, targets: np.ndarray, rest: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return means over other targets and other compounds, and the weights behind them, shape (features, n, k)."""
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
        found.append(others / np.maximum(count, 1.0))
    return np.stack(found)
