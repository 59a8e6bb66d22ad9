"""Matrix products whose rows do not depend on the rest of the batch, and predictions made block by block."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from screening.models.affinity import PREDICTION_DECIMALS, CompoundBlock, Predictions

#: Prediction, half width of the interval, row of the nearest training compound, similarity to it; each shape (n,).
Piece = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def blockwise_product(left: np.ndarray, right: np.ndarray, rows: int) -> np.ndarray:
    """Return ``left @ right`` in float64, computed `rows` rows at a time, the last block padded.

    A linear-algebra library adds in another order for another shape of matrix; with one shape for all, the last bits
    of a prediction cannot depend on how many compounds are predicted together.
    """
    pieces = []
    for start in range(0, len(left), rows):
        piece = left[start : start + rows].astype(np.float64)
        n = len(piece)
        if n < rows:
            piece = np.vstack([piece, np.zeros((rows - n, piece.shape[1]))])
        pieces.append((piece @ right)[:n])
    return np.concatenate(pieces) if pieces else np.zeros((0, *right.shape[1:]))


def rounded(values: np.ndarray) -> np.ndarray:
    """Return float32 values rounded to `PREDICTION_DECIMALS`, so that equal compounds tie exactly."""
    return np.round(values.astype(np.float64), PREDICTION_DECIMALS).astype(np.float32)


def predict_in_blocks(
    block: CompoundBlock, rows: int, predict: Callable[[CompoundBlock], Piece], least_similarity: float
) -> Predictions:
    """Predict `rows` compounds at a time and put the rounded pieces together.

    A compound with a property that is no finite number gets no prediction, and `problems` says so.
    """
    missing = ~np.isfinite(block.properties).all(axis=1)
    if missing.any():
        block = dataclasses.replace(block, properties=np.where(missing[:, None], 0.0, block.properties))
    pieces = []
    for start in range(0, len(block), rows):
        whole = len(block) <= rows
        pieces.append(predict(block if whole else block.take(np.arange(start, min(start + rows, len(block))))))
    if not pieces:
        empty = np.zeros(0, dtype=np.float32)
        return Predictions(empty, empty, empty, empty.astype(bool), empty.astype(np.int32), empty)
    affinity, half, at, closeness = (np.concatenate(column) for column in zip(*pieces))
    affinity = np.where(missing, np.nan, affinity)
    return Predictions(
        affinity=rounded(affinity),
        lower=rounded(affinity - half),
        upper=rounded(affinity + half),
        in_domain=closeness >= np.float32(least_similarity),
        nearest=at,
        similarity=rounded(closeness),
        problems={int(row): "a property is missing" for row in np.flatnonzero(missing)},
    )
