from __future__ import annotations

import numpy as np

from screening.models.pairs import limited_pairs
from screening.models.pairs.limited_pairs import Term


def case(seed: int = 0) -> tuple[list[Term], np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    left, right = generator.normal(size=(14, 5)), generator.normal(size=(9, 3))
    term = Term((left @ left.T / 5 + 0.1).astype(np.float32), (right @ right.T / 3 + 0.2).astype(np.float32))
    table = generator.normal(size=(14, 9)) + 5.0
    table[generator.random(table.shape) < 0.3] = np.nan
    own = (0.5 * np.eye(9) + 0.1).astype(np.float32)
    return [term], table, own, np.full(table.shape, 0.3)


def test_without_limits_it_is_kernel_ridge_regression() -> None:
    terms, table, own, noise = case()
    weights, _ = limited_pairs.fit(terms, table, np.zeros(table.shape, dtype=bool), noise, 5.0, own=own)
    known = np.flatnonzero(np.isfinite(table))
    kernel = np.kron(terms[0].compounds, terms[0].targets) + np.kron(np.eye(len(table)), own)
    exact = np.linalg.solve(kernel[np.ix_(known, known)] + 0.3 * np.eye(len(known)), table.ravel()[known] - 5.0)
    np.testing.assert_allclose(weights.ravel()[known], exact, atol=5e-3)
    assert not weights[~np.isfinite(table)].any()


def test_a_limit_that_holds_pulls_nothing() -> None:
    terms, table, own, noise = case()
    at = tuple(np.argwhere(np.isfinite(table))[0])
    weaker = np.zeros(table.shape, dtype=bool)
    weaker[at] = True
    table[at] = 30.0  # any prediction is weaker than that
    weights, _ = limited_pairs.fit(terms, table, weaker, noise, 5.0, own=own)
    without = table.copy()
    without[at] = np.nan
    expected, _ = limited_pairs.fit(terms, without, weaker & False, noise, 5.0, own=own)
    np.testing.assert_allclose(weights, expected, atol=0.02)
    table[at] = -30.0  # no prediction is weaker than that
    as_value, _ = limited_pairs.fit(terms, table, weaker & False, noise, 5.0, own=own)
    as_limit, _ = limited_pairs.fit(terms, table, weaker, noise, 5.0, own=own)
    np.testing.assert_allclose(as_limit, as_value, atol=0.2)
