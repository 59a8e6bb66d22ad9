"""Alignment, identity and clusters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.errors import UsageError
from screening.targets.sequences.clusters import align, clusters, identity_matrix, nearest

_SEQUENCE = st.text("ACDEFGHIKLMNPQRSTVWY", min_size=5, max_size=40)


def test_identity_of_a_known_pair() -> None:
    found = align("HEAGAWGHEE", "HEAGAWGHE")
    assert found.identities == 9
    assert found.identity == 1.0
    assert found.text().splitlines()[0].endswith("HEAGAWGHEE")


@settings(max_examples=40, deadline=None)
@given(_SEQUENCE, _SEQUENCE)
def test_an_alignment_holds_both_sequences(first: str, second: str) -> None:
    found = align(first, second)
    assert found.first.replace("-", "") == first
    assert found.second.replace("-", "") == second
    assert len(found.first) == len(found.second)
    assert found.identities == sum(a == b for a, b in zip(found.first, found.second))
    assert found.score == pytest.approx(align(second, first).score)
    assert align(first, first).identity == 1.0


def test_unusual_letters_are_kept_and_others_refused() -> None:
    assert align("MKUV", "MKCV").first == "MKUV"
    for wrong in ("", "MK V", "MK1"):
        with pytest.raises(UsageError):
            align("MKV", wrong)


def test_clusters_join_neighbours_of_neighbours() -> None:
    identities = np.array([[1.0, 0.5, 0.1, 0.0], [0.5, 1.0, 0.4, 0.0], [0.1, 0.4, 1.0, 0.2], [0.0, 0.0, 0.2, 1.0]])
    assert clusters(identities, 0.3) == [0, 0, 0, 1]
    assert clusters(identities, 0.45) == [0, 0, 1, 2]


def test_matrix_and_nearest() -> None:
    sequences = ["MKVLITGAGSG", "MKVLITGAGSA", "WWWWWWPPPPP"]
    found = identity_matrix(sequences)
    assert found[0, 1] == pytest.approx(10 / 11)
    np.testing.assert_array_equal(found, found.T)
    assert nearest(sequences[0], {"a": sequences[1], "b": sequences[2]})[0] == ("a", pytest.approx(10 / 11))
