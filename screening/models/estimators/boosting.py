"""Gradient-boosted trees (LightGBM), kept as the text of the model so that nothing but text is ever loaded.

Ke et al., LightGBM: A Highly Efficient Gradient Boosting Decision Tree, NeurIPS 2017.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted


class BoostedTrees(RegressorMixin, BaseEstimator):
    """A LightGBM regressor that is deterministic, small to store and predicts in one thread.

    Parameters
    ----------
    trees, learning_rate, leaves, smallest_leaf, column_share, row_share, penalty
        LightGBM's n_estimators, learning_rate, num_leaves, min_child_samples, colsample_bytree, subsample and
        reg_lambda.
    bins
        Most values a feature is cut into.
    least_present
        Features that differ from 0 in fewer training rows than this are dropped.
    random_cuts
        Whether one cut of each feature is drawn at random instead of the best being searched (LightGBM's extra_trees).
    seed
        Seed of the row and column samples.
    threads
        Threads used while fitting; one by default, because on a busy machine OpenMP threads wait for each other so long
        that two can take a hundred times as long as one.
    """

    def __init__(
        self,
        trees: int = 400,
        learning_rate: float = 0.05,
        leaves: int = 24,
        smallest_leaf: int = 5,
        column_share: float = 0.2,
        row_share: float = 0.8,
        penalty: float = 1.0,
        bins: int = 63,
        least_present: int = 3,
        random_cuts: bool = False,
        seed: int = 0,
        threads: int = 1,
    ) -> None:
        self.trees = trees
        self.learning_rate = learning_rate
        self.leaves = leaves
        self.smallest_leaf = smallest_leaf
        self.column_share = column_share
        self.row_share = row_share
        self.penalty = penalty
        self.bins = bins
        self.least_present = least_present
        self.random_cuts = random_cuts
        self.seed = seed
        self.threads = threads

    def fit(
        self, X: np.ndarray | sparse.csr_matrix, y: np.ndarray, sample_weight: np.ndarray | None = None
    ) -> BoostedTrees:
        """Fit to X of shape (n, d), dense or compressed, and y of shape (n,)."""
        import lightgbm

        n, d = X.shape
        columns: Any
        compressed = sparse.issparse(X)
        if compressed:
            columns = sparse.csc_matrix(X)
            present = columns.getnnz(axis=0)
            high, low = (np.asarray(end.todense()).ravel() for end in (columns.max(axis=0), columns.min(axis=0)))
        else:
            columns = np.asarray(X)
            present = (columns != 0).sum(axis=0)
            high, low = columns.max(axis=0), columns.min(axis=0)
        varies = high > low
        self.columns_ = np.flatnonzero((present >= min(self.least_present, n // 10)) & varies).astype(np.int32)
        if not len(self.columns_):
            self.columns_ = np.array([0], dtype=np.int32)
        parameters: dict[str, Any] = {
            "objective": "regression",
            "learning_rate": self.learning_rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": min(self.smallest_leaf, max(1, n // 10)),
            "feature_fraction": self.column_share,
            "bagging_fraction": self.row_share,
            "bagging_freq": 1,
            "lambda_l2": self.penalty,
            "extra_trees": self.random_cuts,
            "max_bin": self.bins,
            "min_data_in_bin": 1,
            "seed": self.seed,
            "num_threads": self.threads,
            "deterministic": True,
            "force_col_wise": True,
            "verbosity": -1,
        }
        columns = columns[:, self.columns_]
        data = lightgbm.Dataset(
            columns.tocsr() if compressed else np.ascontiguousarray(columns, dtype=np.float32),
            label=np.asarray(y, dtype=np.float64),
            weight=sample_weight,
            free_raw_data=True,
        )
        booster = lightgbm.train(parameters, data, num_boost_round=self.trees)
        self.model_text_ = booster.model_to_string(num_iteration=-1)
        self.n_features_in_ = d
        self._booster: Any = None
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return float64 predictions, shape (n,)."""
        check_is_fitted(self, "model_text_")
        if getattr(self, "_booster", None) is None:
            import lightgbm

            self._booster = lightgbm.Booster(model_str=self.model_text_)
        rows = np.ascontiguousarray(np.asarray(X)[:, self.columns_], dtype=np.float32)
        return np.asarray(self._booster.predict(rows, num_threads=1))

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        state.pop("_booster", None)
        return state
