from __future__ import annotations

import numpy as np

from screening.models import leakage, splits


def test_no_scaffold_is_cut_in_two() -> None:
    smiles = [f"c1ccccc1{'C' * n}" for n in range(1, 30)] + [f"C1CCCCC1{'C' * n}" for n in range(1, 8)] + ["CCO", "CCN"]
    frames = splits.scaffolds(smiles)
    test = splits.scaffold_test(smiles)
    assert set(frames) == {"c1ccccc1", "C1CCCCC1", ""}
    assert {frames[row] for row in np.flatnonzero(test)} & {frames[row] for row in np.flatnonzero(~test)} == set()
    assert 0 < test.sum() <= 9


def test_the_largest_group_is_never_tested_on() -> None:
    test = splits.grouped_test(["a"] * 70 + ["b"] * 10 + [f"x{n}" for n in range(20)])
    assert not test[:80].any()
    assert test.sum() == 20


def test_folds_are_even_in_size_and_in_y() -> None:
    y = np.random.default_rng(0).exponential(size=503)
    fold = splits.folds(503, 5, seed=3, y=y)
    assert set(np.bincount(fold)) <= {100, 101}
    means = [y[fold == number].mean() for number in range(5)]
    assert max(means) - min(means) < 0.1
    np.testing.assert_array_equal(fold, splits.folds(503, 5, seed=3, y=y))


def test_leakage_counts_each_twin_once() -> None:
    test = np.array([True, True, True, True, False, False])
    report = leakage.leakage_report(
        test,
        identities=[b"a", b"b", b"c", b"d", b"a", b"x"],
        families=[b"fa", b"fx", b"c", b"d", b"fa", b"fx"],
        scaffolds=["s1", "s9", "", "s8", "s1", ""],
        closeness=np.array([1.0, 0.95, 1.0, 0.35]),
    )
    assert (report.exact, report.stereo, report.same_fingerprint, report.same_scaffold) == (1, 1, 1, 1)
    assert sum(report.histogram) == report.test == 4
    assert "1 have the same parent" in report.sentence()
