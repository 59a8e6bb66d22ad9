"""Locally adaptive 90 % intervals by split-conformal prediction on out-of-fold residuals.

The residual of each compound, predicted by a model that has not seen it, is divided by the size of error that its
surroundings let expect (its *difficulty*), and the quantile of these ratios that covers 90 % is kept; an interval is
prediction ± quantile * difficulty. Papadopoulos et al., Normalized nonconformity measures for regression conformal
prediction, 2008; Vovk, Cross-conformal predictors, 2015. The difficulty is a non-negative combination of plain
quantities, fitted to absolute residuals, so it can be read: how far the nearest training compounds are, how much
their values scatter (the nearer, the more they count: an activity cliff nearby), how far the prediction is from them,
how much the members of an ensemble disagree. For models of one target the quantile is taken apart for compounds near
to and far from the training compounds (Mondrian: Vovk et al., Algorithmic Learning in a Random World, 2005), so that
the interval holds its promise near and far. Tried on out-of-fold residuals of MoleculeACE targets: errors of the
neighbours themselves, the size of the prediction, and fits of relative errors gained nothing beside these.
"""

from __future__ import annotations

import dataclasses
from typing import Any

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
    "scatter of the closest",
    "prediction against the nearest",
    "prediction against the closest",
)
#: Values of neighbours count by this power of their similarity where the closest are meant.
_CLOSEST_POWER = 4
#: Groups by similarity whose quantile is taken apart, and fewest residuals of one.
_GROUPS, _FEWEST_IN_GROUP = 4, 60
#: Among the farthest more of those to come are of new scaffolds than of those left out at random, so their interval is
#: made for so much more than `CONFIDENCE`.
_MARGIN = 0.02

_NEIGHBOURS = 5
_DISTANCE = DIFFICULTY_TERMS.index("distance to the nearest")


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
    near, rows = few_nearest(similarity)
    distance = 1.0 - near
    disagreement = parts.std(axis=1) if parts.shape[1] > 1 else np.zeros(len(parts))
    constant = np.full(len(near), scale * 0.25)
    there = values[rows]
    weights = np.maximum(near, 0.0) ** _CLOSEST_POWER + 1e-6
    weights /= weights.sum(axis=1, keepdims=True)
    middle = (weights * there).sum(axis=1)
    predicted = parts.mean(axis=1)
    return np.column_stack(
        [
            constant,
            scale * distance[:, 0],
            scale * distance.mean(axis=1),
            there.std(axis=1),
            disagreement,
            np.sqrt((weights * (there - middle[:, None]) ** 2).sum(axis=1)),
            near[:, 0] * np.abs(predicted - there[:, 0]),
            np.abs(predicted - middle),
        ]
    )


def few_nearest(similarity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the similarities, float64 and falling, and the rows of the five nearest references, shape (n, 5)."""
    count = min(_NEIGHBOURS, similarity.shape[1])
    left = similarity.copy()
    rows = np.empty((len(left), count), dtype=np.int64)
    near = np.empty((len(left), count), dtype=np.float64)
    every = np.arange(len(left))
    for place in range(count):  # five times the largest is faster than one partial sort, and ties are settled
        best = left.argmax(axis=1)
        rows[:, place], near[:, place] = best, left[every, best]
        left[every, best] = -1.0
    return near, rows


@dataclasses.dataclass(frozen=True)
class Interval:
    """A calibrated interval: ``prediction ± quantile * (terms @ coefficients)``.

    Attributes
    ----------
    coefficients
        Of the first terms; intervals of version 0.1 have five.
    quantile
        Of all compounds.
    scale
        Standard deviation of the training values.
    farthest, quantiles
        Of groups by distance (1 - similarity) to the nearest training compound: where each but the last ends, rising,
        and its quantile. Empty where one quantile serves all.
    """

    coefficients: tuple[float, ...]
    quantile: float
    scale: float
    farthest: tuple[float, ...] = ()
    quantiles: tuple[float, ...] = ()

    def difficulty(self, terms: np.ndarray) -> np.ndarray:
        """Return the expected size of the error, float64, shape (n,)."""
        return np.asarray(_difficulty(terms, np.asarray(self.coefficients), self.scale))

    def half_width(self, terms: np.ndarray) -> np.ndarray:
        """Return half the width of the interval, float64, shape (n,)."""
        if not self.quantiles:
            return self.quantile * self.difficulty(terms)
        group = np.searchsorted(np.asarray(self.farthest), terms[:, _DISTANCE] / self.scale - 1e-6)
        return np.asarray(self.quantiles)[group] * self.difficulty(terms)

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Interval:
        """Read what ``dataclasses.asdict`` made of one, in this version or in 0.1."""
        farthest, quantiles = (
            tuple(float(value) for value in state.get(name, ())) for name in ("farthest", "quantiles")
        )
        coefficients = tuple(float(value) for value in state["coefficients"])
        return cls(coefficients, float(state["quantile"]), float(state["scale"]), farthest, quantiles)


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
    """Fit the difficulty and its quantile to out-of-fold residuals."""
    ratios, coefficients = _ratios(terms, np.abs(residuals), scale)
    return Interval(coefficients, conformal_quantile(ratios), scale)


def _ratios(terms: np.ndarray, size: np.ndarray, scale: float) -> tuple[np.ndarray, tuple[float, ...]]:
    """Return errors as parts of what their difficulty lets expect, and the coefficients of the difficulty.

    The compounds are split in two by turns, so that no residual is measured against a difficulty it was fitted to.
    """
    ratios = np.empty(len(size))
    halves = np.arange(len(size)) % 2
    for half in (0, 1):
        inside, outside = halves == half, halves != half
        coefficients, _ = nnls(terms[outside], size[outside])
        ratios[inside] = size[inside] / _difficulty(terms[inside], coefficients, scale)
    coefficients, _ = nnls(terms, size)
    return ratios, tuple(float(value) for value in coefficients)


def calibrate_groups(terms: np.ndarray, residuals: np.ndarray, scale: float) -> Interval:
    """Fit the difficulty to out-of-fold residuals of one target, and its quantile for each group by distance.

    Parameters
    ----------
    terms
        As `surroundings` makes them.
    residuals
        float64, shape (n,): measured less predicted, by models that have not seen the compound.
    scale
        Standard deviation of the training values.
    """
    ratios, coefficients = _ratios(terms, np.abs(residuals), scale)
    whole = Interval(coefficients, conformal_quantile(ratios), scale)
    groups = min(_GROUPS, len(ratios) // _FEWEST_IN_GROUP)
    if groups < 2:
        return whole
    distance = terms[:, _DISTANCE] / scale
    farthest = np.unique(np.quantile(distance, np.arange(1, groups) / groups))
    group = np.searchsorted(farthest, distance - 1e-6)
    quantiles = [whole.quantile] * (len(farthest) + 1)
    for number in range(len(quantiles)):
        here = ratios[group == number]
        if len(here) >= _FEWEST_IN_GROUP // 2:
            quantiles[number] = conformal_quantile(here, CONFIDENCE + (_MARGIN if number == len(farthest) else 0.0))
    return dataclasses.replace(whole, farthest=tuple(float(value) for value in farthest), quantiles=tuple(quantiles))


@dataclasses.dataclass(frozen=True)
class BinnedInterval:
    """Intervals calibrated apart for compounds near to and far from the training compounds (Mondrian).

    Attributes
    ----------
    edges
        Lower edge of each bin of similarity to the nearest training compound, rising from 0.
    intervals
        One for each bin.
    """

    edges: tuple[float, ...]
    intervals: tuple[Interval, ...]

    def bins(self, closeness: np.ndarray) -> np.ndarray:
        """Return the bin of each similarity, shape (n,)."""
        return np.searchsorted(np.asarray(self.edges), np.asarray(closeness, dtype=np.float64) + 1e-6, "right") - 1

    def half_width(self, terms: np.ndarray, closeness: np.ndarray) -> np.ndarray:
        """Return half the width of the interval, float64, shape (n,)."""
        half = np.empty(len(terms))
        bins = self.bins(closeness)
        for number, interval in enumerate(self.intervals):
            here = bins == number
            half[here] = interval.half_width(terms[here])
        return half


def calibrate_bins(
    terms: np.ndarray, residuals: np.ndarray, closeness: np.ndarray, edges: tuple[float, ...], scale: float
) -> BinnedInterval:
    """Calibrate an interval for each bin of similarity; a bin without 100 residuals takes those of all."""
    everything = BinnedInterval(edges, tuple(Interval((0.0,), 0.0, scale) for _ in edges))
    bins = everything.bins(closeness)
    intervals = []
    for number in range(len(edges)):
        here = bins == number
        if here.sum() < 100:
            here = np.ones(len(bins), dtype=bool)
        intervals.append(calibrate(terms[here], residuals[here], scale))
    return BinnedInterval(edges, tuple(intervals))
