"""Similarity kernels on count fingerprints and descriptors.

MinMax (generalised Tanimoto): sum of the smaller counts divided by the sum of the larger; a positive definite kernel
(Ralaivola et al., Neural Networks 2005, 18, 1093). Descriptors: a Gaussian of the mean squared difference of
standardised values. The kernel of an ensemble is their plain mean: each part sees molecules in its own way.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from scipy import sparse

from screening.features.count_table import CountTable
from screening.features.molecule_features import MoleculeFeatures
from screening.models.estimators.blockwise import blockwise_product

_FARTHEST = 5.0
_ROWS = 64
#: Share of the references from which on a column is kept dense.
_COMMON = 0.02


class References:
    """Counts of m reference molecules, turned once into the form that similarities are computed with.

    Sums of the smaller counts are products of 0/1 matrices with a column for each feature and count. Columns that many
    references share are kept dense, where adding them up is fastest, the others sparse.
    """

    def __init__(self, table: CountTable) -> None:
        self._vocabulary = table.vocabulary()
        self._totals = table.totals().astype(np.float64)
        shared = table.thermometer(self._vocabulary).tocsc()
        common = np.diff(shared.indptr) > max(1, _COMMON * len(table))
        # Sums of the smaller counts never exceed the total of either side.
        small = self._totals.max(initial=0.0) <= np.iinfo(np.uint8).max
        self._dense = np.ascontiguousarray(shared[:, common].toarray().T.astype(np.uint8 if small else np.uint16))
        self._sparse = shared[:, ~common].T.tocsr()
        # Column of `thermometer` to column of the dense part, or of the sparse part.
        self._place = np.where(common, np.cumsum(common) - 1, np.negative(np.cumsum(~common)))

    def similarity(self, left: CountTable) -> np.ndarray:
        """Return the MinMax similarity of every molecule of `left` to every reference, float64, shape (n, m)."""
        full = left.thermometer(self._vocabulary)
        place = self._place[full.indices]
        rows = np.repeat(np.arange(len(left)), np.diff(full.indptr))
        dense = _ones(rows, place, place >= 0, (len(left), len(self._dense)), self._dense.dtype)
        sparse_ = _ones(rows, -place - 1, place < 0, (len(left), self._sparse.shape[0]), np.float32)
        shared = (dense @ self._dense).astype(np.float64)
        shared += (sparse_ @ self._sparse).toarray()
        either = left.totals().astype(np.float64)[:, None] + self._totals[None, :] - shared
        return np.asarray(shared / np.maximum(either, 1.0))


def _ones(
    rows: np.ndarray, columns: np.ndarray, here: np.ndarray, shape: tuple[int, int], dtype: Any
) -> sparse.csr_matrix:
    pointers = np.searchsorted(rows[here], np.arange(shape[0] + 1)).astype(np.int32)
    chosen = columns[here].astype(np.int32)
    return sparse.csr_matrix((np.ones(len(chosen), dtype=dtype), chosen, pointers), shape=shape)


def minmax(left: CountTable, right: CountTable) -> np.ndarray:
    """Return the MinMax similarity of every molecule of `left` to every one of `right`, float64, shape (n, m)."""
    return References(right).similarity(left)


@dataclasses.dataclass(frozen=True)
class Standardiser:
    """Centre and width of each descriptor that varies over the training compounds."""

    columns: np.ndarray
    centre: np.ndarray
    width: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> Standardiser:
        """Learn from descriptors of shape (m, d)."""
        values = values.astype(np.float64)
        width = values.std(axis=0)
        columns = np.flatnonzero(width > 1e-5 * (1.0 + np.abs(values).mean(axis=0)))
        return cls(columns.astype(np.int32), values.mean(axis=0)[columns], width[columns])

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return standardised descriptors, float64, cut at five widths."""
        scaled = (values[:, self.columns].astype(np.float64) - self.centre) / self.width
        return np.asarray(np.clip(scaled, -_FARTHEST, _FARTHEST))


def gaussian(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return exp(-d/2) of the mean squared difference d of standardised rows, float64, shape (n, m)."""
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None, :]
    squares -= 2.0 * blockwise_product(left, np.ascontiguousarray(right.T), _ROWS)
    return np.asarray(np.exp(-0.5 * np.maximum(squares, 0.0) / max(left.shape[1], 1)))


class MeanKernel:
    """The mean of the kernels of all fingerprints and of the descriptors, to m reference molecules."""

    def __init__(self, references: MoleculeFeatures, standardiser: Standardiser) -> None:
        self._standardiser = standardiser
        self._physical = standardiser.apply(references.descriptors)
        self._tables = {name: References(table) for name, table in references.tables.items()}

    def to(self, left: MoleculeFeatures) -> np.ndarray:
        """Return the kernel of every molecule of `left` with every reference, float64, shape (n, m)."""
        total = gaussian(self._standardiser.apply(left.descriptors), self._physical)
        for name, references in self._tables.items():
            total += references.similarity(left.tables[name])
        return total / (len(self._tables) + 1)
