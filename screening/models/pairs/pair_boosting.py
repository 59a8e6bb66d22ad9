"""Fill the gaps of a table of compounds by targets with boosted trees over what neighbours, kernels and factors say.

For each pair the trees see: principal components of both kernels and of the pattern of the gaps; means over the other
measured targets of the compound and over the other measured compounds of the target, weighted by powers of similarity;
the nearest measured ones themselves; and what two simpler models say, `screening.models.pairs.pair_process` and
`screening.models.pairs.low_rank`. The trees learn what the Gaussian process leaves over. For measured pairs none of it
uses the pair's own value: means and neighbours leave it out, models predict it from other folds.

The pattern of the gaps is part of what is known: it says which compounds were tried on which targets, not with what
result, but in a table gathered from papers it carries much of the accuracy. A new compound has none.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from screening.models.pairs import low_rank, pair_neighbours
from screening.models.pairs.pair_process import PairProcess, shared_pattern

_FOLDS = 5
_NEAREST = 4
_ROWS = 65536


@dataclasses.dataclass(frozen=True)
class PairBoosting:
    """Settings; `complete` does the work.

    Attributes
    ----------
    process
        The Gaussian process over pairs.
    compound_components, target_components, pattern_components
        Principal components of the kernels and of the pattern of the gaps.
    rank, penalty
        Of the low-rank factors.
    trees, learning_rate, leaves, boosters
        Of the boosted trees; models with different seeds are averaged.
    robust
        Errors larger than so many standard deviations of the values count linearly, not squared (Huber's loss).
    seed
        Seed of folds, factors and trees.
    """

    process: PairProcess = dataclasses.field(default_factory=PairProcess)
    compound_components: int = 30
    target_components: int = 40
    pattern_components: int = 20
    rank: int = 12
    penalty: float = 4.0
    trees: int = 1000
    learning_rate: float = 0.03
    leaves: int = 127
    boosters: int = 2
    robust: float = 0.35
    seed: int = 0

    def complete(
        self, compounds: np.ndarray, targets: np.ndarray, table: np.ndarray, asked: np.ndarray | None = None
    ) -> np.ndarray:
        """Return predictions of pairs, float64, shape (n, k), NaN where none was asked for.

        Parameters
        ----------
        compounds, targets
            Kernels, shapes (n, n) and (k, k), with ones on the diagonal.
        table
            float64, shape (n, k), NaN where nothing was measured.
        asked
            bool, shape (n, k): pairs to predict; all by default.
        """
        known = np.isfinite(table)
        asked = np.ones_like(known) if asked is None else asked
        full = self._simple(compounds, targets, table)
        unseen = np.zeros_like(full)
        fold = np.random.default_rng(self.seed).integers(0, _FOLDS, size=table.shape)
        for number in range(_FOLDS):
            here = fold == number
            unseen[:, here] = self._simple(compounds, targets, np.where(here, np.nan, table))[:, here]
        around = self._around(compounds, targets, table)
        full = np.where(known, unseen, full)  # a measured pair is predicted without its value too
        first = np.hstack([_components(compounds, self.compound_components), self._pattern(known)])
        second = np.hstack([_components(targets, self.target_components), self._pattern(known.T)])

        def matrix(i: np.ndarray, j: np.ndarray, simple: np.ndarray) -> np.ndarray:
            return np.hstack([first[i], second[j], around[:, i, j].T, simple[:, i, j].T]).astype(np.float32)

        i, j = np.nonzero(known)
        fitted = self._fit(matrix(i, j, unseen), (table - unseen[0])[i, j], float(table[known].std()))
        rows, columns = np.nonzero(asked)
        pieces = []
        for start in range(0, len(rows), _ROWS):
            i, j = rows[start : start + _ROWS], columns[start : start + _ROWS]
            asked_for = matrix(i, j, full)
            pieces.append(full[0][i, j] + np.mean([one.predict(asked_for, num_threads=1) for one in fitted], axis=0))
        found = np.full(table.shape, np.nan)
        found[rows, columns] = np.concatenate(pieces)
        return found

    def _simple(self, compounds: np.ndarray, targets: np.ndarray, table: np.ndarray) -> np.ndarray:
        """Return what the simpler models say of every pair, shape (2, n, k)."""
        process = self.process.complete(compounds, targets, table)
        return np.stack([process, low_rank.complete(table, rank=self.rank, penalty=self.penalty, seed=self.seed)])

    def _around(self, compounds: np.ndarray, targets: np.ndarray, table: np.ndarray) -> np.ndarray:
        """Return what the neighbours of every pair say, by structure, by sequence and by pattern of the gaps."""
        known = np.isfinite(table)
        rest = np.where(known, table - table[known].mean(), 0.0)
        there = known.astype(np.float64)
        by_pattern = shared_pattern(known).astype(np.float64), shared_pattern(known.T).astype(np.float64)
        return np.concatenate(
            [
                pair_neighbours.weighted_means(compounds, targets, rest, there),
                pair_neighbours.weighted_means(*by_pattern, rest, there),
                pair_neighbours.nearest_compounds(compounds, table, _NEAREST),
                pair_neighbours.nearest_targets(targets, table, _NEAREST),
            ]
        )

    def _pattern(self, known: np.ndarray) -> np.ndarray:
        there = known.astype(np.float64)
        left, sizes, _ = np.linalg.svd(there, full_matrices=False)
        few = min(self.pattern_components, len(sizes))
        return np.asarray(left[:, :few] * sizes[:few])

    def _fit(self, seen: np.ndarray, rest: np.ndarray, deviation: float) -> list[Any]:
        import lightgbm

        parameters = {
            "objective": "huber",
            "alpha": self.robust * deviation,
            "learning_rate": self.learning_rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": 10,
            "feature_fraction": 0.3,
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "lambda_l2": 2.0,
            "max_bin": 127,
            "num_threads": 1,
            "deterministic": True,
            "force_col_wise": True,
            "verbosity": -1,
        }
        data = lightgbm.Dataset(seen, label=rest, params={"max_bin": 127, "verbosity": -1}, free_raw_data=False)
        return [
            lightgbm.train(parameters | {"seed": self.seed + 1000 * number}, data, num_boost_round=self.trees)
            for number in range(self.boosters)
        ]


def _components(kernel: np.ndarray, count: int) -> np.ndarray:
    values, vectors = np.linalg.eigh((kernel + kernel.T) / 2)
    largest = np.argsort(-values)[: min(count, len(values))]
    return np.asarray(vectors[:, largest] * np.sqrt(np.maximum(values[largest], 0.0)))
