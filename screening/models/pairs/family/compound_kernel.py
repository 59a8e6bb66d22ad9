"""The kernel of the compounds of a family model: bits and counts of fragments and descriptors, each with its part.

Tanimoto similarity of fingerprint bits is the first part. The second is the mean of MinMax similarities of count
fingerprints and of a Gaussian of descriptors (`screening.models.estimators.kernels`), which are what a library can have
stored (`screening.features.library_features`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from screening.features.molecule_features import MoleculeFeatures
from screening.models.affinity import CompoundBlock
from screening.models.estimators.blockwise import blockwise_product
from screening.models.estimators.expansion import Expansion
from screening.models.estimators.kernels import MeanKernel, Standardiser
from screening.models.fingerprint_index import FingerprintIndex

#: Compounds compared together: the rest of what a row costs is large against it.
_ROWS = 256


@dataclasses.dataclass(frozen=True)
class CompoundKernel:
    """Similarity of compounds to the m training compounds.

    Attributes
    ----------
    share
        Part of the mean kernel; the rest is Tanimoto similarity.
    references
        Features of the training compounds.
    standardiser
        Of their descriptors.
    """

    share: float
    references: MoleculeFeatures
    standardiser: Standardiser

    @classmethod
    def of(cls, block: CompoundBlock, share: float) -> CompoundKernel:
        """Return the kernel to the m compounds of a block."""
        references = block.all_features()
        return cls(share, references, Standardiser.of(references.descriptors))

    @cached_property
    def _mean(self) -> MeanKernel:
        return MeanKernel(self.references, self.standardiser)

    def __getstate__(self) -> dict[str, Any]:
        # What similarities are computed with is several times larger than the features it is made of.
        return {name: value for name, value in self.__dict__.items() if name != "_mean"}

    def rows(self, block: CompoundBlock, tanimoto: np.ndarray) -> np.ndarray:
        """Return the kernel of n compounds to the training compounds, float32, shape (n, m).

        Parameters
        ----------
        block
            The compounds, whose features are worked out where it does not hold them.
        tanimoto
            float32, shape (n, m): their Tanimoto similarities.
        """
        found = np.empty(tanimoto.shape, dtype=np.float32)
        for start in range(0, len(block), _ROWS):
            here = np.arange(start, min(start + _ROWS, len(block)))
            mean = self._mean.to(block.take(here).all_features())
            found[here] = (1.0 - self.share) * tanimoto[here] + self.share * mean
        return found

    def expanded(self, index: FingerprintIndex, weights: np.ndarray) -> Callable[[CompoundBlock], np.ndarray]:
        """Return what gives the terms that the sum of weighted rows is nearly a sum of, at a small part of the cost.

        Parameters
        ----------
        index
            Fingerprints of the training compounds.
        weights
            float64, shape (m,).

        Returns
        -------
        callable
            From n compounds, with their features, to float64, shape (n, terms): the weighted Tanimoto similarities,
            and the terms of `screening.models.estimators.expansion`.
        """
        expansion = Expansion(self.references, self.standardiser, weights)

        def terms(block: CompoundBlock) -> np.ndarray:
            near = blockwise_product(index.similarity(block.fingerprints), weights[:, None], _ROWS)
            return np.hstack([near, expansion.terms(block.all_features())])

        return terms

    def to_state(self) -> dict[str, Any]:
        """Return plain containers, arrays and tables to store."""
        tables = {name: table.coded() for name, table in self.references.tables.items()}
        references = MoleculeFeatures(tables, self.references.descriptors)
        return {"share": self.share, "references": references, "standardiser": self.standardiser}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> CompoundKernel:
        """Make one of what `to_state` returned."""
        return cls(float(state["share"]), state["references"], state["standardiser"])
