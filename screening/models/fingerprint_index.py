"""Exact Tanimoto similarity of packed fingerprints to a fixed set, fast enough to do it for every compound.

A Morgan fingerprint sets about 45 of 2,048 bits, so the intersections with m reference fingerprints are the sum of 45
columns of length m. Written as sparse times dense product of small integers that costs about 6 us a compound for
2,500 references (a popcount over all words costs 15 times that), and integers make it exact, so the
numbers cannot depend on the batch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from screening.features.packed_features import unpacked

#: Compounds compared together, fewer where there are many references: about so many similarities at a time.
_MOST_ROWS, _FEWEST_ROWS, _CELLS = 1024, 256, 2**24


def _sparse_rows(bits: np.ndarray, dtype: Any) -> sparse.csr_matrix:
    n, width = bits.shape
    flat = np.flatnonzero(bits.ravel().view(bool))
    counts = bits.sum(axis=1, dtype=np.int64)
    pointers = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(counts, out=pointers[1:])
    columns = (flat % width).astype(np.int32)
    return sparse.csr_matrix((np.ones(len(flat), dtype=dtype), columns, pointers), shape=(n, width))


class FingerprintIndex:
    """A set of m packed fingerprints to which similarities are asked for.

    Parameters
    ----------
    fingerprints
        uint8, shape (m, bytes): as in the ``fingerprint`` column of a prepared library.
    """

    def __init__(self, fingerprints: np.ndarray) -> None:
        self.fingerprints = np.ascontiguousarray(fingerprints, dtype=np.uint8)
        self._columns: np.ndarray | None = None
        self._counts: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.fingerprints)

    def __getstate__(self) -> dict[str, Any]:
        # The dense columns are eight times the packed rows: rebuilt where they are needed, never sent.
        return {"fingerprints": self.fingerprints, "_columns": None, "_counts": None}

    def _ready(self) -> tuple[np.ndarray, np.ndarray]:
        if self._columns is None or self._counts is None:
            bits = unpacked(self.fingerprints)
            counts = bits.sum(axis=1, dtype=np.int64)
            # An intersection cannot exceed the bits of either side, so bytes do unless a reference has over 255.
            small = counts.max(initial=0) <= np.iinfo(np.uint8).max
            self._columns = np.ascontiguousarray(bits.T.astype(np.uint8 if small else np.uint16))
            self._counts = counts.astype(np.float32)
        return self._columns, self._counts

    def similarity(self, fingerprints: np.ndarray) -> np.ndarray:
        """Return float32 Tanimoto similarities, shape (n, m); 0 where both fingerprints are empty."""
        columns, counts = self._ready()
        bits = unpacked(fingerprints)
        shared = (_sparse_rows(bits, columns.dtype) @ columns).astype(np.float32)
        union = bits.sum(axis=1, dtype=np.int64).astype(np.float32)[:, None] + counts[None, :]
        union -= shared
        np.maximum(union, 1.0, out=union)
        shared /= union
        return shared


def nearest(similarity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (row of the most similar reference, its similarity) per row; the first one wins a tie."""
    at = similarity.argmax(axis=1).astype(np.int32)
    return at, similarity[np.arange(len(at)), at]


def rows_together(references: int) -> int:
    """Return how many compounds to compare with so many references at a time."""
    return max(_FEWEST_ROWS, min(_MOST_ROWS, _CELLS // max(references, 1)))
