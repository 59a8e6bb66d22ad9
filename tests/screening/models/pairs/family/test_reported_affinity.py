"""Calibration of what a family model reports."""

from __future__ import annotations

import numpy as np
import pytest

from screening.models.pairs.family.reported_affinity import ReportedAffinity, calibrated

UNSEEN = np.zeros(1, dtype=bool)


def test_the_order_stays_near_the_floor_and_nothing_lies_below_it() -> None:
    found = ReportedAffinity(5.0, 11.0, softness=0.3).of(np.linspace(4.3, 9.0, 50), UNSEEN)
    assert (np.diff(found) > 0).all()
    assert found.min() >= 5.0
    assert found[-1] == pytest.approx(9.0, abs=1e-6)


def test_the_number_near_the_floor_is_what_an_assay_would_report_on_average() -> None:
    drawn = np.random.default_rng(0).normal(5.1, 0.3, 200_000)
    found = ReportedAffinity(5.0, 11.0, softness=0.3).of(np.array([5.1]), UNSEEN)
    assert found[0] == pytest.approx(np.maximum(drawn, 5.0).mean(), abs=0.003)


def test_without_softness_predictions_are_cut() -> None:
    found = ReportedAffinity(5.0, 9.0).of(np.array([4.0, 6.0, 12.0]), UNSEEN)
    np.testing.assert_array_equal(found, [5.0, 6.0, 9.0])


def test_shrunken_predictions_are_stretched_by_what_was_lost() -> None:
    generator = np.random.default_rng(0)
    truth = generator.uniform(4.0, 9.0, (300, 20))
    shrunken = np.where(truth > 6.0, 6.0 + (truth - 6.0) / 1.5, truth) + generator.normal(0, 0.1, truth.shape)
    limits = np.where(truth < 5.0, -1, 0).astype(np.int8)
    found = calibrated(np.maximum(truth, 5.0), limits, shrunken, floor=5.0, ceiling=11.0, softness=0.3)
    assert found.start == 6.0
    assert found.stretch == pytest.approx(0.5, abs=0.05)
    assert found.of(np.array([8.0]), UNSEEN)[0] == pytest.approx(9.0, abs=0.1)
    assert found.of(np.array([8.0]), ~UNSEEN)[0] == pytest.approx(8.0, abs=1e-6)


def test_predictions_that_are_right_are_left_alone() -> None:
    truth = np.random.default_rng(1).uniform(5.0, 9.0, (200, 20))
    found = calibrated(truth, np.zeros(truth.shape, np.int8), truth, floor=5.0, ceiling=11.0, softness=0.3)
    assert found.stretch == pytest.approx(0.0, abs=1e-3)
