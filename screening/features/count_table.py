"""Counts of many molecules as arrays: what kernels and trees work on."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse

#: Counts above this are cut; a byte holds them, and the sixteenth methyl group tells nothing new.
LARGEST_COUNT = 16


@dataclasses.dataclass(frozen=True)
class CountTable:
    """Counts of n molecules in compressed rows.

    Attributes
    ----------
    pointers
        int64, shape (n + 1,): row i holds entries ``pointers[i]:pointers[i + 1]``.
    features
        int64, shape (entries,): feature of each entry, rising within a row.
    counts
        uint8, shape (entries,): 1 to `LARGEST_COUNT`.
    """

    pointers: np.ndarray
    features: np.ndarray
    counts: np.ndarray

    def __len__(self) -> int:
        return len(self.pointers) - 1

    @classmethod
    def of(cls, rows: Sequence[Mapping[int, int]]) -> CountTable:
        """Make a table of one mapping of feature to count for each molecule."""
        return cls.of_arrays([_arrays(row) for row in rows])

    @classmethod
    def of_arrays(cls, rows: Sequence[tuple[np.ndarray, np.ndarray]]) -> CountTable:
        """Make a table of (features, int64 and rising; counts) of each molecule."""
        pointers = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(features) for features, _ in rows], out=pointers[1:])
        if not pointers[-1]:
            return cls(pointers, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint8))
        counts = np.concatenate([found for _, found in rows])
        return cls(
            pointers,
            np.concatenate([features for features, _ in rows]).astype(np.int64),
            np.minimum(counts, LARGEST_COUNT).astype(np.uint8),
        )

    def take(self, rows: np.ndarray) -> CountTable:
        """Return the rows at the given positions."""
        lengths = np.diff(self.pointers)[rows]
        pointers = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(lengths, out=pointers[1:])
        entries = np.repeat(self.pointers[:-1][rows] - pointers[:-1], lengths) + np.arange(pointers[-1])
        return CountTable(pointers, self.features[entries], self.counts[entries])

    def totals(self) -> np.ndarray:
        """Return the sum of the counts of each molecule, float32, shape (n,)."""
        sums = np.concatenate([[0], np.cumsum(self.counts, dtype=np.int64)])
        return (sums[self.pointers[1:]] - sums[self.pointers[:-1]]).astype(np.float32)

    def thermometer(self, vocabulary: np.ndarray) -> sparse.csr_matrix:
        """Return a 0/1 matrix, float32, with a column for each feature of `vocabulary` and each count.

        The product of two such matrices is the sum of the smaller counts. Features outside the vocabulary are left
        out; they can only add to `totals`.
        """
        at = np.searchsorted(vocabulary, self.features)
        at[at == len(vocabulary)] = 0
        known = vocabulary[at] == self.features if len(vocabulary) else np.zeros(len(self.features), dtype=bool)
        levels = np.where(known, self.counts, 0).astype(np.int64)
        starts = np.concatenate([[0], np.cumsum(levels)])
        step = np.arange(starts[-1]) - np.repeat(starts[:-1], levels)
        columns = np.repeat(at * LARGEST_COUNT, levels) + step
        shape = (len(self), len(vocabulary) * LARGEST_COUNT)
        return sparse.csr_matrix((np.ones(len(columns), dtype=np.float32), columns, starts[self.pointers]), shape=shape)

    def dense(self, vocabulary: np.ndarray) -> np.ndarray:
        """Return counts of the features of `vocabulary`, float32, shape (n, len(vocabulary))."""
        found = np.zeros((len(self), len(vocabulary)), dtype=np.float32)
        if len(vocabulary):
            at = np.minimum(np.searchsorted(vocabulary, self.features), len(vocabulary) - 1)
            known = vocabulary[at] == self.features
            rows = np.repeat(np.arange(len(self)), np.diff(self.pointers))
            found[rows[known], at[known]] = self.counts[known]
        return found

    def vocabulary(self, least: int = 1) -> np.ndarray:
        """Return the features that at least `least` molecules have, int64, sorted."""
        features, present = np.unique(self.features, return_counts=True)
        return features[present >= least]


def _arrays(row: Mapping[int, int]) -> tuple[np.ndarray, np.ndarray]:
    # Feature numbers of 64 bits can exceed a signed integer: they are wrapped, not lost.
    keys = np.fromiter(row.keys(), dtype=np.uint64, count=len(row)).view(np.int64)
    values = np.fromiter(row.values(), dtype=np.int64, count=len(row))
    order = np.argsort(keys)
    return keys[order], values[order]
