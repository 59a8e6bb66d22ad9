from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss as sklearn_log_loss

from screening.models.evaluation import probability


@pytest.fixture(scope="module")
def scored() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    score = generator.normal(6, 1.2, 3000)
    return score, generator.random(3000) < expit(2.5 * (score - 7))


def test_the_known_relation_is_found(scored: tuple[np.ndarray, np.ndarray]) -> None:
    found = probability.calibrate(*scored)
    assert found.slope == pytest.approx(2.5, abs=0.3)
    assert -found.offset / found.slope == pytest.approx(7.0, abs=0.1)
    chance = found.probability(scored[0])
    assert probability.calibration_error(scored[1], chance) < 0.02
    assert (np.diff(found.probability(np.linspace(3, 9, 50))) > 0).all()


def test_the_range_holds_the_probability_and_narrows_with_data(scored: tuple[np.ndarray, np.ndarray]) -> None:
    asked = np.linspace(2, 10, 60)
    widths = []
    for n in (100, 3000):
        found = probability.calibrate(scored[0][:n], scored[1][:n])
        low, high = found.bounds(asked)
        chance = found.probability(asked)
        assert (low <= chance).all()
        assert (chance <= high).all()
        assert low.min() >= 0
        assert high.max() <= 1
        widths.append(float(np.mean(high - low)))
    assert widths[1] < widths[0]


def test_the_range_holds_the_true_probability_of_most_compounds(scored: tuple[np.ndarray, np.ndarray]) -> None:
    found = probability.calibrate(*scored)
    asked = np.linspace(5.5, 8.5, 40)
    low, high = found.bounds(asked)
    assert np.mean((low - 0.08 <= expit(2.5 * (asked - 7))) & (expit(2.5 * (asked - 7)) <= high + 0.08)) > 0.9


def test_a_score_that_knows_nothing_gives_the_share_of_actives() -> None:
    generator = np.random.default_rng(1)
    active = generator.random(2000) < 0.1
    found = probability.calibrate(generator.normal(size=2000), active)
    assert found.probability(np.array([-2.0, 2.0])) == pytest.approx(active.mean(), abs=0.05)
    reversed_ = probability.calibrate(-active.astype(float) + generator.normal(0, 0.1, 2000), active)
    assert reversed_.slope == 0


def test_measures_agree_with_scikit_learn(scored: tuple[np.ndarray, np.ndarray]) -> None:
    score, active = scored
    chance = expit(score - 6.5)
    assert probability.brier(active, chance) == pytest.approx(brier_score_loss(active, chance))
    assert probability.log_loss(active, chance) == pytest.approx(sklearn_log_loss(active, chance))


def test_calibration_error_of_a_worked_case() -> None:
    """Two bins: 4 compounds at 0.25 of which 2 are active, 6 at 0.75 of which 3 are: 0.4 * 0.25 + 0.6 * 0.25."""
    chance = np.array([0.25] * 4 + [0.75] * 6)
    active = np.array([True, True, False, False] + [True] * 3 + [False] * 3)
    assert probability.calibration_error(active, chance) == pytest.approx(0.25)
    assert [one["compounds"] for one in probability.reliability(active, chance)] == [4, 6]
