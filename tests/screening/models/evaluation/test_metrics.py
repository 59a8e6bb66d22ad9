from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from screening.models.evaluation import metrics


@pytest.fixture
def pair() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    y = generator.normal(6, 1, 300).round(1)
    return y, (y + generator.normal(0, 1, 300)).round(1)


def test_agrees_with_scikit_learn(pair: tuple[np.ndarray, np.ndarray]) -> None:
    assert metrics.rmse(*pair) == pytest.approx(root_mean_squared_error(*pair))
    assert metrics.mae(*pair) == pytest.approx(mean_absolute_error(*pair))
    assert metrics.r2(*pair) == pytest.approx(r2_score(*pair))


def test_concordance_is_the_count_over_all_pairs(pair: tuple[np.ndarray, np.ndarray]) -> None:
    y, predicted = pair
    good = total = 0.0
    for i in range(len(y)):
        for j in range(i):
            if y[i] != y[j]:
                total += 1
                step = (predicted[i] - predicted[j]) * (y[i] - y[j])
                good += 1.0 if step > 0 else 0.5 if step == 0 else 0.0
    assert metrics.concordance(y, predicted) == pytest.approx(good / total)


def test_perfect_reversed_and_constant_predictions() -> None:
    y = np.arange(10.0)
    assert metrics.concordance(y, y) == 1
    assert metrics.concordance(y, -y) == 0
    assert metrics.concordance(y, np.zeros(10)) == 0.5
    assert metrics.spearman(y, np.zeros(10)) == 0
    assert np.isnan(metrics.r2(np.ones(5), np.arange(5.0)))
