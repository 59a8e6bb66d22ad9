"""Any scikit-learn regressor on the bits and properties of a prepared library."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.utils.validation import check_is_fitted

from screening.features.packed_features import PackedFeatures
from screening.models.affinity import CompoundBlock


class MatrixModel(RegressorMixin, BaseEstimator):
    """A scikit-learn regressor or pipeline on `PackedFeatures`.

    Parameters
    ----------
    regressor
        Unfitted; it is cloned.
    """

    #: What it sees of a compound, for the card.
    sees = ("Morgan radius 2, 2048 bits", "ten properties")
    #: Compounds predicted together.
    block_rows = 512

    def __init__(self, regressor: Any = None) -> None:
        self.regressor = regressor

    @staticmethod
    def inputs(block: CompoundBlock) -> PackedFeatures:
        """Return what the estimator sees of compounds."""
        return PackedFeatures(block.fingerprints, block.properties)

    def fit(self, X: PackedFeatures, y: np.ndarray) -> MatrixModel:
        """Fit to n compounds and y of shape (n,)."""
        self.regressor_ = clone(self.regressor).fit(X.matrix(), np.asarray(y, dtype=np.float64))
        return self

    def parts(self, X: PackedFeatures, similarity: np.ndarray) -> np.ndarray:
        """Return the predictions, float64, shape (n, 1); similarities are not needed."""
        check_is_fitted(self, "regressor_")
        pieces = []
        for start in range(0, len(X), self.block_rows):
            matrix = X.take(np.arange(start, min(start + self.block_rows, len(X)))).matrix()
            n = len(matrix)
            # Always the same number of rows, see `screening.models.estimators.blockwise`.
            padded = np.vstack([matrix, np.zeros((self.block_rows - n, matrix.shape[1]), dtype=matrix.dtype)])
            pieces.append(np.asarray(self.regressor_.predict(padded), dtype=np.float64)[:n])
        return np.concatenate(pieces)[:, None] if pieces else np.zeros((0, 1))

    def combine(self, parts: np.ndarray) -> np.ndarray:
        """Return the prediction."""
        return np.asarray(parts[:, 0])
