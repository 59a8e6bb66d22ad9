"""The fast model: a Tanimoto-kernel Gaussian process averaged with boosted trees.

Both work on what a prepared library already holds (packed Morgan fingerprints and ten properties), and the similarities
that the Gaussian process needs are those that the nearest training compound is found with, so a compound costs tens of
microseconds. Tanimoto kernel: Ralaivola et al., Neural Networks 2005, 18, 1093.
"""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from screening.models import gaussian_process
from screening.models.boosting import BoostedTrees
from screening.models.neighbours import FingerprintIndex, unpacked


class SimilarityEnsemble(RegressorMixin, BaseEstimator):
    """Mean of a Gaussian process on Tanimoto similarity and boosted trees on bits and properties.

    X is uint8 or float, shape (n, 2048 + properties): unpacked bits first.

    Parameters
    ----------
    share
        Part of the Gaussian process in the mean.
    trees
        Boosting rounds.
    bits
        Columns of X that are fingerprint bits.
    largest_kernel
        Above this many training rows the Gaussian process keeps a random sample of them.
    seed
        Seed of all random choices.
    """

    def __init__(
        self, share: float = 0.6, trees: int = 300, bits: int = 2048, largest_kernel: int = 6000, seed: int = 0
    ) -> None:
        self.share = share
        self.trees = trees
        self.bits = bits
        self.largest_kernel = largest_kernel
        self.seed = seed

    def fit(self, X: np.ndarray, y: np.ndarray) -> SimilarityEnsemble:
        """Fit to X of shape (n, d) and y of shape (n,)."""
        y = np.asarray(y, dtype=np.float64)
        rows = np.arange(len(y))
        if len(y) > self.largest_kernel:
            chosen = np.random.default_rng(self.seed).choice(len(y), self.largest_kernel, replace=False)
            rows = np.sort(chosen)
        packed = np.packbits(X[rows, : self.bits].astype(bool), axis=1, bitorder="little")
        kernel = FingerprintIndex(packed).similarity(packed).astype(np.float64)
        np.fill_diagonal(kernel, 1.0)
        posterior = gaussian_process.fit(kernel, y[rows])
        self.weights_ = np.zeros(len(y))
        self.weights_[rows] = posterior.weights
        self.mean_ = posterior.mean
        self.noise_ = posterior.noise
        self.packed_ = np.packbits(X[:, : self.bits].astype(bool), axis=1, bitorder="little")
        self.booster_ = BoostedTrees(trees=self.trees, seed=self.seed).fit(X, y)
        self.n_features_in_ = X.shape[1]
        return self

    def parts(self, X: np.ndarray, similarity: np.ndarray | None = None) -> np.ndarray:
        """Return the predictions of the two members, float64, shape (n, 2).

        Parameters
        ----------
        X
            Shape (n, d).
        similarity
            float32, shape (n, training rows), if it is known already.
        """
        check_is_fitted(self, "weights_")
        if similarity is None:
            packed = np.packbits(X[:, : self.bits].astype(bool), axis=1, bitorder="little")
            similarity = FingerprintIndex(self.packed_).similarity(packed)
        process = self.mean_ + similarity.astype(np.float64) @ self.weights_
        return np.column_stack([process, self.booster_.predict(X)])

    def predict(self, X: np.ndarray, similarity: np.ndarray | None = None) -> np.ndarray:
        """Return float64 predictions, shape (n,)."""
        return self.combine(self.parts(X, similarity))

    def combine(self, parts: np.ndarray) -> np.ndarray:
        """Return the prediction made of those of the members."""
        return np.asarray(self.share * parts[:, 0] + (1 - self.share) * parts[:, 1])


def design_matrix(fingerprints: np.ndarray, properties: np.ndarray) -> np.ndarray:
    """Return X, float32, shape (n, 2048 + properties), of packed fingerprints and properties."""
    return np.hstack([unpacked(fingerprints).astype(np.float32), properties.astype(np.float32)])
