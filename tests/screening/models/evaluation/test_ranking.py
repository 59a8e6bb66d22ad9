from __future__ import annotations

import numpy as np
import pytest
from rdkit.ML.Scoring import Scoring
from sklearn.metrics import roc_auc_score

from screening.models.evaluation import ranking


@pytest.fixture(scope="module")
def ranked() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    active = generator.random(3000) < 0.03
    return active, generator.normal(size=3000) + active


def test_agrees_with_rdkit(ranked: tuple[np.ndarray, np.ndarray]) -> None:
    active, score = ranked
    rows = [(bool(active[row]),) for row in np.argsort(-score)]
    assert ranking.roc_auc(active, score) == pytest.approx(Scoring.CalcAUC(rows, 0))
    assert ranking.bedroc(active, score) == pytest.approx(Scoring.CalcBEDROC(rows, 0, 20.0))
    expected = Scoring.CalcEnrichment(rows, 0, [0.01, 0.05])
    assert [ranking.enrichment_factor(active, score, share) for share in (0.01, 0.05)] == pytest.approx(expected)


def test_ties_count_half_in_any_order(ranked: tuple[np.ndarray, np.ndarray]) -> None:
    active, score = ranked
    coarse = score.round()
    assert ranking.roc_auc(active, coarse) == pytest.approx(roc_auc_score(active, coarse))
    order = np.random.default_rng(1).permutation(len(score))
    for measure in ranking.MEASURES.values():
        assert measure(active[order], coarse[order]) == pytest.approx(measure(active, coarse))
    assert ranking.enrichment_factor(active, np.zeros(3000), 0.01) == pytest.approx(1.0)


def test_log_auc_of_a_perfect_a_random_and_a_constant_order() -> None:
    """The area under a random ROC curve over three decades is 0.14462 (Mysinger and Shoichet 2010)."""
    active = np.arange(20000) < 200
    assert ranking.log_auc(active, active.astype(float)) == pytest.approx(1 - 0.14462, abs=1e-5)
    assert ranking.log_auc(active, np.zeros(20000)) == pytest.approx(0, abs=1e-12)
    scores = np.random.default_rng(0).random(20000)
    assert abs(ranking.log_auc(active, scores)) < 0.05


def test_intervals_hold_the_estimate_and_narrow_with_more_actives(ranked: tuple[np.ndarray, np.ndarray]) -> None:
    active, score = ranked
    found = ranking.ranking(active, score, samples=100)
    for name in ranking.MEASURES:
        assert found[f"{name}_low"] <= found[name] <= found[f"{name}_high"]
    few = active & (np.cumsum(active) <= 10)
    keep = few | ~active
    wide = ranking.ranking(few[keep], score[keep], samples=100)
    assert wide["roc_auc_high"] - wide["roc_auc_low"] > found["roc_auc_high"] - found["roc_auc_low"]
    assert found == ranking.ranking(active, score, samples=100)


def test_nothing_to_rank_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 actives among 3"):
        ranking.ranking(np.zeros(3, bool), np.arange(3.0))
