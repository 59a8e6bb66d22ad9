"""Enrichment against values worked out by hand and by scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from screening.errors import UsageError
from screening.runs.enrichment import enrichment


def test_a_perfect_ranking() -> None:
    result = enrichment(range(1, 6), 500)
    assert result.roc_auc == pytest.approx(1.0)
    assert result.ef1 == pytest.approx(100.0)
    assert result.ef5 == pytest.approx(20.0)
    assert result.bedroc == pytest.approx(1.0, abs=0.01)


def test_auc_agrees_with_scikit_learn() -> None:
    ranks = [3, 10, 57, 200, 871]
    truth = np.zeros(1000)
    truth[np.array(ranks) - 1] = 1
    assert enrichment(ranks, 1000).roc_auc == pytest.approx(roc_auc_score(truth, -np.arange(1000)))


@pytest.mark.parametrize(("ranks", "compounds"), [([], 10), ([1, 2], 2), ([0], 10), ([11], 10)])
def test_impossible_rankings_are_refused(ranks: list[int], compounds: int) -> None:
    with pytest.raises(UsageError):
        enrichment(ranks, compounds)
