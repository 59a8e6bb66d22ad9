from __future__ import annotations

import numpy as np
import pytest

from screening.models import low_rank
from screening.models.pair_boosting import PairBoosting


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
