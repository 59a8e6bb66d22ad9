"""Counts of many molecules as arrays: what kernels and trees work on."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse

from screening.features.hashing import scattered

#: Counts above this are cut; a byte holds them, and the sixteenth methyl group tells nothing new.
LARGEST_COUNT = 16


@dataclasses.dataclass(frozen=True)
class CountTable:
    """Counts of n molecules in compressed rows.

    Attributes
    ----------
    pointers
        int64, shape (n + 1,): row i holds entries ``pointers[i]:pointers[i + 1]``.
    words
        uint32: the feature of each entry or, with `codes`, each feature once.
    counts
        uint8, shape (entries,): 1 to `LARGEST_COUNT`.
    codes
        Unsigned integers, shape (entries,): where in `words` the feature of an entry is. What is looked up for a
        feature is then looked up once for all molecules that have it.
    """

    pointers: np.ndarray
    words: np.ndarray
    counts: np.ndarray
    codes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.pointers) - 1

    @classmethod
    def of(cls, rows: Sequence[Mapping[int, int]]) -> CountTable:
        """Make a table of one mapping of feature to count for each molecule."""
        return cls.of_arrays([_arrays(row) for row in rows])

    @classmethod
    def of_arrays(cls, rows: Sequence[tuple[np.ndarray, np.ndarray]]) -> CountTable:
        """Make a table of (features, uint32 and rising; counts) of each molecule."""
        pointers = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(features) for features, _ in rows], out=pointers[1:])
        if not pointers[-1]:
            return cls(pointers, np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.uint8))
        counts = np.concatenate([found for _, found in rows])
        return cls(
            pointers,
            np.concatenate([features for features, _ in rows]).astype(np.uint32, copy=False),
            np.minimum(counts, LARGEST_COUNT).astype(np.uint8),
        )

    @classmethod
    def joined(cls, tables: Sequence[CountTable]) -> CountTable:
        """Return the molecules of several tables, one after the other."""
        lengths = [np.zeros(1, dtype=np.int64), *(np.diff(table.pointers) for table in tables)]
        features, counts = (
            np.concatenate(column) for column in zip(*((each.features, each.counts) for each in tables))
        )
        return cls(np.cumsum(np.concatenate(lengths)), features, counts)

    @property
    def features(self) -> np.ndarray:
        """Feature of each entry, uint32, shape (entries,)."""
        return self.of_entries(self.words)

    def of_entries(self, of_words: np.ndarray) -> np.ndarray:
        """Return for each entry what `of_words` holds for its feature."""
        return of_words if self.codes is None else of_words[self.codes]

    def coded(self) -> CountTable:
        """Return the same table with each feature named once, in rising order."""
        words, codes = np.unique(self.features, return_inverse=True)
        small = np.uint16 if len(words) <= np.iinfo(np.uint16).max else np.uint32
        return CountTable(self.pointers, words, self.counts, codes.astype(small))

    def take(self, rows: np.ndarray) -> CountTable:
        """Return the rows at the given positions."""
        lengths = np.diff(self.pointers)[rows]
        pointers = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(lengths, out=pointers[1:])
        entries = np.repeat(self.pointers[:-1][rows] - pointers[:-1], lengths) + np.arange(pointers[-1])
        if self.codes is None or len(entries) < len(self.words):  # few rows do not carry the words of all
            words = self.words[entries if self.codes is None else self.codes[entries]]
            return CountTable(pointers, words, self.counts[entries])
        return CountTable(pointers, self.words, self.counts[entries], self.codes[entries])

    def totals(self) -> np.ndarray:
        """Return the sum of the counts of each molecule, float32, shape (n,)."""
        sums = np.concatenate([[0], np.cumsum(self.counts, dtype=np.int64)])
        return (sums[self.pointers[1:]] - sums[self.pointers[:-1]]).astype(np.float32)

    def places(self, vocabulary: np.ndarray) -> np.ndarray:
        """Return where in a sorted vocabulary the feature of each entry is, int64; -1 where it is not."""
        if not len(vocabulary):
            return np.full(len(self.counts), -1)
        at = np.minimum(np.searchsorted(vocabulary, self.words), len(vocabulary) - 1)
        return self.of_entries(np.where(vocabulary[at] == self.words, at, -1))

    def thermometer(self, vocabulary: np.ndarray) -> sparse.csr_matrix:
        """Return a 0/1 matrix, float32, with a column for each feature of `vocabulary` and each count.

        The product of two such matrices is the sum of the smaller counts. Features outside the vocabulary are left
        out; they can only add to `totals`.
        """
        at = self.places(vocabulary)
        levels = np.where(at >= 0, self.counts, 0).astype(np.int64)
        starts = np.concatenate([[0], np.cumsum(levels)])
        step = np.arange(starts[-1]) - np.repeat(starts[:-1], levels)
        columns = np.repeat(at * LARGEST_COUNT, levels) + step
        shape = (len(self), len(vocabulary) * LARGEST_COUNT)
        return sparse.csr_matrix((np.ones(len(columns), dtype=np.float32), columns, starts[self.pointers]), shape=shape)

    def dense(self, vocabulary: np.ndarray) -> np.ndarray:
        """Return counts of the features of `vocabulary`, float32, shape (n, len(vocabulary))."""
        found = np.zeros((len(self), len(vocabulary)), dtype=np.float32)
        at = self.places(vocabulary)
        rows = np.repeat(np.arange(len(self)), np.diff(self.pointers))
        found[rows[at >= 0], at[at >= 0]] = self.counts[at >= 0]
        return found

    def sparse(self, vocabulary: np.ndarray) -> sparse.csr_matrix:
        """Return what `dense` does as a compressed matrix."""
        at = self.places(vocabulary)
        there = at >= 0
        pointers = np.concatenate([[0], np.cumsum(there)])[self.pointers]
        shape = (len(self), len(vocabulary))
        return sparse.csr_matrix((self.counts[there].astype(np.float32), at[there], pointers), shape=shape)

    def vocabulary(self, least: int = 1) -> np.ndarray:
        """Return the features that at least `least` molecules have, uint32, sorted."""
        features, present = np.unique(self.features, return_counts=True)
        return features[present >= least]


def _arrays(row: Mapping[int, int]) -> tuple[np.ndarray, np.ndarray]:
    keys = np.fromiter(row.keys(), dtype=np.uint64, count=len(row))
    values = np.fromiter(row.values(), dtype=np.int64, count=len(row))
    # The few fingerprints whose feature numbers need more than 32 bits are hashed to as many.
    keys = np.where(keys >> np.uint64(32), scattered(keys) >> np.uint64(32), keys)
    order = np.argsort(keys)
    return keys[order].astype(np.uint32), values[order]
