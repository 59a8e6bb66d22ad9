"""Batches that were proposed, kept in the run folder with the hit rate that was promised for them.

Layout: ``RUN/batches/0001.parquet`` with the rows of `screening.runs.results.next_batch.NextBatch`, ``0001.json``
beside it with what was asked for and promised, so that a promise can be held against what is measured later.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from screening.errors import UsageError
from screening.runs.results.numbered_tables import NumberedTables
from screening.runs.results.promise import Promise
from screening.runs.run import ScreenRun

if TYPE_CHECKING:
    from screening.runs.results.next_batch import NextBatch

FOLDER, FORMAT = "batches", "batch-1"


@dataclasses.dataclass(frozen=True)
class KeptBatch:
    """A batch as it was proposed.

    Attributes
    ----------
    number
        From 1, in the order of proposal.
    table
        Its rows.
    facts
        Run, model, date, what was asked for, the promises, the correction.
    """

    number: int
    table: pa.Table
    facts: dict[str, Any]

    def records(self, why: str = "") -> set[int]:
        """Return the records of the batch, or those taken for one reason (``"best"`` or ``"to learn"``)."""
        rows = zip(self.table.column("record").to_pylist(), self.table.column("why").to_pylist())
        return {record for record, reason in rows if not why or reason == why}


@dataclasses.dataclass(frozen=True)
class BatchOutcome:
    """What became of a batch.

    Attributes
    ----------
    number, date
        Of the batch.
    why
        ``"best"`` or ``"to learn"``.
    promise
        Made when it was proposed.
    measured, hits
        Compounds with a result, and those at the threshold of the promise or above.
    undecided
        Those among the measured whose limit leaves open whether they are hits.
    bias, coverage
        Of the exact values against the batch's own predictions (corrected for choosing the best); NaN without any.
    """

    number: int
    date: str
    why: str
    promise: Promise
    measured: int
    hits: int
    undecided: int
    bias: float
    coverage: float

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        promise = self.promise
        text = (
            f"batch {self.number} of {self.date}, {self.why}: promised {promise.rate:.0%}"
            f" ({promise.low:.0%} to {promise.high:.0%}) of {promise.compounds} at {promise.threshold:g} or more"
        )
        if not self.measured:
            return f"{text}; none measured yet"
        text += f"; found {self.hits / self.measured:.0%}, {self.hits} of {self.measured} measured"
        if self.undecided:
            text += f" ({self.undecided} limits leave it open)"
        if np.isfinite(self.bias):
            text += f"; bias {self.bias:+.2f}, intervals hold {self.coverage:.0%}"
        return text


def keep_batch(run: ScreenRun, batch: NextBatch, *, learn: float, file: str = "") -> Path:
    """Write a proposed batch into the run folder; return the Parquet file.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """
    facts = {
        "run": run.plan.key,
        "model": run.plan.model_key,
        "kind": run.kind,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "file": file,
        "compounds": batch.table.num_rows,
        "learn": learn,
        "promises": {
            why: dataclasses.asdict(promise)
            for why, promise in (("best", batch.promise), ("to learn", batch.learning))
            if promise is not None and promise.compounds
        },
        "correction": dataclasses.asdict(batch.correction),
    }
    return _tables(run).keep(batch.table, facts)


def kept_batches(run: ScreenRun) -> list[KeptBatch]:
    """Return the batches that were proposed from a run, the oldest first.

    Raises
    ------
    FileError
        If a file was changed.
    """
    return [KeptBatch(one.number, one.table, one.facts) for one in _tables(run).read()]


def _tables(run: ScreenRun) -> NumberedTables:
    return NumberedTables(run.folder / FOLDER, FORMAT, "is damaged or was changed since the batch was proposed")


def batch_of(run: ScreenRun, number: int | None = None) -> KeptBatch:
    """Return a batch by its number, the latest if None.

    Raises
    ------
    UsageError
        If there is none.
    """
    kept = kept_batches(run)
    for one in reversed(kept):
        if number is None or one.number == number:
            return one
    what = "no batch was proposed from this run" if not kept else f"there is no batch {number}"
    raise UsageError(
        what, source=run.folder,
        expected=f"1 to {len(kept)}" if kept else "a batch, proposed with `workbench next RUN --out FILE`",
    )  # fmt: skip


def batch_outcomes(run: ScreenRun, results: pa.Table) -> list[BatchOutcome]:
    """Return what became of each kept batch: its promise beside what was measured.

    Parameters
    ----------
    run
        The run.
    results
        Rows of `screening.runs.results.assay.RESULT_SCHEMA`.
    """
    measured = {row["record"]: row for row in results.to_pylist()}
    found = []
    for batch in kept_batches(run):
        for why, told in batch.facts["promises"].items():
            promise = Promise(**told)
            pairs = [
                (row, measured[row["record"]])
                for row in batch.table.to_pylist()
                if row["why"] == why and row["record"] in measured
            ]
            hits = sum(one["limit"] >= 0 and one["measured"] >= promise.threshold for _, one in pairs)
            # "weaker than 7" does not say whether it is a hit at 6, nor "tighter than 5".
            undecided = sum(
                (one["limit"] < 0 and one["measured"] > promise.threshold)
                or (one["limit"] > 0 and one["measured"] < promise.threshold)
                for _, one in pairs
            )
            exact = [(row, one["measured"]) for row, one in pairs if one["limit"] == 0]
            bias = float(np.mean([value - row["predicted"] for row, value in exact])) if exact else float("nan")
            held = [row["lower"] <= value <= row["upper"] for row, value in exact]
            coverage = float(np.mean(held)) if held else float("nan")
            found.append(
                BatchOutcome(
                    batch.number, batch.facts["made"][:10], why, promise, len(pairs), hits, undecided, bias, coverage
                )
            )
    return found
