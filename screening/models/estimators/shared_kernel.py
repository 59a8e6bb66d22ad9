"""The kernel of all compounds of a data set, computed once and shared by the fits that test a model.

A MinMax similarity depends on nothing but the two compounds, so the kernel matrix of a fold is a block of that of all
compounds. Only the descriptors' part, which is cheap, depends on the compounds that a fit sees.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.features.molecule_features import MoleculeFeatures
from screening.models.estimators import gaussian_process, kernels

_ROWS = 512


class SharedKernel:
    """Sums of the MinMax similarities of n molecules to the references among them.

    Parameters
    ----------
    features
        Of the n molecules.
    largest
        Most references; beyond, they are a random sample.
    seed
        Seed of the sample.
    """

    def __init__(self, features: MoleculeFeatures, largest: int, seed: int) -> None:
        rows = gaussian_process.sample(len(features), largest, seed)
        #: Column of each molecule in `sums`, -1 for those that are no references.
        self.columns = np.full(len(features), -1, dtype=np.int64)
        self.columns[rows] = np.arange(len(rows))
        self._count = len(features.tables)
        self._sums = np.zeros((len(features), len(rows)), dtype=np.float32)
        for table in features.tables.values():
            references = kernels.References(table.take(rows))
            for start in range(0, len(features), _ROWS):
                here = np.arange(start, min(start + _ROWS, len(features)))
                self._sums[here] += references.similarity(table.take(here)).astype(np.float32)

    def mean(self, left: SharedFeatures, right: SharedFeatures, standardiser: kernels.Standardiser) -> np.ndarray:
        """Return the mean kernel, as `kernels.MeanKernel` does, of molecules with references, float32."""
        columns = self.columns[right.at]
        found = np.empty((len(left), len(right)), dtype=np.float32)
        physical = standardiser.apply(right.descriptors)
        for start in range(0, len(left), _ROWS):
            here = slice(start, start + _ROWS)
            near = kernels.gaussian(standardiser.apply(left.descriptors[here]), physical)
            found[here] = (self._sums[left.at[here]][:, columns] + near) / (self._count + 1)
        return found


@dataclasses.dataclass(frozen=True)
class SharedFeatures(MoleculeFeatures):
    """Features of molecules of a data set, with their rows in it and the kernel of all."""

    at: np.ndarray
    kernel: SharedKernel

    @classmethod
    def of(cls, features: MoleculeFeatures, largest: int, seed: int) -> SharedFeatures:
        """Compute the kernel of all molecules."""
        kernel = SharedKernel(features, largest, seed)
        return cls(features.tables, features.descriptors, np.arange(len(features)), kernel)

    def take(self, rows: np.ndarray) -> SharedFeatures:
        """Return the molecules at the given positions, or where a boolean array is True."""
        at = np.flatnonzero(rows) if rows.dtype == bool else rows
        plain = super().take(at)
        return SharedFeatures(plain.tables, plain.descriptors, self.at[at], self.kernel)

    def references(self) -> np.ndarray:
        """Return the positions of the references."""
        return np.flatnonzero(self.kernel.columns[self.at] >= 0)

    def plain(self) -> MoleculeFeatures:
        """Return the features alone."""
        return MoleculeFeatures(self.tables, self.descriptors)
