"""How far a run is, seen from outside: from another terminal, while it works or after it died."""

from __future__ import annotations

import dataclasses
import os
import statistics
from pathlib import Path

from screening.engine import ledger, parts
from screening.engine.lock import LOCK_NAME, locked
from screening.errors import FileError, LibraryError
from screening.runs.batching import divided
from screening.runs.docking.docking import Docking
from screening.runs.matrix.matrix_run import MatrixRun
from screening.runs.open_folder import open_folder
from screening.runs.run import ScreenRun


@dataclasses.dataclass(frozen=True)
class RunStatus:
    """How far a run is.

    Attributes
    ----------
    state
        ``"running"``, ``"finished"`` or ``"stopped"`` (the same command goes on with it).
    parts_done, parts
        Finished batches and all of them; `parts` is None if the library is not there any more.
    records_done, records
        The same in records.
    counts
        Records per ledger state so far.
    failures
        The commonest reasons of records that did not go well, with their number.
    cpu_seconds
        Time workers spent on the finished batches.
    elapsed_seconds
        Time in which somebody worked, without the times the run was stopped.
    records_per_second
        Of all workers together over that time; None before the first batch.
    records_per_second_worker
        Of one worker, while it worked: the number a pilot foretells. None before the first batch.
    seconds_left
        At that rate; None if unknown or nobody is working.
    holder
        Who is working in the folder, empty if nobody.
    missing
        What the run was made from and is not there any more: name to path.
    matched
        Which target of the model's training data the one screened is, or is most like; empty for other models.
    """

    folder: str
    key: str
    state: str
    parts_done: int
    parts: int | None
    records_done: int
    records: int | None
    counts: dict[str, int]
    failures: dict[str, int]
    cpu_seconds: float
    elapsed_seconds: float
    records_per_second: float | None
    records_per_second_worker: float | None
    seconds_left: float | None
    holder: str
    missing: dict[str, str] = dataclasses.field(default_factory=dict)
    matched: str = ""


def run_status(path: str | os.PathLike[str]) -> RunStatus:
    """Look at a run directory without touching it.

    Raises
    ------
    FileError
        If the path holds no run.
    """
    run = open_folder(path)
    holder = lock_holder(run.folder)
    counts: dict[str, int] = {}
    failures: dict[str, int] = {}
    done, seconds = 0, 0.0
    worked: list[tuple[float, float]] = []
    rates: list[float] = []
    for receipt in parts.receipts(run.folder):
        done += 1
        seconds += receipt.seconds
        ledger.add_counts(counts, receipt.counts)
        ledger.add_counts(failures, receipt.reasons)
        ended = (run.folder / parts.RECEIPTS / parts.part_name(receipt.index, ".json")).stat().st_mtime
        worked.append((ended - receipt.seconds, ended))
        rates.append(sum(receipt.counts.values()) / max(receipt.seconds, 1e-9))
    total, records = _totals(run)
    elapsed = _covered(worked)
    read = sum(counts.values())
    rate = read / elapsed if elapsed > 0 else None
    state = "finished" if run.finished else "running" if holder else "stopped"
    left = (records - read) / rate if rate and records is not None and state == "running" else None
    return RunStatus(
        folder=str(run.folder),
        key=run.plan.key,
        state=state,
        parts_done=done,
        parts=total,
        records_done=read,
        records=records,
        counts=counts,
        failures=dict(sorted(failures.items(), key=lambda item: (-item[1], item[0]))[:10]),
        cpu_seconds=round(seconds, 2),
        elapsed_seconds=round(elapsed, 2),
        records_per_second=None if rate is None else round(rate, 1),
        # The median: the first batch of a worker also loads the model.
        records_per_second_worker=round(statistics.median(rates), 1) if rates else None,
        seconds_left=None if left is None else round(left, 1),
        holder=holder,
        missing={} if isinstance(run, Docking) else run.missing,
        matched=_matched(run),
    )


def _matched(run: ScreenRun | MatrixRun | Docking) -> str:
    """Return what the target is; nothing if that cannot be read, for how far a run is can be told all the same."""
    try:
        return run.matched if isinstance(run, ScreenRun) else ""
    except FileError:
        return ""


def _covered(spans: list[tuple[float, float]]) -> float:
    """Return the length of the union of time spans, in seconds."""
    total, until = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total


def _totals(run: ScreenRun | MatrixRun | Docking) -> tuple[int | None, int | None]:
    if run.finished:
        return int(run.summary["parts"]), int(run.summary["records"])
    if isinstance(run, Docking):
        return None, None  # which records of the library pass is known to the process that docks
    try:
        library = run.library()
    except LibraryError:
        return None, None
    return len(divided(library)), library.records


def lock_holder(folder: Path) -> str:
    """Say who holds the lock of a folder; empty if nobody does."""
    path = folder / LOCK_NAME
    try:
        with open(path, encoding="utf-8") as stream:
            try:
                with locked(stream.fileno(), shared=True, wait=False):
                    pass
            except OSError:
                return stream.read().strip() or "another process"
    except OSError:
        pass
    return ""
