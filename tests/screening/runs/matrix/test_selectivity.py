"""Selectivity: hand-made numbers, ties and gaps."""

from __future__ import annotations

import numpy as np
import pytest

from screening.runs.matrix.selectivity import gini, selectivity_of, selectivity_score

NONE = np.nan


def test_difference_and_its_interval_are_of_the_best_off_target() -> None:
    affinity = np.array([[8.0, 6.0, 5.0]])
    lower, upper = affinity - np.array([0.3, 1.0, 1.0]), affinity + np.array([0.4, 0.4, 1.0])
    found = selectivity_of(affinity, lower, upper)
    assert (found.target[0], found.off_target[0]) == (0, 1)
    assert found.difference[0] == pytest.approx(2.0)
    assert found.lower[0] == pytest.approx(2.0 - np.hypot(0.3, 0.4))
    assert found.upper[0] == pytest.approx(2.0 + np.hypot(0.4, 1.0))


def test_a_primary_target_may_be_the_weaker_one() -> None:
    affinity = np.array([[8.0, 6.0]])
    found = selectivity_of(affinity, affinity, affinity, primary=1)
    assert (found.target[0], found.off_target[0], found.difference[0]) == (1, 0, -2.0)


def test_what_has_no_number_is_no_off_target() -> None:
    affinity = np.array([[8.0, NONE, 5.0], [NONE, NONE, NONE], [7.0, NONE, NONE]])
    found = selectivity_of(affinity, affinity, affinity)
    assert found.off_target.tolist() == [2, -1, -1]
    assert found.difference[0] == 3.0
    assert np.isnan(found.difference[1:]).all()
    assert np.isnan(found.score[1])
    assert found.target[1] == -1


def test_scores_count_the_targets_that_have_numbers() -> None:
    affinity = np.array([[5.0, 5.1, NONE], [4.0, 4.0, 4.0], [6.5, 7.0, 8.0]])
    assert selectivity_score(affinity).tolist() == [0.5, 0.0, 1.0]
    assert selectivity_score(affinity, 7.0).tolist() == [0.0, 0.0, pytest.approx(1 / 3)]


def test_gini_is_one_for_one_target_and_zero_for_all_alike() -> None:
    one = np.full((1, 1000), 4.0)
    one[0, 3] = 9.0
    assert gini(one)[0] == pytest.approx(0.999)
    assert gini(np.full((1, 20), 7.0))[0] == pytest.approx(0.0)
    assert gini(np.full((1, 20), 4.0))[0] == 0.0
