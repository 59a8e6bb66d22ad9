"""Similarity kernels on count fingerprints and descriptors.

MinMax (generalised Tanimoto): sum of the smaller counts divided by the sum of the larger; a positive definite kernel
(Ralaivola et al., Neural Networks 2005, 18, 1093). Descriptors: a Gaussian of the mean squared difference of
standardised values. The kernel of an ensemble is their plain mean: each part sees molecules in its own way.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.features.count_table import CountTable
from screening.features.molecule_features import MoleculeFeatures
from screening.models.steady import steady_product

_FARTHEST = 5.0
_ROWS = 64


class References:
    """Counts of m reference molecules, turned once into the form that similarities are computed with."""

    def __init__(self, table: CountTable) -> None:
        self._vocabulary = table.vocabulary()
        self._columns = table.thermometer(self._vocabulary).T.tocsr()
        self._totals = table.totals().astype(np.float64)

    def similarity(self, left: CountTable) -> np.ndarray:
        """Return the MinMax similarity of every molecule of `left` to every reference, float64, shape (n, m)."""
        shared = (left.thermometer(self._vocabulary) @ self._columns).toarray().astype(np.float64)
        either = left.totals().astype(np.float64)[:, None] + self._totals[None, :] - shared
        return np.asarray(shared / np.maximum(either, 1.0))


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
    squares -= 2.0 * steady_product(left, np.ascontiguousarray(right.T), _ROWS)
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
