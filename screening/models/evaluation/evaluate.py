"""Predictions by models that have not seen the compound, and what they say about a model."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from screening.models.data.measurements import AffinityData
from screening.models.evaluation import conformal, leakage, metrics, ranking, splits
from screening.models.evaluation.conformal import Interval
from screening.models.fingerprint_index import FingerprintIndex, nearest, rows_together

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
    neighbour
        float64, shape (n,): value of the nearest compound that was seen, a baseline.
    closeness
        float32, shape (n,): similarity to it.
    """

    parts: np.ndarray
    terms: np.ndarray
    neighbour: np.ndarray
    closeness: np.ndarray


def hold_out(task: Task, train: np.ndarray, test: np.ndarray) -> Held:
    """Train on some compounds, predict others; both are boolean arrays."""
    estimator = task.fitted(train)
    index, values = FingerprintIndex(task.fingerprints[train]), task.values[train]
    scale = float(values.std())
    rows = np.flatnonzero(test)
    together = rows_together(len(values))
    pieces = []
    # The similarities to all training compounds are never all there at once.
    for start in range(0, len(rows), together) or [0]:
        here = rows[start : start + together]
        similarity = index.similarity(task.fingerprints[here])
        parts = estimator.parts(task.inputs.take(here), similarity)
        terms = conformal.surroundings(similarity, values, parts, scale)
        at, closeness = nearest(similarity)
        pieces.append((parts, terms, values[at], closeness))
    return Held(*(np.concatenate(column) for column in zip(*pieces)))


class Pool(Executor):
    """Threads that do what is submitted, in order, and that nobody waits for when the program ends.

    Parameters
    ----------
    count
        Number of threads.
    """

    def __init__(self, count: int) -> None:
        self._waiting: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._count = count
        for _ in range(count):
            threading.Thread(target=self._work, name="fits", daemon=True).start()

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Have a piece of work done."""
        future: Future[Any] = Future()
        self._waiting.put((future, functools.partial(work, *arguments, **named)))
        return future

    def _work(self) -> None:
        while (one := self._waiting.get()) is not None:
            future, work = one
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)
            del one, future, work

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Drop what has not begun; what has begun ends by itself."""
        with contextlib.suppress(queue.Empty):
            while True:
                one = self._waiting.get_nowait()
                if one is not None:
                    one[0].cancel()
        for _ in range(self._count):
            self._waiting.put(None)


@contextlib.contextmanager
def side_by_side() -> Iterator[Pool]:
    """Yield a pool of threads, each with one thread of linear algebra; what has not begun at the end is dropped."""
    with threadpool_limits(1):
        pool = Pool(os.cpu_count() or 1)
        try:
            yield pool
        finally:
            pool.shutdown()


def cross_validation(
    task: Task,
    among: np.ndarray,
    count: int,
    seed: int,
    pool: Executor,
    hold: Callable[[Task, np.ndarray, np.ndarray], Held] = hold_out,
) -> Callable[[], Held]:
    """Begin to predict each compound of `among` from the other folds.

    Parameters
    ----------
    task, among, count, seed
        What is learnt, the compounds (bool, shape (n,)), number of folds and their seed.
    pool
        Where the fits are done.
    hold
        Trains on some compounds and predicts others.

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
        return hold(task, train, test)

    begun = [pool.submit(run, number) for number in range(count)]
    order = np.argsort(np.concatenate([np.flatnonzero(fold == number) for number in range(count)]), kind="stable")

    def finished() -> Held:
        found = [one.result() for one in begun]
        fields = [field.name for field in dataclasses.fields(Held)]
        return Held(*(np.concatenate([getattr(one, name) for one in found])[order] for name in fields))

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
    mean = np.full(int(tested.sum()), data.values[train].mean())
    half = interval.half_width(held.terms[kept])
    report = _leakage(
        data, frames, np.flatnonzero(train | tested), tested.astype(np.int64), tested, held.closeness[kept], straddling
    )
    return {"train": int(train.sum())} | _report(
        data, tested, predicted[kept], mean, held.neighbour[kept], half, report, threshold
    )


def cross_report(
    data: AffinityData,
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
    mean, half = (np.empty(len(data)) for _ in range(2))
    for number in range(count):
        others, here = fold != number, fold == number
        mean[here] = data.values[others].mean()
        interval = conformal.calibrate_groups(held.terms[others & exact], residuals[others & exact], scale)
        half[here] = interval.half_width(held.terms[here])
    report = _leakage(data, frames, np.arange(len(data)), fold, exact, held.closeness[exact])
    found = _report(data, exact, predicted[exact], mean[exact], held.neighbour[exact], half[exact], report, threshold)
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
