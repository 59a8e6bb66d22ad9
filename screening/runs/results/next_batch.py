"""What to measure next: the best predicted, not all alike, and a share of compounds to learn from."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from screening.errors import UsageError
from screening.features.compound_blocks import morgan_fingerprints
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.trained import TrainedModel
from screening.runs.decisions.decide import open_log
from screening.runs.hits import describe_records
from screening.runs.results.assay import kept_results, require_affinity
from screening.runs.results.chosen_correction import NONE, ChosenCorrection, chosen_correction
from screening.runs.results.kept_batch import kept_batches
from screening.runs.results.promise import Promise, promised
from screening.runs.run import ScreenRun
from screening.runs.scores import read_run_file

#: Compounds of a batch this alike count as one series; of each at most `SERIES` are taken for being good.
ALIKE, SERIES = 0.6, 3
#: Candidates looked at, for each compound that is wanted.
CANDIDATES = 20


@dataclasses.dataclass(frozen=True)
class NextBatch:
    """A batch to measure.

    Attributes
    ----------
    table
        Rows: place, why (``"best"`` or ``"to learn"``), record, name, smiles, identity, predicted, lower, upper
        (corrected for choosing the best), as_screened (the prediction of the run), similarity, in_domain.
    promise
        Of the share that was taken for being good; `correction` is what its intervals were corrected by.
    learning
        The same for the share to learn from; None if there is none.
    """

    table: pa.Table
    promise: Promise
    learning: Promise | None
    correction: ChosenCorrection


def next_batch(
    run: ScreenRun,
    count: int,
    *,
    learn: float = 0.0,
    threshold: float,
    model: TrainedModel | None = None,
    again: bool = False,
    after: Sequence[ScreenRun] = (),
) -> NextBatch:
    """Propose a batch.

    Parameters
    ----------
    run
        A finished run.
    count
        Compounds wanted.
    learn
        Share of them from which the next model learns most: wide intervals, unlike the others.
    threshold
        Value from which on a compound counts as a hit.
    model
        The model of the run, whose cross-validated predictions say how far the best are predicted too high; results of
        the run count too.
    after
        Runs of earlier rounds: how far their chosen compounds were predicted too high counts for this batch too.
    again
        Compounds of earlier batches that were kept may come again, as long as they are not measured.

    Raises
    ------
    UsageError
        If `learn` is no share, or the run predicts no affinity or has not enough compounds left.
    LibraryError
        If the library of the run is not there any more.
    """
    if not 0 <= learn <= 1:
        raise UsageError(f"--learn is {learn:g}", expected="a share from 0 to 1")
    require_affinity(run)
    for earlier in after:
        require_affinity(earlier, run.kind)
    scores = pa.concat_tables([read_run_file(path) for path in run.score_files()])
    gone = {record for one in kept_results(run) for record in one.table.column("record").to_pylist()}
    gone |= {record for record, verdict in open_log(run).state.decided().items() if verdict == "reject"}
    if not again:
        gone |= {each for batch in kept_batches(run) for each in batch.records()}
    record = scores.column("record").to_numpy()
    known = np.asarray(scores.column("known").to_pylist(), dtype=bool)
    free = ~known & ~np.isin(record, np.array(sorted(gone), dtype=np.int64))
    rows = np.flatnonzero(free)
    if len(rows) < count:
        raise UsageError(
            f"{len(rows):,} compounds are neither measured, trained on, rejected nor in an earlier batch",
            source=run.folder,
            expected=f"at least {count:,}",
        )  # fmt: skip
    predicted, lower, upper = (scores.column(name).to_numpy().astype(float) for name in ("affinity", "lower", "upper"))
    half = (upper - lower) / 2
    full = np.asarray(scores.column("full").to_pylist(), dtype=bool)
    by_value = rows[np.lexsort((record[rows], -predicted[rows], ~full[rows]))]
    to_learn = round(count * learn)
    best = _diverse(run, record, by_value[: CANDIDATES * count], count - to_learn, series=SERIES)
    left = by_value[~np.isin(by_value, best)]
    hopeful = left[np.argsort(-upper[left], kind="stable")][: CANDIDATES * count]
    wide = hopeful[np.argsort(-half[hopeful], kind="stable")]
    learning = _diverse(run, record, wide, to_learn, series=1)
    correction = _correction([*after, run], model, predicted[best])
    shifted, widened = predicted + correction.shift, half * correction.factor
    promise = promised(shifted[best], widened[best], threshold)
    taken = np.concatenate([best, learning]).astype(int)
    why = np.array(["best"] * len(best) + ["to learn"] * len(learning))
    wanted = pa.array(record[taken], pa.int64())
    described = describe_records(run.library(), wanted)
    corrected = np.r_[np.ones(len(best), bool), np.zeros(len(learning), bool)]
    middle = np.where(corrected, shifted[taken], predicted[taken])
    reach = np.where(corrected, widened[taken], half[taken])
    table = pa.table(
        {
            "place": pa.array(range(1, len(taken) + 1), pa.int32()),
            "why": why.tolist(),
            "record": wanted,
            "name": described.column("name"),
            "smiles": described.column("smiles"),
            "identity": scores.column("identity").take(pa.array(taken)),
            "predicted": pa.array(middle, pa.float32()),
            "lower": pa.array(middle - reach, pa.float32()),
            "upper": pa.array(middle + reach, pa.float32()),
            "as_screened": pa.array(predicted[taken], pa.float32()),
            "similarity": scores.column("similarity").take(pa.array(taken)),
            "in_domain": scores.column("in_domain").take(pa.array(taken)),
        }
    )
    other = promised(predicted[learning], half[learning], threshold) if len(learning) else None
    return NextBatch(table, promise, other, correction)


def _diverse(run: ScreenRun, record: np.ndarray, rows: np.ndarray, count: int, *, series: int) -> np.ndarray:
    """Take rows in their order, but at most `series` that are alike; the rest only where too few are left."""
    if not count:
        return np.array([], dtype=int)
    smiles = describe_records(run.library(), pa.array(record[rows], pa.int64())).column("smiles").to_pylist()
    fingerprints = morgan_fingerprints(smiles)
    taken: list[int] = []
    passed: list[int] = []
    for at in range(len(rows)):
        if len(taken) == count:
            break
        if taken:
            alike = FingerprintIndex(fingerprints[taken]).similarity(fingerprints[at : at + 1])[0] >= ALIKE
            if int(alike.sum()) >= series:
                passed.append(at)
                continue
        taken.append(at)
    taken += passed[: count - len(taken)]
    return rows[np.array(sorted(taken), dtype=int)]


def _correction(runs: Sequence[ScreenRun], model: TrainedModel | None, predicted: np.ndarray) -> ChosenCorrection:
    earlier = [one.table for run in runs for one in kept_results(run)]
    chosen = pa.concat_tables(earlier) if earlier else None
    residuals = half = np.array([])
    if chosen is not None:
        mask = np.asarray(chosen.column("chosen").to_pylist(), dtype=bool) & (chosen.column("limit").to_numpy() == 0)
        mask &= ~np.asarray(chosen.column("known").to_pylist(), dtype=bool)
        rows = chosen.filter(pa.array(mask))
        residuals = rows.column("measured").to_numpy() - rows.column("predicted").to_numpy().astype(float)
        half = (rows.column("upper").to_numpy() - rows.column("lower").to_numpy()).astype(float) / 2
    nothing = np.array([])
    training = None if model is None else model.training
    if training is None or training.half_width is None or not len(predicted):
        training_parts = {"predicted": nothing, "measured": nothing, "half": nothing}
    else:
        exact = training.limits == 0
        training_parts = {
            "predicted": training.out_of_fold[exact],
            "measured": training.values[exact],
            "half": training.half_width[exact],
        }
    if not len(residuals) and not len(training_parts["predicted"]):
        return NONE
    return chosen_correction(
        float(predicted.min()), **training_parts, earlier_residuals=residuals, earlier_half=half
    )  # fmt: skip
