"""Trees kept as arrays predict what scikit-learn's own predict."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesRegressor

from screening.models.estimators.random_trees import RandomTrees


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(1)
    counts = generator.poisson(0.7, size=(150, 40)).astype(np.float32)
    return counts, counts[:, 0] - 0.5 * counts[:, 3] + 0.1 * generator.normal(size=150)


def test_predictions_are_those_of_scikit_learn(data: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = data
    ours = RandomTrees(trees=20, smallest_leaf=2, columns=12, seed=3).fit(X[:100], y[:100])
    theirs = ExtraTreesRegressor(20, min_samples_leaf=2, max_features=12, random_state=3).fit(X[:100], y[:100])
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-6)
    assert np.corrcoef(ours.predict(X[100:]), y[100:])[0, 1] > 0.7


def test_a_row_alone_and_in_company_is_the_same(data: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = data
    trees = RandomTrees(trees=10).fit(X, y)
    alone = np.concatenate([trees.predict(X[row : row + 1]) for row in range(20)])
    np.testing.assert_array_equal(alone, trees.predict(X[:20]))


def test_values_that_are_all_the_same_make_trees_of_one_leaf() -> None:
    X = np.zeros((30, 4), dtype=np.float32)
    np.testing.assert_allclose(RandomTrees(trees=3).fit(X, np.full(30, 6.5)).predict(X), 6.5)
