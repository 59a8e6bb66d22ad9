from __future__ import annotations

import numpy as np
import pytest

from screening.models.estimators import gaussian_process
from screening.models.pairs import pair_regression


def kernel_of(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * ((points[:, None, :] - others[None, :, :]) ** 2).sum(-1))


@pytest.fixture
def points() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(40, 3))


def test_leave_one_out_is_what_leaving_one_out_gives(points: np.ndarray) -> None:
    y = points[:, 0] + 0.1 * np.random.default_rng(2).normal(size=40)
    kernel = kernel_of(points, points)
    found = gaussian_process.fit(kernel, y)
    for left in (0, 7, 39):
        rest = np.arange(40) != left
        inner = kernel[np.ix_(rest, rest)] + found.noise * np.eye(39)
        weights = np.linalg.solve(inner, y[rest] - found.mean)
        assert found.leave_one_out[left] == pytest.approx(found.mean + kernel[left, rest] @ weights, abs=1e-5)


def test_agrees_with_scikit_learn_at_its_noise(points: np.ndarray) -> None:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF

    y = np.sin(points[:, 0])
    found = gaussian_process.fit(kernel_of(points, points), y)
    other = GaussianProcessRegressor(RBF(1.0, "fixed"), alpha=found.noise, optimizer=None).fit(points, y - found.mean)
    new = np.random.default_rng(3).normal(size=(5, 3))
    np.testing.assert_allclose(
        found.mean + kernel_of(new, points) @ found.weights, found.mean + other.predict(new), atol=1e-6
    )


def test_noise_is_found(points: np.ndarray) -> None:
    quiet = gaussian_process.fit(kernel_of(points, points), np.sin(points[:, 0]))
    loud = gaussian_process.fit(kernel_of(points, points), np.random.default_rng(4).normal(size=40))
    assert quiet.noise < loud.noise


@pytest.mark.parametrize("gaps", [0.0, 0.4])
def test_pair_regression_is_the_fit_of_all_measured_pairs(points: np.ndarray, gaps: float) -> None:
    generator = np.random.default_rng(5)
    compounds, targets = points[:12], generator.normal(size=(9, 2))
    first, second = kernel_of(compounds, compounds), kernel_of(targets, targets)
    table = generator.normal(size=(12, 9)) + compounds[:, :1] * targets[:, 0]
    table[generator.random((12, 9)) < gaps] = np.nan
    noise = generator.uniform(0.3, 2.0, size=(12, 9))
    found = pair_regression.fit(first, second, table, noise=noise, most_steps=500, tolerance=1e-7)
    there = np.isfinite(table).ravel()
    full = np.kron(first + found.compound_constant, second + found.target_constant)[np.ix_(there, there)]
    weights = np.zeros(108)
    weights[there] = np.linalg.solve(full + np.diag(noise.ravel()[there]), table.ravel()[there] - found.mean)
    new = kernel_of(generator.normal(size=(3, 3)), compounds)
    expected = found.mean + np.kron(new + found.compound_constant, second + found.target_constant) @ weights
    np.testing.assert_allclose(found.predict(new, second).ravel(), expected, atol=2e-3)
