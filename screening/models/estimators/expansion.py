"""A Gaussian process on similarity kernels, expanded so that a prediction costs a sum over the compound's features.

A MinMax similarity is s / (t - s): s the shared counts, t the counts of both compounds. In a library s is small against
t for nearly all pairs, so the similarity is nearly proportional to s / t; and s is a sum over features. The weighted
sum over all training compounds, which is what the Gaussian process predicts, is then a sum of one number for each
feature and count: no training compound has to be looked at. For fixed features s / t depends on the compound's own
total x as 1 / (x + r) for a training compound of total r; this is interpolated in 1 / (x + c), c being the mean total,
between three values and 0, where it is exact.

The Gaussian kernel of the descriptors, exp(-(a - b)^2 / 2d), is exp(-a^2 / 2d) exp(-b^2 / 2d) exp(ab / d), and the
last factor is expanded to its second order: a number, a vector and a matrix.

Both are first terms of Taylor series; how well they follow the Gaussian process is measured where they are used.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from screening.features.count_table import LARGEST_COUNT, CountTable
from screening.features.molecule_features import MoleculeFeatures
from screening.models.estimators.blockwise import blockwise_product
from screening.models.estimators.kernels import Standardiser

#: Totals, in mean totals of the training compounds, at which the dependence on a compound's own total is exact.
_NODES = np.array([0.25, 1.0, 3.0])
_LEVELS = LARGEST_COUNT + 1
_ROWS = 64


class TableExpansion:
    """Sum of weighted MinMax similarities to the compounds of a table, to the first order in the shared counts."""

    def __init__(self, references: CountTable, weights: np.ndarray) -> None:
        self._vocabulary = references.vocabulary()
        totals = references.totals().astype(np.float64)
        self._centre = float(max(totals.mean(), 1.0))
        shared = references.thermometer(self._vocabulary)
        scaled = weights[:, None] / (_NODES[None, :] * self._centre + totals[:, None])
        levels = (shared.T @ scaled).reshape(-1, LARGEST_COUNT, len(_NODES))
        sums = np.zeros((len(self._vocabulary) + 1, _LEVELS, len(_NODES)))
        np.cumsum(levels, axis=1, out=sums[1:, 1:])  # the first word stands for all that are not in the vocabulary
        self._sums = sums.reshape(-1, len(_NODES)).astype(np.float32)
        # Lagrange's polynomials through the nodes and 0, in 1 / (x + c).
        self._places = 1.0 / ((_NODES + 1.0) * self._centre)

    def of(self, table: CountTable) -> np.ndarray:
        """Return the sum for each of n compounds, float64, shape (n,)."""
        at = (table.places(self._vocabulary) + 1) * _LEVELS + table.counts
        ones = np.ones(len(at), dtype=np.float32)
        chosen = sparse.csr_matrix((ones, at, table.pointers), shape=(len(table), len(self._sums)))
        sums = (chosen @ self._sums).astype(np.float64)
        y = 1.0 / (table.totals().astype(np.float64) + self._centre)
        found = np.zeros(len(table))
        for node, place in enumerate(self._places):
            others = np.delete(self._places, node)
            share = y / place * np.prod((y[:, None] - others) / (place - others), axis=1)
            found += share * sums[:, node]
        return found


class Expansion:
    """The terms of an expanded process: one for each fingerprint and three for the descriptors.

    Parameters
    ----------
    references
        Training compounds of the Gaussian process.
    standardiser
        Of their descriptors.
    weights
        float64, shape (m,): of the Gaussian process.
    """

    def __init__(self, references: MoleculeFeatures, standardiser: Standardiser, weights: np.ndarray) -> None:
        self._tables = {name: TableExpansion(table, weights) for name, table in references.tables.items()}
        self._standardiser = standardiser
        values = standardiser.apply(references.descriptors)
        self._width = max(values.shape[1], 1)
        near = weights * np.exp(-0.5 * (values**2).sum(axis=1) / self._width)
        self._sum = float(near.sum())
        first = values.T @ near / self._width
        second = (values.T * near) @ values / (2.0 * self._width**2)
        self._products = np.ascontiguousarray(np.column_stack([first, second]))

    @property
    def count(self) -> int:
        """Number of terms."""
        return len(self._tables) + 3

    def terms(self, X: MoleculeFeatures) -> np.ndarray:
        """Return the terms of n compounds, float64, shape (n, count); those of a compound never depend on others."""
        columns = [expansion.of(X.tables[name]) for name, expansion in self._tables.items()]
        values = np.ascontiguousarray(self._standardiser.apply(X.descriptors))  # rows are then summed alone
        near = np.exp(-0.5 * (values**2).sum(axis=1) / self._width)
        products = blockwise_product(values, self._products, _ROWS)
        columns += [near * self._sum, near * products[:, 0], near * (products[:, 1:] * values).sum(axis=1)]
        return np.column_stack(columns)
