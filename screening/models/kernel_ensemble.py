"""The accurate model: a Gaussian process on seven kernels averaged with trees on counts and descriptors.

It sees more than every prepared library holds, and costs most of a millisecond a compound (a quarter of that where the
library has its features stored); in a screen a fast stand-in, `screening.models.stand_in`, chooses what it scores.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from screening.features.descriptors import NAMES, SIMPLE
from screening.features.molecule_features import MoleculeFeatures, molecule_features
from screening.features.stored_features import STORED
from screening.models import gaussian_process, kernels
from screening.models.affinity import CompoundBlock
from screening.models.boosting import BoostedTrees
from screening.models.expansion import Expansion
from screening.models.random_trees import RandomTrees
from screening.models.steady import steady_product

#: Fingerprints of the kernels.
KERNELS = STORED
#: Fingerprints of the trees, beside the simple descriptors.
COUNTED = ("Morgan", "atom pair", "long torsion")


class KernelEnsemble(RegressorMixin, BaseEstimator):
    """Mean of a Gaussian process on the mean kernel and of two kinds of trees; X is `MoleculeFeatures`.

    Parameters
    ----------
    share
        Part of the Gaussian process in the mean.
    trees, learning_rate, leaves, column_share
        Of the boosted trees.
    random_trees
        Number of extremely randomised trees, whose mean is averaged with the boosted ones.
    least_present
        The trees see counts that at least so many training compounds have.
    largest_kernel
        Above this many training rows the Gaussian process keeps a random sample of them.
    seed
        Seed of all random choices.
    """

    #: What it sees of a compound, for the card.
    sees = (*(f"{name} counts" for name in KERNELS), f"{len(NAMES)} descriptors")
    #: Compounds predicted together.
    block_rows = 64

    def __init__(
        self,
        share: float = 0.6,
        trees: int = 500,
        learning_rate: float = 0.04,
        leaves: int = 24,
        column_share: float = 0.1,
        random_trees: int = 100,
        least_present: int = 3,
        largest_kernel: int = 6000,
        seed: int = 0,
    ) -> None:
        self.share = share
        self.trees = trees
        self.learning_rate = learning_rate
        self.leaves = leaves
        self.column_share = column_share
        self.random_trees = random_trees
        self.least_present = least_present
        self.largest_kernel = largest_kernel
        self.seed = seed

    @staticmethod
    def inputs(block: CompoundBlock) -> MoleculeFeatures:
        """Return what the estimator sees of compounds."""
        return molecule_features(block.smiles, KERNELS, block.properties) if block.features is None else block.features

    def fit(self, X: MoleculeFeatures, y: np.ndarray) -> KernelEnsemble:
        """Fit to n molecules and y of shape (n,)."""
        y = np.asarray(y, dtype=np.float64)
        rows = gaussian_process.sample(len(y), self.largest_kernel, self.seed)
        self.references_ = X.take(rows)
        self.standardiser_ = kernels.Standardiser.of(self.references_.descriptors)
        self._kernel = kernels.MeanKernel(self.references_, self.standardiser_)
        kernel = self._kernel.to(self.references_)
        posterior = gaussian_process.fit(kernel, y[rows])
        self.weights_, self.mean_, self.noise_ = posterior.weights, posterior.mean, posterior.noise
        self.vocabularies_ = [X.tables[name].vocabulary(min(self.least_present, len(y) // 10)) for name in COUNTED]
        matrix = self._matrix(X)
        self.boosted_ = BoostedTrees(
            trees=self.trees,
            learning_rate=self.learning_rate,
            leaves=self.leaves,
            column_share=self.column_share,
            seed=self.seed,
        ).fit(matrix, y)
        self.random_ = RandomTrees(self.random_trees, seed=self.seed).fit(matrix, y)
        return self

    def _matrix(self, X: MoleculeFeatures) -> np.ndarray:
        counted = [X.tables[name].dense(words) for name, words in zip(COUNTED, self.vocabularies_)]
        return np.hstack([*counted, X.descriptors[:, :SIMPLE]])

    def parts(self, X: MoleculeFeatures, similarity: np.ndarray | None = None) -> np.ndarray:
        """Return the predictions of the process and of the trees, float64, shape (n, 2).

        Tanimoto similarities, which every estimator is offered, are not needed.
        """
        check_is_fitted(self, "weights_")
        if getattr(self, "_kernel", None) is None:
            self._kernel = kernels.MeanKernel(self.references_, self.standardiser_)
        kernel = self._kernel.to(X)
        matrix = self._matrix(X)
        trees = 0.5 * (self.boosted_.predict(matrix) + self.random_.predict(matrix))
        process = self.mean_ + steady_product(kernel, self.weights_, self.block_rows)
        return np.column_stack([process, trees])

    def combine(self, parts: np.ndarray) -> np.ndarray:
        """Return the prediction made of those of the members."""
        return np.asarray(self.share * parts[:, 0] + (1 - self.share) * parts[:, 1])

    def expansion(self) -> Expansion:
        """Return the terms that the Gaussian process is nearly a sum of, at a small part of its cost."""
        check_is_fitted(self, "weights_")
        return Expansion(self.references_, self.standardiser_, self.weights_)

    def __getstate__(self) -> dict[str, Any]:
        # What similarities are computed with is made again from the references where it is needed.
        state = dict(super().__getstate__())
        state.pop("_kernel", None)
        return state
