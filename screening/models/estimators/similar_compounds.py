"""k nearest neighbours by Tanimoto similarity: the mean of their values, weighted by a power of similarity."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from screening.features.packed_features import PackedFeatures
from screening.models.affinity import CompoundBlock


class SimilarCompounds(RegressorMixin, BaseEstimator):
    """Weighted mean over the most similar training compounds; X is `PackedFeatures`.

    Parameters
    ----------
    neighbours
        How many.
    power
        Weights are similarity to this power.
    """

    #: What it sees of a compound, for the card.
    sees = ("Morgan radius 2, 2048 bits",)
    #: Compounds predicted together.
    block_rows = 512

    def __init__(self, neighbours: int = 5, power: float = 4.0) -> None:
        self.neighbours = neighbours
        self.power = power

    @staticmethod
    def inputs(block: CompoundBlock) -> PackedFeatures:
        """Return what the estimator sees of compounds."""
        return PackedFeatures(block.fingerprints, block.properties)

    def fit(self, X: PackedFeatures, y: np.ndarray) -> SimilarCompounds:
        """Keep the values of n compounds."""
        self.values_ = np.asarray(y, dtype=np.float64)
        return self

    def parts(self, X: PackedFeatures, similarity: np.ndarray) -> np.ndarray:
        """Return the predictions, float64, shape (n, 1)."""
        check_is_fitted(self, "values_")
        count = min(self.neighbours, similarity.shape[1])
        rows = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
        rows.sort(axis=1)
        weights = np.take_along_axis(similarity, rows, axis=1).astype(np.float64) ** self.power + 1e-9
        return ((weights * self.values_[rows]).sum(axis=1) / weights.sum(axis=1))[:, None]

    def combine(self, parts: np.ndarray) -> np.ndarray:
        """Return the prediction."""
        return np.asarray(parts[:, 0])
