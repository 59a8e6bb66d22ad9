from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from screening.models.evaluation import conformal


def made(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Residuals whose true size is 0.3 plus twice the second term."""
    generator = np.random.default_rng(seed)
    terms = np.column_stack([np.ones(n), generator.random(n), generator.random(n)])
    return terms, generator.normal(size=n) * (0.3 + 2 * terms[:, 1])


def test_intervals_cover_and_adapt() -> None:
    terms, residuals = made(2000, 0)
    interval = conformal.calibrate(terms, residuals, scale=1.0)
    new_terms, new_residuals = made(20000, 1)
    inside = np.abs(new_residuals) <= interval.half_width(new_terms)
    assert 0.88 < inside.mean() < 0.92
    hard = new_terms[:, 1] > 0.5
    assert 0.86 < inside[hard].mean() < 0.94
    assert 0.86 < inside[~hard].mean() < 0.94
    assert interval.half_width(new_terms)[hard].mean() > 1.5 * interval.half_width(new_terms)[~hard].mean()
    assert interval.coefficients[2] < 0.1 * interval.coefficients[1]


def test_quantile_is_conservative_for_few_residuals() -> None:
    assert conformal.conformal_quantile(np.arange(1.0, 6.0)) == 5.0
    assert conformal.conformal_quantile(np.arange(1.0, 100.0)) == 90.0


def test_an_interval_never_vanishes() -> None:
    interval = conformal.Interval((0.0, 0.0), 1.5, scale=2.0)
    np.testing.assert_allclose(interval.half_width(np.ones((3, 2))), 1.5 * 0.05 * 2.0)


def test_terms_are_in_log_units() -> None:
    similarity = np.array([[1.0, 0.5, 0.2], [0.1, 0.1, 0.1]], dtype=np.float32)
    terms = conformal.surroundings(similarity, np.array([5.0, 6.0, 7.0]), np.array([[6.0, 7.0], [5.0, 5.0]]), 2.0)
    assert terms.shape == (2, len(conformal.DIFFICULTY_TERMS))
    np.testing.assert_allclose(terms[0, :5], [0.5, 0.0, 2 * (0.5 + 0.8) / 3, np.std([5, 6, 7]), 0.5], rtol=1e-6)
    assert terms[1, 1] == pytest.approx(1.8)


def test_the_five_nearest_are_found_in_order_and_the_first_wins_a_tie() -> None:
    similarity = np.random.default_rng(2).random((40, 60)).astype(np.float32).round(1)
    near, rows = conformal.few_nearest(similarity)
    wanted = np.argsort(-similarity, axis=1, kind="stable")[:, :5]
    np.testing.assert_array_equal(rows, wanted)
    np.testing.assert_array_equal(near, np.take_along_axis(similarity, wanted, axis=1))
    assert conformal.few_nearest(similarity[:, :3])[1].shape == (40, 3)


def _groups() -> tuple[np.ndarray, np.ndarray]:
    """Terms and residuals of compounds whose error far away is three times what their difficulty says."""
    generator = np.random.default_rng(7)
    n = 4000
    terms = np.zeros((n, len(conformal.DIFFICULTY_TERMS)))
    terms[:, 0] = 0.25
    terms[:, 1] = generator.random(n)
    far = terms[:, 1] > 0.75
    return terms, generator.normal(size=n) * np.where(far, 1.5, 0.5)


def test_each_group_by_distance_is_covered() -> None:
    terms, residuals = _groups()
    learnt, asked = np.arange(len(terms)) % 2 == 0, np.arange(len(terms)) % 2 == 1
    grouped = conformal.calibrate_groups(terms[learnt], residuals[learnt], scale=1.0)
    plain = conformal.calibrate(terms[learnt], residuals[learnt], scale=1.0)
    far = terms[asked, 1] > 0.75
    held = np.abs(residuals[asked]) <= grouped.half_width(terms[asked])
    assert abs(held[~far].mean() - 0.90) < 0.03
    assert 0.90 <= held[far].mean() < 0.95
    once = np.abs(residuals[asked]) <= plain.half_width(terms[asked])
    assert abs(once[far].mean() - 0.92) > abs(held[far].mean() - 0.92)


def test_few_residuals_make_one_group() -> None:
    terms, residuals = _groups()
    assert conformal.calibrate_groups(terms[:100], residuals[:100], scale=1.0).quantiles == ()


def test_intervals_are_read_back_and_those_of_five_terms_stay_what_they_were() -> None:
    terms, residuals = _groups()
    grouped = conformal.calibrate_groups(terms, residuals, scale=1.0)
    assert conformal.Interval.from_state(dataclasses.asdict(grouped)) == grouped
    old = conformal.Interval.from_state({"coefficients": (0.1, 0.2, 0.3, 0.4, 0.5), "quantile": 2.0, "scale": 1.0})
    terms[:, 5:] = 100.0
    expected = 2.0 * np.maximum(terms[:, :5] @ [0.1, 0.2, 0.3, 0.4, 0.5], 0.05)
    np.testing.assert_allclose(old.half_width(terms), expected)


def test_a_cliff_nearby_shows_in_the_terms() -> None:
    similarity = np.array([[0.9, 0.85, 0.3, 0.3, 0.3]], dtype=np.float32)
    names = list(conformal.DIFFICULTY_TERMS)
    parts = np.array([[6.0, 6.0]])
    cliff = conformal.surroundings(similarity, np.array([5.0, 7.0, 6.0, 6.0, 6.0]), parts, 1.0)[0]
    smooth = conformal.surroundings(similarity, np.array([6.0, 6.0, 6.0, 5.0, 7.0]), parts, 1.0)[0]
    assert cliff[names.index("their scatter")] == pytest.approx(smooth[names.index("their scatter")])
    assert cliff[names.index("scatter of the closest")] > 5 * smooth[names.index("scatter of the closest")]
    assert cliff[names.index("prediction against the nearest")] == pytest.approx(0.9)
