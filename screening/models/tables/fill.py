"""Fill the gaps of a table of compounds by targets, with intervals, and say how good that is.

1. Measured cells are left out in folds, at random, and predicted from the rest, by every filler and every baseline.
   The filler with the smallest error fills the gaps; the choice is among few, so its error is hardly flattered.
2. Residuals of left-out cells calibrate locally adaptive 90 % intervals (`screening.models.evaluation.conformal`).
3. Where compounds have no value at all, whole compounds are left out too: their intervals and their test are apart.

Limits are trained on as the value they state, and never tested on.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from screening.engine.progress import OnProgress, Progress
from screening.models.estimators.training_cost import Cost
from screening.models.evaluation import conformal, metrics
from screening.models.evaluation.conformal import Interval
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.tables import fillers, next_measurements
from screening.models.tables.affinity_table import AffinityTable
from screening.models.tables.filled_table import FilledTable
from screening.models.tables.fillers import BASELINES, Filler
from screening.models.training_set import compound_block

_FOLDS = 5
#: Seconds of a fit of the trees: constant, and a measured cell; see `screening.models.estimators.training_cost`.
_FIT_S, _PAIR_S = 1.0, 3.0e-3
_DISAGREEMENT = "compound and target means"


@dataclasses.dataclass(frozen=True)
class FillOptions:
    """How to fill.

    Attributes
    ----------
    seed
        Of folds and fillers.
    active_above
        Value from which on a compound counts as active at a target; the tightest tenth if None.
    measure_next
        How many gaps to suggest for measuring.
    """

    seed: int = 0
    active_above: float | None = None
    measure_next: int = 10


@dataclasses.dataclass(frozen=True)
class _Test:
    """Predictions of left-out cells: method to float64 (m,), terms of the difficulty (m, t), rows and columns (m,)."""

    found: dict[str, np.ndarray]
    terms: dict[str, np.ndarray]
    rows: np.ndarray
    columns: np.ndarray


def fill_table(
    table: AffinityTable, *, options: FillOptions | None = None, on_progress: OnProgress | None = None
) -> FilledTable:
    """Fill the gaps of a table.

    Parameters
    ----------
    table
        As `screening.models.tables.affinity_table.read_affinity_table` reads it.
    options
        How.
    on_progress
        Told of every step.
    """
    options = options or FillOptions()
    values, known = table.values, table.known
    bare = np.asarray(~known.any(axis=1))
    total = 3 + _FOLDS * (2 if bare.any() else 1)
    done = 0

    def step() -> None:
        nonlocal done
        if on_progress:
            on_progress(Progress("filling the table", done, total, "steps"))
        done += 1

    step()
    block = compound_block(table.smiles)
    kernel = fillers.compound_kernel(block)
    similarity = FingerprintIndex(block.fingerprints).similarity(block.fingerprints).astype(np.float64)
    methods = fillers.fillers(values.shape, options.seed)
    step()

    exact = known & (table.limits == 0)
    rng = np.random.default_rng(options.seed)
    fold = np.where(exact, rng.permutation(values.size).reshape(values.shape) % _FOLDS, -1)
    test = _left_out(values, fold, kernel, similarity, methods, step)
    truth = values[test.rows, test.columns]
    errors = {name: metrics.rmse(truth, test.found[name]) for name in methods}
    chosen = min(errors, key=lambda name: errors[name])
    scale = float(truth.std())
    threshold = options.active_above
    if threshold is None:
        threshold = round(float(np.quantile(truth, 0.9)), 2)
    interval = conformal.calibrate(test.terms[chosen], truth - test.found[chosen], scale)
    evaluation: dict[str, Any] = {
        "method": chosen,
        "active above": threshold,
        "cells left out": report(test, truth, chosen, interval, threshold, table.targets, options.seed),
    }
    gaps = ~known
    filled = methods[chosen](kernel, values, gaps)
    step()
    terms = _terms(values, filled, gaps, kernel, similarity)
    half = np.full(values.shape, np.nan)
    half[gaps] = interval.half_width(terms)
    signed = (truth - test.found[chosen]) / interval.half_width(test.terms[chosen])
    if bare.any():
        cold_fold = np.where(exact, (rng.permutation(len(values)) % _FOLDS)[:, None], -1)
        cold = _left_out(values, cold_fold, kernel, similarity, {chosen: methods[chosen]}, step, whole=True)
        cold_truth = values[cold.rows, cold.columns]
        apart = conformal.calibrate(cold.terms[chosen], cold_truth - cold.found[chosen], scale)
        evaluation["compounds left out"] = report(
            cold, cold_truth, chosen, apart, threshold, table.targets, options.seed
        )
        cells = gaps & bare.reshape(-1, 1)
        half[cells] = apart.half_width(terms[cells[gaps]])
    nearest, closeness = _nearest(similarity, known)
    # As wide as that of a compound of which nothing is known but the target: the prediction says nothing more.
    plain = conformal.conformal_quantile(np.abs(truth - test.found["mean of the target"]))
    likely = np.full(values.shape, np.nan)
    likely[gaps] = _chance(filled[gaps], half[gaps], signed, threshold)
    where = np.argwhere(gaps)
    suggested = next_measurements.choose(where, half[gaps], likely[gaps], options.measure_next)
    return FilledTable(
        table=table,
        predicted=np.where(gaps, filled, np.nan),
        half_width=half,
        in_domain=gaps & (half < plain),
        likely_active=likely,
        nearest=nearest,
        similarity=closeness,
        suggestions=suggested,
        evaluation=evaluation,
    )


def _left_out(
    values: np.ndarray,
    fold: np.ndarray,
    kernel: np.ndarray,
    similarity: np.ndarray,
    methods: dict[str, Filler],
    step: Any,
    *,
    whole: bool = False,
) -> _Test:
    """Predict the cells of each fold (shape (n, k), -1 for those never left out) from the rest.

    Where compounds are left out `whole`, their limits are too.
    """
    found: dict[str, list[np.ndarray]] = {name: [] for name in (*methods, *BASELINES)}
    terms: dict[str, list[np.ndarray]] = {name: [] for name in methods}
    places = []
    for number in range(_FOLDS):
        here = fold == number
        if here.any():
            hidden = here | (here.any(axis=1)[:, None] & np.isfinite(values)) if whole else here
            rest = np.where(hidden, np.nan, values)
            for name, filler in (methods | BASELINES).items():
                complete = filler(kernel, rest, here)
                found[name].append(complete[here])
                if name in methods:
                    terms[name].append(_terms(rest, complete, here, kernel, similarity))
            places.append(np.argwhere(here))
        step()
    rows, columns = np.concatenate(places).T
    return _Test(
        {name: np.concatenate(pieces) for name, pieces in found.items()},
        {name: np.concatenate(pieces) for name, pieces in terms.items()},
        rows,
        columns,
    )


def _terms(
    table: np.ndarray, predicted: np.ndarray, asked: np.ndarray, kernel: np.ndarray, similarity: np.ndarray
) -> np.ndarray:
    """Return what the expected error of cells is made of, float64, shape (asked.sum(), 7)."""
    known = np.isfinite(table)
    scale = float(table[known].std())
    rows, columns = np.nonzero(asked)
    _, closeness = _nearest(similarity, known)
    near = fillers.nearest_compound(kernel, table, asked)
    counts_row = known.sum(axis=1)[rows] - known[rows, columns]
    counts_column = known.sum(axis=0)[columns] - known[rows, columns]
    scatter = np.array([table[known[:, j], j].std() if known[:, j].any() else scale for j in range(table.shape[1])])
    simple = BASELINES[_DISAGREEMENT](kernel, table, asked)
    said = predicted[rows, columns]
    close = closeness[rows, columns]
    return np.column_stack(
        [
            np.full(len(rows), 0.25 * scale),
            scale * (1.0 - close),
            scale / np.sqrt(1.0 + counts_row),
            scale / np.sqrt(1.0 + counts_column),
            scatter[columns],
            np.abs(said - simple[rows, columns]),
            close * np.abs(said - near[rows, columns]),
        ]
    )


def _nearest(similarity: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the most similar other compound measured at each target, -1 for none, and the similarity, shape (n, k)."""
    others = similarity.copy()
    np.fill_diagonal(others, -1.0)
    at = np.full(known.shape, -1, dtype=np.int32)
    closeness = np.zeros(known.shape)
    for column in range(known.shape[1]):
        measured = np.flatnonzero(known[:, column])
        if len(measured):
            best = others[:, measured].argmax(axis=1)
            at[:, column] = measured[best]
            closeness[:, column] = np.maximum(others[np.arange(len(others)), measured[best]], 0.0)
    return at, closeness


def _chance(predicted: np.ndarray, half: np.ndarray, signed: np.ndarray, threshold: float) -> np.ndarray:
    """Return the chance of a value of `threshold` or more, from left-out errors as parts of their half widths."""
    order = np.sort(signed)
    at = np.searchsorted(order, (threshold - predicted) / np.maximum(half, 1e-9), side="left")
    return np.asarray((len(order) - at + 0.5) / (len(order) + 1.0))


def report(
    test: _Test, truth: np.ndarray, chosen: str, interval: Interval, threshold: float, targets: list[str], seed: int
) -> dict[str, Any]:
    """Return errors beside those of the baselines, coverage, and whether the flags meant anything.

    The intervals that are judged here are calibrated on four fifths of the left-out cells and judged on the others.
    """
    half, likely = np.empty(len(truth)), np.empty(len(truth))
    part = np.random.default_rng(seed + 1).permutation(len(truth)) % _FOLDS
    predicted, terms = test.found[chosen], test.terms[chosen]
    for number in range(_FOLDS):
        here, others = part == number, part != number
        own = conformal.calibrate(terms[others], (truth - predicted)[others], interval.scale)
        half[here] = own.half_width(terms[here])
        signed = (truth - predicted)[others] / own.half_width(terms[others])
        likely[here] = _chance(predicted[here], half[here], signed, threshold)
    active = truth >= threshold
    error = np.abs(truth - predicted)
    unsure = half >= np.quantile(half, 0.9)
    return {
        "cells": len(truth),
        "model": _numbers(truth, predicted),
        "other fillers": {name: _numbers(truth, test.found[name]) for name in test.terms if name != chosen},
        "baselines": {name: _numbers(truth, test.found[name]) for name in BASELINES},
        "interval": {
            "confidence": conformal.CONFIDENCE,
            "coverage": round(float(np.mean(error <= half)), 4),
            "median_width": round(float(np.median(2 * half)), 3),
        },
        "flags": {
            "active": round(float(active.mean()), 4),
            "active among the likely": round(float(active[likely >= 0.5].mean()), 4) if (likely >= 0.5).any() else None,
            "likely": int((likely >= 0.5).sum()),
            "mean error": round(float(error.mean()), 4),
            "mean error of the least sure tenth": round(float(error[unsure].mean()), 4),
        },
        "targets": {
            name: _numbers(truth[here], predicted[here]) | {"mean of the target": round(
                metrics.rmse(truth[here], test.found["mean of the target"][here]), 4)}
            for number, name in enumerate(targets)
            if (here := test.columns == number).sum() >= 3
        },
    }  # fmt: skip


def _numbers(truth: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    return {
        "n": len(truth),
        "rmse": round(metrics.rmse(truth, predicted), 4),
        "spearman": round(metrics.spearman(truth, predicted), 4),
    }


def filling_cost(table: AffinityTable) -> Cost:
    """Estimate the time and the memory that filling a table takes."""
    n, k = table.values.shape
    fits = (_FOLDS + 1) + (_FOLDS if (~table.known.any(axis=1)).any() else 0)
    seconds = 0.5 + 2.0e-3 * n + 1.2e-7 * n**2 + fits * (_FIT_S + _PAIR_S * int(table.known.sum()) + 4e-9 * n * n * k)
    return Cost(seconds, seconds, 2.5e8 + 60.0 * n**2 + 900.0 * n * k)
