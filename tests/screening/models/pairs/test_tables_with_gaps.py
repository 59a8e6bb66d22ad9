from __future__ import annotations

import numpy as np
import pytest

from screening.models.pairs import low_rank, pair_neighbours
from screening.models.pairs.pair_boosting import PairBoosting
from screening.models.pairs.pair_process import PairProcess, shared_pattern


def made(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Kernels and a table of rank two that follows them, with effects of rows and columns."""
    generator = np.random.default_rng(seed)
    left, right = generator.normal(size=(40, 2)), generator.normal(size=(30, 2))
    table = 6 + 0.3 * generator.normal(size=(40, 1)) + 0.3 * generator.normal(size=30) + left @ right.T

    def kernel(points: np.ndarray) -> np.ndarray:
        return np.exp(-0.5 * ((points[:, None, :] - points[None, :, :]) ** 2).sum(-1))

    return kernel(left), kernel(right), table


@pytest.fixture
def gaps() -> np.ndarray:
    return np.random.default_rng(1).random((40, 30)) < 0.3


def test_low_rank_factors_find_a_table_of_low_rank(gaps: np.ndarray) -> None:
    _, _, table = made()
    found = low_rank.complete(np.where(gaps, np.nan, table), rank=3, penalty=0.1, rounds=30)
    assert np.sqrt(np.mean((found - table)[gaps] ** 2)) < 0.2 * table[gaps].std()


def test_a_row_without_values_gets_the_mean_effects() -> None:
    _, _, table = made()
    table[3] = np.nan
    found = low_rank.complete(table, rank=2, penalty=1.0)
    assert np.isfinite(found).all()
    assert abs(found[3].mean() - np.nanmean(table)) < 0.5


def test_the_process_over_pairs_is_the_fit_by_the_whole_kernel(gaps: np.ndarray) -> None:
    """Solved at once from the kernel of all 840 measured pairs, written out."""
    compounds, targets, table = made()
    known = np.where(gaps, np.nan, table)
    process = PairProcess(noise=0.3, most_steps=2000, tolerance=1e-7)
    joined = 0.8 * compounds + 0.2 * shared_pattern(~gaps)
    one, same_compound, same_target = np.ones((40, 40)), np.eye(40), np.eye(30)
    kernel = np.kron(joined**2, process.compound_target * targets + process.compound)
    kernel += np.kron(joined**4, process.close_target * targets**4 + process.close_same * same_target)
    kernel += np.kron(same_compound, process.own_target * targets + process.own)
    kernel += process.target * np.kron(one, targets + same_target)
    there = (~gaps).ravel()
    mean = np.nanmean(known)
    weights = np.linalg.solve(kernel[np.ix_(there, there)] + 0.3 * np.eye(there.sum()), known.ravel()[there] - mean)
    expected = mean + kernel[:, there] @ weights
    found = process.complete(compounds, targets, known)
    np.testing.assert_allclose(found.ravel(), expected, atol=5e-3)


def test_the_pattern_of_gaps_tells_who_was_measured_together() -> None:
    observed = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 1, 1, 0], [0, 0, 0, 0]], dtype=bool)
    found = shared_pattern(observed)
    np.testing.assert_allclose(found[0], [1, 1, 0, 0.5, 0], atol=1e-6)
    assert found[4, 4] == 1


def test_nearest_measured_compounds_are_others_in_order() -> None:
    kernel = np.array([[1, 0.9, 0.5], [0.9, 1, 0.2], [0.5, 0.2, 1]])
    table = np.array([[1.0, np.nan], [2.0, np.nan], [3.0, 7.0]])
    values, closeness = np.split(pair_neighbours.nearest_compounds(kernel, table, 2), 2)
    np.testing.assert_array_equal(values[:, :, 0].T, [[2, 3], [1, 3], [1, 2]])
    np.testing.assert_allclose(closeness[:, :, 0].T, [[0.9, 0.5], [0.9, 0.2], [0.5, 0.2]])
    np.testing.assert_array_equal(values[:, 2, 1], [np.nan, np.nan])
    np.testing.assert_array_equal(closeness[:, 2, 1], [0, 0])
    turned = pair_neighbours.nearest_targets(kernel, table.T, 2)
    np.testing.assert_array_equal(turned, np.concatenate([values, closeness]).transpose(0, 2, 1))


def test_only_the_pairs_asked_for_are_predicted(gaps: np.ndarray) -> None:
    compounds, targets, table = made()
    settings = PairBoosting(compound_components=5, target_components=5, rank=3, trees=20, leaves=7, boosters=1)
    known = np.where(gaps, np.nan, table)
    some = settings.complete(compounds, targets, known, gaps)
    assert (np.isfinite(some) == gaps).all()
    np.testing.assert_array_equal(some[gaps], settings.complete(compounds, targets, known)[gaps])


def test_boosting_beats_what_it_is_made_of(gaps: np.ndarray) -> None:
    compounds, targets, table = made()
    settings = PairBoosting(compound_components=5, target_components=5, rank=3, trees=150, leaves=7, boosters=1)
    known = np.where(gaps, np.nan, table)
    found = settings.complete(compounds, targets, known)
    error = np.mean((found - table)[gaps] ** 2)
    assert error < 0.3 * table[gaps].var()
    np.testing.assert_array_equal(found, settings.complete(compounds, targets, known))


def test_a_pair_does_not_see_its_own_value(gaps: np.ndarray) -> None:
    """A wildly wrong single value must not be reproduced: it is learnt from other pairs only."""
    compounds, targets, table = made()
    known = np.where(gaps, np.nan, table)
    i, j = (int(at[0]) for at in np.nonzero(~gaps))
    known[i, j] = 60.0
    settings = PairBoosting(compound_components=5, target_components=5, rank=3, trees=60, leaves=7, boosters=1)
    assert settings.complete(compounds, targets, known)[i, j] < 30
