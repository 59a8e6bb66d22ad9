"""The fast model: a Tanimoto-kernel Gaussian process averaged with boosted trees.

Both work on what a prepared library already holds (packed Morgan fingerprints and ten properties), and the similarities
that the Gaussian process needs are those that the nearest training compound is found with, so a compound costs tens of
microseconds. Tanimoto kernel: Ralaivola et al., Neural Networks 2005, 18, 1093.
"""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from screening.features.packed_features import PackedFeatures
from screening.models.affinity import CompoundBlock
from screening.models.estimators import gaussian_process
from screening.models.estimators.blockwise import blockwise_product
from screening.models.estimators.boosting import BoostedTrees
from screening.models.fingerprint_index import FingerprintIndex


class SimilarityEnsemble(RegressorMixin, BaseEstimator):
    """Mean of a Gaussian process on Tanimoto similarity and boosted trees; X is `PackedFeatures`.

    Parameters
    ----------
    share
        Part of the Gaussian process in the mean.
    trees
        Boosting rounds.
    largest_kernel
        Above this many training rows the Gaussian process keeps a random sample of them.
    seed
        Seed of all random choices.
    """

    #: What it sees of a compound, for the card.
    sees = ("Morgan radius 2, 2048 bits", "ten properties")
    #: Compounds predicted together.
    block_rows = 512

    def __init__(self, share: float = 0.6, trees: int = 300, largest_kernel: int = 6000, seed: int = 0) -> None:
        self.share = share
        self.trees = trees
        self.largest_kernel = largest_kernel
        self.seed = seed

    @staticmethod
    def inputs(block: CompoundBlock) -> PackedFeatures:
        """Return what the estimator sees of compounds."""
        return PackedFeatures(block.fingerprints, block.properties)

    def fit(self, X: PackedFeatures, y: np.ndarray) -> SimilarityEnsemble:
        """Fit to n compounds and y of shape (n,)."""
        y = np.asarray(y, dtype=np.float64)
        rows = gaussian_process.sample(len(y), self.largest_kernel, self.seed)
        packed = X.fingerprints[rows]
        kernel = FingerprintIndex(packed).similarity(packed)
        np.fill_diagonal(kernel, 1.0)
        posterior = gaussian_process.fit(kernel, y[rows], leave_one_out=False)
        del kernel
        self.weights_ = np.zeros(len(y))
        self.weights_[rows] = posterior.weights
        self.mean_, self.noise_ = posterior.mean, posterior.noise
        self.booster_ = BoostedTrees(trees=self.trees, seed=self.seed).fit(X.sparse(), y)
        return self

    def parts(self, X: PackedFeatures, similarity: np.ndarray) -> np.ndarray:
        """Return the predictions of the two members, float64, shape (n, 2).

        Parameters
        ----------
        X
            n compounds.
        similarity
            float32, shape (n, training rows), Tanimoto.
        """
        return np.column_stack([self.process(similarity), self.booster_.predict(X.matrix())])

    def process(self, similarity: np.ndarray) -> np.ndarray:
        """Return the predictions of the Gaussian process alone, float64, shape (n,)."""
        check_is_fitted(self, "weights_")
        known = np.flatnonzero(self.weights_)
        if len(known) < len(self.weights_):  # the others are no part of the process
            similarity = similarity[:, known]
        return np.asarray(self.mean_ + blockwise_product(similarity, self.weights_[known], self.block_rows))

    def combine(self, parts: np.ndarray) -> np.ndarray:
        """Return the prediction made of those of the members."""
        return np.asarray(self.share * parts[:, 0] + (1 - self.share) * parts[:, 1])
