from __future__ import annotations

import numpy as np
import pytest

from screening.models.data import dates
from screening.models.evaluation import leakage, splits
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.training_set import compound_block


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
    test = np.array([True, True, True, True, True, False, False, False])
    report = leakage.leakage_report(
        test,
        test.astype(int),
        smiles=["CCO", "C[C@H](N)O", "CCCC", "CCN", "Oc1ccccn1", "CCO", "C[C@@H](N)O", "O=c1cccc[nH]1"],
        identities=[b"a", b"b", b"c", b"d", b"e", b"a", b"x", b"y"],
        families=[b"fa", b"fx", b"c", b"d", b"e", b"fa", b"fx", b"y"],
        scaffolds=["s1", "s9", "", "s8", "s7", "s1", "", "s6"],
        closeness=np.array([1.0, 0.95, 1.0, 0.35, 0.4]),
        straddling=["salt", "exact", "salt"],
    )
    assert (report.exact, report.salt, report.stereo, report.tautomer) == (2, 2, 1, 1)
    assert (report.same_fingerprint, report.same_scaffold) == (1, 1)
    assert sum(report.histogram) == report.test == 5
    assert report.bars()[2] == ("0.3 to 0.4", 1)
    assert "training holds 2 the compound itself, 2 another salt form" in report.sentence()


def test_isomers_that_are_no_tautomers_do_not_leak() -> None:
    """The same atoms and bonds with the double bond elsewhere: RDKit gives them two canonical tautomers."""
    report = leakage.leakage_report(
        np.array([True, False]),
        np.array([1, 0]),
        smiles=["C=CCCCC", "CC=CCCC"],
        identities=[b"a", b"b"],
        families=[b"a", b"b"],
        scaffolds=["", ""],
        closeness=np.array([0.5]),
    )
    assert report.tautomer == 0
    assert "none has a twin" in report.sentence()


def test_in_cross_validation_a_twin_leaks_only_from_another_fold() -> None:
    everything = np.ones(4, dtype=bool)
    arguments = (["C", "C", "N", "N"], [b"c", b"c", b"n", b"n"], [b"c", b"c", b"n", b"n"], [""] * 4, np.ones(4))
    assert leakage.leakage_report(everything, np.array([0, 0, 1, 1]), *arguments).exact == 0
    assert leakage.leakage_report(everything, np.array([0, 1, 1, 1]), *arguments).exact == 2


def test_clusters_hold_what_is_like_their_centre() -> None:
    smiles = [f"c1ccc(cc1)C(=O)N{'C' * n}" for n in range(6, 12)] + ["CCO", "C1CC1", "NS(=O)(=O)c1ccc(Cl)cc1"]
    block = compound_block(smiles)
    groups = splits.clusters(block.fingerprints)
    assert len(set(groups[:6])) == 1
    assert len(set(groups)) == 4
    similarity = FingerprintIndex(block.fingerprints).similarity(block.fingerprints)
    for row, centre in enumerate(groups):
        assert similarity[row, int(centre)] >= np.float32(0.65)


def test_time_split_tests_the_last_and_cuts_no_day() -> None:
    days = dates.days(["2010"] * 6 + ["2015-03"] * 2 + ["2019-05-31", "31.05.2019", ""])
    test = splits.time_test(days)
    assert test.tolist() == [False] * 8 + [True, True, False]
    assert splits.time_test(dates.days(["2001"] * 9 + ["2002"])).sum() == 1


def test_a_date_that_can_be_read_in_two_ways_is_refused() -> None:
    assert dates.day("31-May-2019") == dates.day("2019-05-31") == dates.day("2019/5/31")
    for text in ("03/04/2020", "2019-13", "soon"):
        with pytest.raises(ValueError, match="one way only"):
            dates.day(text)


def test_leave_target_out_tests_each_target_once() -> None:
    found = splits.leave_group_out(["EGFR", "ABL1", "EGFR"])
    assert [name for name, _ in found] == ["EGFR", "ABL1"]
    assert np.sum([test for _, test in found], axis=0).tolist() == [1, 1, 1]
