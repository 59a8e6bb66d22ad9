"""Locally adaptive 90 % intervals by split-conformal prediction on out-of-fold residuals.

The residual of each compound, predicted by a model that has not seen it, is divided by the size of error that its
surroundings let expect (its *difficulty*), and the quantile of these ratios that covers 90 % is kept; an interval is
prediction ± quantile * difficulty. Papadopoulos et al., Normalized nonconformity measures for regression conformal
prediction, 2008; Vovk, Cross-conformal predictors, 2015. The difficulty is a non-negative combination of plain
quantities, fitted to absolute residuals, so it can be read: how far the nearest training compounds are, how much
their values scatter, how much the members of an ensemble disagree.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.optimize import nnls

#: Share of true values that an interval should hold.
CONFIDENCE = 0.9

#: Columns of the array `surroundings` makes.
DIFFICULTY_TERMS = (
    "constant",
    "distance to the nearest",
    "distance to the five nearest",
    "their scatter",
    "disagreement",
)

_NEIGHBOURS = 5


def surroundings(similarity: np.ndarray, values: np.ndarray, parts: np.ndarray, scale: float) -> np.ndarray:
    """Return what the difficulty is made of, float64, shape (n, len(DIFFICULTY_TERMS)).

    Parameters
    ----------
    similarity
        float32, shape (n, m): to the training compounds.
    values
        float64, shape (m,): of the training compounds.
    parts
        float64, shape (n, k): predictions of the ensemble members.
    scale
        Standard deviation of the training values, so that every term is in log units.
    """
    count = min(_NEIGHBOURS, similarity.shape[1])
    top = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
    # Sorted by similarity and then by row: argpartition leaves ties in an order that depends on the numpy build.
    near = np.sort(np.take_along_axis(similarity, top, axis=1), axis=1)[:, ::-1].astype(np.float64)
    neighbours = values[top]
    distance = 1.0 - near
    spread = neighbours.std(axis=1)
    disagreement = parts.std(axis=1) if parts.shape[1] > 1 else np.zeros(len(parts))
    constant = np.full(len(near), scale * 0.25)
    return np.column_stack([constant, scale * distance[:, 0], scale * distance.mean(axis=1), spread, disagreement])


@dataclasses.dataclass(frozen=True)
class Interval:
    """A calibrated interval: ``prediction ± quantile * (terms @ coefficients)``."""

    coefficients: tuple[float, ...]
    quantile: float
    scale: float

    def difficulty(self, terms: np.ndarray) -> np.ndarray:
        """Return the expected size of the error, float64, shape (n,)."""
        return np.asarray(_difficulty(terms, np.asarray(self.coefficients), self.scale))

    def half_width(self, terms: np.ndarray) -> np.ndarray:
        """Return half the width of the interval, float64, shape (n,)."""
        return self.quantile * self.difficulty(terms)


def _difficulty(terms: np.ndarray, coefficients: np.ndarray, scale: float) -> np.ndarray:
    total = np.zeros(len(terms))
    for column, coefficient in enumerate(coefficients):  # fixed order, whatever the number of rows
        total += coefficient * terms[:, column]
    return np.maximum(total, 0.05 * scale)


def conformal_quantile(ratios: np.ndarray, confidence: float = CONFIDENCE) -> float:
    """Return the smallest ratio that at least ``confidence * (n + 1)`` of the n ratios do not exceed."""
    n = len(ratios)
    rank = int(np.ceil(confidence * (n + 1)))
    return float(np.sort(ratios)[min(rank, n) - 1])


def calibrate(terms: np.ndarray, residuals: np.ndarray, scale: float) -> Interval:
    """Fit the difficulty and its quantile to out-of-fold residuals.

    The compounds are split in two by turns, so that no residual is measured against a difficulty it was fitted to.
    """
    size = np.abs(residuals)
    ratios = np.empty(len(size))
    halves = np.arange(len(size)) % 2
    for half in (0, 1):
        inside, outside = halves == half, halves != half
        coefficients, _ = nnls(terms[outside], size[outside])
        ratios[inside] = size[inside] / _difficulty(terms[inside], coefficients, scale)
    coefficients, _ = nnls(terms, size)
    return Interval(tuple(float(value) for value in coefficients), conformal_quantile(ratios), scale)
