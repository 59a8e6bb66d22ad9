"""The share of the best products that was found, estimated where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from screening.runs.search.reactions.deviation import Deviation
from screening.runs.search.reactions.product_kernel import Fitted, ProductProcess, Settings
from screening.runs.search.reactions.product_recall import product_recall, sample_free, width_shift
from screening.runs.search.reactions.reaction_space import best_free
from screening.runs.search.recall import Recall
from screening.runs.search.space import Known

SHAPE = (24, 18, 15)
TOP = 50


def process_of(seed: int) -> ProductProcess:
    generator = np.random.default_rng(seed)
    similarities = []
    for count in SHAPE:
        points = generator.standard_normal((count, 4))
        distance = ((points[:, None] - points[None]) ** 2).sum(-1)
        similarities.append(np.exp(-distance / 4).astype(np.float32))
    return ProductProcess(similarities, seed)


def answers_of(process: ProductProcess, seed: int) -> np.ndarray:
    """Draw the answers of all products from a process with known settings."""
    generator = np.random.default_rng(seed)
    drawn = generator.standard_normal(SHAPE)
    for axis, kernel in enumerate(process.kernels(Settings(1.0, 0.8, 0.1, 1.0))):
        root = np.linalg.cholesky(kernel.astype(float) + 1e-6 * np.eye(len(kernel)))
        drawn = np.moveaxis(np.tensordot(root, drawn, axes=(1, axis)), 0, axis)
    return np.asarray(drawn.ravel() + np.sqrt(0.1) * generator.standard_normal(drawn.size))


def searched(process: ProductProcess, answers: np.ndarray, seed: int, rounds: int) -> tuple[Fitted, Known]:
    """Search greedily: 120 products at random, then rounds of 60."""
    generator = np.random.default_rng(seed)
    asked = generator.permutation(len(answers))[:120]
    for _ in range(rounds):
        best, _ = best_free(process.fit(asked, answers[asked]), np.sort(asked), 60, generator)
        asked = np.concatenate([asked, best])
    known = Known(asked, asked, answers[asked], np.arange(len(asked)) < 120, np.zeros(0))
    return process.fit(asked, answers[asked]), known


def test_the_expected_share_is_near_the_true_one() -> None:
    told: list[tuple[Recall, float]] = []
    for seed in range(3):
        process = process_of(seed)
        answers = answers_of(process, seed)
        best = np.argsort(-answers)[:TOP]
        for rounds in (1, 4):
            fitted, known = searched(process, answers, seed, rounds)
            recall = product_recall(fitted, known, known.values, TOP, seed)
            told.append((recall, float(np.isin(best, known.asked).mean())))
    true = np.array([share for _, share in told])
    assert np.ptp(true) > 0.4, "young and old searches"
    errors = np.array([recall.expected for recall, _ in told]) - true
    assert np.sqrt(np.mean(errors**2)) < 0.15
    assert abs(errors.mean()) < 0.1
    assert sum(recall.lower <= share <= recall.upper for recall, share in told) >= 4
    assert np.mean([recall.upper - recall.lower for recall, _ in told]) < 0.5


def test_the_sample_stands_for_all_that_was_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.runs.search.reactions.product_kernel._SLAB", 600)  # several slabs
    process = process_of(0)
    answers = answers_of(process, 0)
    fitted, known = searched(process, answers, 0, 2)
    asked = np.sort(known.asked)
    free = sample_free(fitted, asked, -2.0, np.random.default_rng(0))
    rest = np.setdiff1d(np.arange(len(answers)), asked)
    means = fitted.predict(rest)
    assert not set(free.numbers.tolist()) & set(asked.tolist())
    assert len(set(free.numbers.tolist())) == len(free.numbers) < len(rest)
    assert free.counts.sum() == pytest.approx((means > -2.0).sum(), abs=2)
    assert free.means == pytest.approx(fitted.predict(free.numbers), abs=1e-4)
    assert set(rest[np.argsort(-means)[:900]].tolist()) <= set(free.numbers[free.counts == 1].tolist())
    for level in (-1.0, -0.5, 0.0, 0.5):
        assert free.counts[free.means > level].sum() == pytest.approx((means > level).sum(), rel=0.1, abs=5)
    nothing = sample_free(fitted, np.arange(len(answers)), -2.0, np.random.default_rng(0))
    assert len(nothing.numbers) == len(nothing.counts) == 0


def test_deviations_are_those_of_the_dense_equations() -> None:
    process = process_of(1)
    answers = answers_of(process, 1)
    fitted, known = searched(process, answers, 1, 0)
    settings = fitted.settings
    places = np.unravel_index(known.rows, SHAPE)
    others = np.setdiff1d(np.arange(len(answers)), known.rows)[:50]
    cross = fitted.between(np.unravel_index(others, SHAPE), places)
    inner = fitted.between(places, places) + (settings.noise + 1e-6) * np.eye(len(known.rows))
    variance = settings.amplitude * (1.0 - np.einsum("ij,ji->i", cross, np.linalg.solve(inner, cross.T)))
    deviation = Deviation(fitted, known.rows, known.values)
    assert deviation.of(others) == pytest.approx(np.sqrt(variance), rel=1e-4)
    # One answer, predicted from all others.
    left = np.arange(1, len(known.rows))
    weights = np.linalg.solve(inner[np.ix_(left, left)], inner[left, 0])
    mean = fitted.mean + weights @ (known.values[left] - fitted.mean)
    width = np.sqrt(settings.amplitude * (inner[0, 0] - weights @ inner[left, 0]))
    assert deviation.errors_left_out()[0] == pytest.approx((known.values[0] - mean) / width, rel=1e-3)


def test_widths_follow_errors_that_are_clearly_unusual() -> None:
    usual = 0.88 * np.random.default_rng(0).standard_normal(1_000)
    assert width_shift(usual, 1) == 0.0
    assert width_shift(1.05 * usual, 1) == 0.0, "not clearly"
    assert width_shift(2.0 * usual, 1) == pytest.approx(np.log(2.0) - 0.1, abs=0.06)
    assert width_shift(0.5 * usual, 1) == pytest.approx(np.log(0.5) + 0.1, abs=0.06)
    assert 0.0 < width_shift(2.0 * usual[:60], 1) < width_shift(2.0 * usual, 1), "few errors say less"
    assert width_shift(np.tile(2.0 * usual[:60], 3), 3) == pytest.approx(width_shift(2.0 * usual[:60], 1))
    assert width_shift(np.zeros(0), 1) == width_shift(-np.abs(usual), 1) == 0.0
