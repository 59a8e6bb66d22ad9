"""How a library is divided into the batches of a run: by its size alone, so that a stopped run finds its batches again.

A batch is one part of the prepared library until there would be more than `MOST` of them; then it is several parts
that follow each other. A scheduler handles some hundred batches a second, whatever the number of workers: with a
billion compounds it is the first thing to break if batches stay small.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening.compounds.library.prepared_library import COMPOUNDS, LEDGER
from screening.engine import ledger
from screening.engine.batches import Batch, run_batches
from screening.engine.limits import Limits
from screening.engine.progress import OnProgress, Progress
from screening.engine.splittable import Tables
from screening.features.library_features import LibraryFeatures
from screening.runs.journal import Log
from screening.runs.plan import ScreenPlan
from screening.runs.score import PartSlice, ScoreTask

if TYPE_CHECKING:
    from distributed import Client

    from screening.compounds.library.prepared_library import PreparedLibrary

#: Batches of a run at most, as long as none gets larger than `LARGEST` records (about ten seconds of work).
MOST = 5_000
LARGEST = 200_000
#: Seconds between two lines of the log that say how far a run is.
_LOGGED_EVERY = 30.0


@dataclasses.dataclass(frozen=True)
class RunPart:
    """One batch of a run: its number, its library parts by position, its first record and its records."""

    index: int
    start: int
    stop: int
    first: int
    records: int


def divided(library: PreparedLibrary) -> list[RunPart]:
    """Return the batches of a run of this library, in order."""
    return list(_divided(tuple(part.records for part in library.parts)))


@lru_cache(maxsize=2)
def _divided(records: tuple[int, ...]) -> tuple[RunPart, ...]:
    wanted = min(LARGEST, sum(records) // MOST)
    found: list[RunPart] = []
    start = first = held = 0
    for position, count in enumerate(records):
        if held and held + count > wanted:
            found.append(RunPart(len(found), start, position, first, held))
            start, first, held = position, first + held, 0
        held += count
    if held:
        found.append(RunPart(len(found), start, len(records), first, held))
    return tuple(found)


def batch_of(
    plan: ScreenPlan,
    library: PreparedLibrary,
    part: RunPart,
    features: LibraryFeatures | None = None,
    stand_in: tuple[str, str] | None = None,
) -> Batch:
    """Return a batch of a run; `features` and `stand_in` as in `screening.runs.score`.

    Raises
    ------
    LibraryError
        If a part of the features is missing, or they are of another version now.
    """
    slices = slices_of(library, part, features)
    return Batch(part.index, ScoreTask(slices, plan.model, plan.model_key, plan.sequence, stand_in))


def slices_of(
    library: PreparedLibrary, part: RunPart, features: LibraryFeatures | None = None
) -> tuple[PartSlice, ...]:
    """Return where the records of a batch lie in the library.

    Raises
    ------
    LibraryError
        If a part of the features is missing, or they are of another version now.
    """
    slices = []
    for position in range(part.start, part.stop):
        own = library.parts[position]
        slices.append(
            PartSlice(
                compounds=(str(own.compounds.absolute()), own.sha256[COMPOUNDS]),
                ledger=(str(own.ledger.absolute()), own.sha256[LEDGER]),
                start=0,
                stop=own.records,
                features=None if features is None else features.part(position),
            )
        )
    return tuple(slices)


def work_batches(
    work: Callable[[Any], Tables],
    batches: Iterable[Batch],
    folder: Path,
    records: int,
    *,
    stage: str = "scoring",
    client: Client | None,
    limits: Limits | None,
    on_progress: OnProgress | None,
    log: Log,
) -> dict[str, int]:
    """Do the batches of a run or a layer, log what fails, and return how many records are in which state.

    Parameters
    ----------
    work
        What does the task of a batch on a worker.
    batches
        Those of a screen: `divided`.
    folder
        Of the run or layer.
    records
        Records of all batches.
    stage
        What progress calls it.
    client, limits, on_progress, log
        As a run takes them.
    """
    counts: dict[str, int] = {}
    spoken = time.monotonic()
    if on_progress:
        on_progress(Progress(stage, 0, records, "records", {}))
    for receipt in run_batches(work, batches, folder, client=client, limits=limits):
        ledger.add_counts(counts, receipt.counts)
        done = sum(counts.values())
        for reason, number in receipt.reasons.items():
            if reason.startswith((ledger.RecordState.FAILED, ledger.RecordState.TIMED_OUT)):
                log.warning("part %d: %d x %s", receipt.index, number, reason)
        if time.monotonic() - spoken > _LOGGED_EVERY:
            spoken = time.monotonic()
            log.info("%d of %d records: %s", done, records, json.dumps(counts, sort_keys=True))
        if on_progress:
            on_progress(Progress(stage, done, records, "records", dict(counts)))
    return counts
