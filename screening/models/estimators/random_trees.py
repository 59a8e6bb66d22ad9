"""Extremely randomised trees, kept as plain arrays and followed for all compounds at once.

Geurts, Ernst and Wehenkel, Machine Learning 2006, 63, 3. scikit-learn grows them; the arrays are a tenth of its own
form, load with any version of it, and predict small blocks several times as fast.
"""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted


class RandomTrees(RegressorMixin, BaseEstimator):
    """Mean of trees whose cuts are drawn at random.

    Parameters
    ----------
    trees
        Number of trees.
    smallest_leaf
        Training rows in a leaf at least.
    columns
        Columns looked at for each cut, at most.
    seed
        Seed of all random choices.
    """

    def __init__(self, trees: int = 100, smallest_leaf: int = 2, columns: int = 300, seed: int = 0) -> None:
        self.trees = trees
        self.smallest_leaf = smallest_leaf
        self.columns = columns
        self.seed = seed

    def fit(self, X: np.ndarray, y: np.ndarray, places: np.ndarray | None = None) -> RandomTrees:
        """Fit to X of shape (n, d) and y of shape (n,).

        `places`, rising, says which columns of the X to predict from these are, if not all.
        """
        from sklearn.ensemble import ExtraTreesRegressor

        forest = ExtraTreesRegressor(
            self.trees,
            max_features=min(self.columns, X.shape[1]),
            min_samples_leaf=min(self.smallest_leaf, max(1, len(X) // 10)),
            random_state=self.seed,
            n_jobs=1,
        ).fit(X, y)
        grown = [one.tree_ for one in forest.estimators_]
        sizes = np.array([tree.node_count for tree in grown])
        self.roots_ = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
        feature = np.concatenate([tree.feature for tree in grown])
        leaf = feature < 0
        own = np.arange(len(feature))
        offset = np.repeat(self.roots_, sizes)
        # A leaf leads to itself.
        self.low_ = np.where(leaf, own, np.concatenate([t.children_left for t in grown]) + offset).astype(np.int32)
        self.high_ = np.where(leaf, own, np.concatenate([t.children_right for t in grown]) + offset).astype(np.int32)
        used = np.unique(feature[~leaf])
        seen = used if len(used) else np.zeros(1, dtype=np.int64)
        self.used_ = (seen if places is None else places[seen]).astype(np.int32)
        self.feature_ = np.where(leaf, 0, np.searchsorted(used, feature)).astype(np.int32)
        self.threshold_ = np.concatenate([tree.threshold for tree in grown]).astype(np.float32)
        self.value_ = np.concatenate([tree.value.ravel() for tree in grown]).astype(np.float32)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return float64 predictions, shape (n,)."""
        check_is_fitted(self, "value_")
        values = np.ascontiguousarray(X[:, self.used_], dtype=np.float32)
        width = values.shape[1]
        flat = values.ravel()
        starts = np.repeat(np.arange(len(values), dtype=np.int64) * width, len(self.roots_))
        at = np.tile(self.roots_, len(values))
        going = np.flatnonzero(self.low_[at] != at)
        while len(going):
            node = at[going]
            above = flat[starts[going] + self.feature_[node]] > self.threshold_[node]
            node = np.where(above, self.high_[node], self.low_[node])
            at[going] = node
            going = going[self.low_[node] != node]
        return np.asarray(self.value_[at].astype(np.float64).reshape(len(values), -1).mean(axis=1))
