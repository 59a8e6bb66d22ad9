"""Predictions by models that have not seen the compound, and what they say about a model."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from screening.models.data.measurements import AffinityData
from screening.models.estimators import baselines
from screening.models.evaluation import conformal, leakage, metrics, ranking, splits
from screening.models.evaluation.conformal import Interval
from screening.models.fingerprint_index import FingerprintIndex, nearest

#: A ranking of fewer actives says nothing.
FEWEST_RANKED = 5

#: Builds an unfitted estimator.
Build = Callable[[], Any]


@dataclasses.dataclass(frozen=True)
class Task:
    """What is learnt: inputs of an estimator (with ``take``), packed fingerprints and values of n compounds."""

    build: Build
    inputs: Any
    fingerprints: np.ndarray
    values: np.ndarray

    def fitted(self, rows: np.ndarray) -> Any:
        """Return an estimator fitted to the compounds where `rows` is True."""
        return self.build().fit(self.inputs.take(rows), self.values[rows])


@dataclasses.dataclass(frozen=True)
class Held:
    """Predictions for n compounds by models that have not seen them.

    Attributes
    ----------
    parts
        float64, shape (n, members).
    terms
        float64, shape (n, len(DIFFICULTY_TERMS)).
    closeness
        float32, shape (n,): similarity to the nearest compound that was seen.
    """

    parts: np.ndarray
    terms: np.ndarray
    closeness: np.ndarray


def hold_out(task: Task, train: np.ndarray, test: np.ndarray) -> Held:
    """Train on some compounds, predict others; both are boolean arrays."""
    estimator = task.fitted(train)
    similarity = FingerprintIndex(task.fingerprints[train]).similarity(task.fingerprints[test])
    parts = estimator.parts(task.inputs.take(test), similarity)
    scale = float(task.values[train].std())
    terms = conformal.surroundings(similarity, task.values[train], parts, scale)
    return Held(parts, terms, nearest(similarity)[1])


@contextlib.contextmanager
def side_by_side() -> Iterator[ThreadPoolExecutor]:
    """Yield a pool of threads, each with one thread of linear algebra; what has not begun at the end is dropped."""
    with threadpool_limits(1):
        pool = ThreadPoolExecutor(os.cpu_count() or 1)
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


def cross_validation(
    task: Task,
    among: np.ndarray,
    count: int,
    seed: int,
    pool: ThreadPoolExecutor,
    done: Callable[[str], None] | None = None,
) -> Callable[[], Held]:
    """Begin to predict each compound of `among` from the other folds.

    Returns
    -------
    function
        It waits for the predictions and returns them, ``among.sum()`` rows.
    """
    rows = np.flatnonzero(among)
    fold = splits.folds(len(rows), count, seed, task.values[rows])

    def run(number: int) -> Held:
        train, test = np.zeros(len(among), dtype=bool), np.zeros(len(among), dtype=bool)
        train[rows[fold != number]] = True
        test[rows[fold == number]] = True
        held = hold_out(task, train, test)
        if done:
            done("cross-validation")
        return held

    begun = [pool.submit(run, number) for number in range(count)]
    order = np.argsort(np.concatenate([np.flatnonzero(fold == number) for number in range(count)]), kind="stable")

    def finished() -> Held:
        found = [one.result() for one in begun]
        return Held(
            parts=np.concatenate([one.parts for one in found])[order],
            terms=np.concatenate([one.terms for one in found])[order],
            closeness=np.concatenate([one.closeness for one in found])[order],
        )

    return finished


def numbers(truth: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """Return the regression metrics, rounded for a card."""
    found = metrics.regression(truth, predicted)
    return {name: value if name == "n" else round(float(value), 4) for name, value in found.items()}


def interval_report(residuals: np.ndarray, half: np.ndarray) -> dict[str, float]:
    """Return the measured coverage and width of intervals of half width `half`."""
    size = np.abs(residuals)
    return {
        "confidence": conformal.CONFIDENCE,
        "coverage": round(float(np.mean(size <= half)), 4),
        "median_width": round(float(np.median(2 * half)), 3),
        "width_error_spearman": round(metrics.spearman(size, half), 3),
    }


def ranking_report(truth: np.ndarray, scores: dict[str, np.ndarray], threshold: float) -> dict[str, Any] | None:
    """Return how early each score finds the compounds of `threshold` or tighter; None with too few of either kind."""
    active = truth >= threshold
    if min(active.sum(), (~active).sum()) < FEWEST_RANKED:
        return None
    return {"threshold": threshold} | {name: ranking.ranking(active, score) for name, score in scores.items()}


def active_above(values: np.ndarray) -> float:
    """Return the value from which on a compound counts as active in a ranking: the tightest tenth of all."""
    return round(float(np.quantile(values, 0.9)), 2)


def split_report(
    data: AffinityData,
    fingerprints: np.ndarray,
    frames: list[str],
    train: np.ndarray,
    test: np.ndarray,
    predicted: np.ndarray,
    held: Held,
    interval: Interval,
    *,
    straddling: Sequence[str] = (),
    threshold: float | None = None,
) -> dict[str, Any]:
    """Return errors, baselines, ranking, coverage and leakage of one split, as the card stores them.

    `predicted` and `held` are those of all tested compounds; only exact values are tested on.
    """
    kept = (data.limits == 0)[test]
    tested = test & (data.limits == 0)
    mean, neighbour, _ = baselines.baseline_predictions(fingerprints[train], data.values[train], fingerprints[tested])
    half = interval.half_width(held.terms[kept])
    report = _leakage(
        data, frames, np.flatnonzero(train | tested), tested.astype(np.int64), tested, held.closeness[kept], straddling
    )
    return {"train": int(train.sum())} | _report(
        data, tested, predicted[kept], mean, neighbour, half, report, threshold
    )


def cross_report(
    data: AffinityData,
    fingerprints: np.ndarray,
    frames: list[str],
    predicted: np.ndarray,
    held: Held,
    count: int,
    seed: int,
    threshold: float | None = None,
) -> tuple[dict[str, Any], np.ndarray]:
    """Return the same of the random folds, and half the width of each interval, float64, shape (n,).

    The intervals of each fold are calibrated on the others.
    """
    exact = data.limits == 0
    fold = splits.folds(len(data), count, seed, data.values)
    residuals = data.values - predicted
    scale = float(data.values.std())
    neighbour, mean, half = (np.empty(len(data)) for _ in range(3))
    for number in range(count):
        others, here = fold != number, fold == number
        mean[here], neighbour[here], _ = baselines.baseline_predictions(
            fingerprints[others], data.values[others], fingerprints[here]
        )
        interval = conformal.calibrate(held.terms[others & exact], residuals[others & exact], scale)
        half[here] = interval.half_width(held.terms[here])
    report = _leakage(data, frames, np.arange(len(data)), fold, exact, held.closeness[exact])
    found = _report(data, exact, predicted[exact], mean[exact], neighbour[exact], half[exact], report, threshold)
    return {"how": f"{count} random folds, every compound predicted by a model that has not seen it"} | found, half


def _report(
    data: AffinityData,
    tested: np.ndarray,
    predicted: np.ndarray,
    mean: np.ndarray,
    neighbour: np.ndarray,
    half: np.ndarray,
    report: leakage.LeakageReport,
    threshold: float | None,
) -> dict[str, Any]:
    truth = data.values[tested]
    least = active_above(data.values[data.limits == 0]) if threshold is None else threshold
    return {
        "model": numbers(truth, predicted),
        "baselines": {"training mean": numbers(truth, mean), "nearest neighbour": numbers(truth, neighbour)},
        "ranking": ranking_report(truth, {"this model": predicted, "nearest neighbour": neighbour}, least),
        "interval": interval_report(truth - predicted, half),
        "leakage": dataclasses.asdict(report) | {"sentence": report.sentence()},
    }


def _leakage(
    data: AffinityData,
    frames: list[str],
    among: np.ndarray,
    fold: np.ndarray,
    tested: np.ndarray,
    closeness: np.ndarray,
    straddling: Sequence[str] = (),
) -> leakage.LeakageReport:
    return leakage.leakage_report(
        tested[among],
        fold[among],
        [data.smiles[row] for row in among],
        [data.identities[row] for row in among],
        [data.families[row] for row in among],
        [frames[row] for row in among],
        closeness,
        straddling=straddling,
    )
