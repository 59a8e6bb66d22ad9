"""Boosted trees on a compressed matrix are those on the dense one."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from screening.models.estimators.boosting import BoostedTrees


def test_compressed_and_dense_matrices_give_the_same_trees() -> None:
    generator = np.random.default_rng(0)
    X = generator.poisson(0.2, size=(300, 80)).astype(np.float32)
    X[:, 5] = 0.0
    X[:, 6] = 2.0
    X[:, 7] = -generator.random(300)
    y = X[:, 0] - X[:, 1] * X[:, 2] + 0.1 * generator.normal(size=300)
    for random_cuts in (False, True):
        dense = BoostedTrees(trees=20, random_cuts=random_cuts).fit(X, y)
        compressed = BoostedTrees(trees=20, random_cuts=random_cuts).fit(sparse.csr_matrix(X), y)
        np.testing.assert_array_equal(compressed.columns_, dense.columns_)
        assert not {5, 6} & set(dense.columns_.tolist())
        np.testing.assert_array_equal(compressed.predict(X), dense.predict(X))
