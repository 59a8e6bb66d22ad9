from __future__ import annotations

import pickle

import numpy as np
from rdkit import DataStructs

from screening.models.data.measurements import AffinityData
from screening.models.fingerprint_index import FingerprintIndex, nearest
from screening.models.training_set import compound_block


def rdkit_similarity(one: np.ndarray, other: np.ndarray) -> float:
    vectors = [DataStructs.CreateFromBinaryText(row.tobytes()) for row in (one, other)]
    return float(DataStructs.TanimotoSimilarity(*vectors))


def test_similarity_is_that_of_rdkit(small: AffinityData) -> None:
    packed = compound_block(small.smiles[:60]).fingerprints
    found = FingerprintIndex(packed[:40]).similarity(packed[20:])
    expected = [[rdkit_similarity(a, b) for b in packed[:40]] for a in packed[20:]]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_empty_and_full_fingerprints() -> None:
    packed = np.vstack([np.zeros(256, np.uint8), np.full(256, 255, np.uint8)])
    # 2,048 common bits do not fit into a byte: the index must widen.
    np.testing.assert_array_equal(FingerprintIndex(packed).similarity(packed), [[0, 0], [0, 1]])


def test_the_first_of_equal_neighbours_wins() -> None:
    at, closeness = nearest(np.array([[0.2, 0.7, 0.7]], dtype=np.float32))
    assert (at[0], closeness[0]) == (1, np.float32(0.7))


def test_pickles_as_small_as_its_fingerprints(small: AffinityData) -> None:
    index = FingerprintIndex(compound_block(small.smiles).fingerprints)
    index.similarity(index.fingerprints[:1])
    assert len(pickle.dumps(index)) < index.fingerprints.nbytes + 1000
