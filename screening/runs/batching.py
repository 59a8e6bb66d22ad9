"""How a library is divided into the batches of a run: by its size alone, so that a stopped run finds its batches again.

A batch is one part of the prepared library until there would be more than `MOST` of them; then it is several parts
that follow each other. A scheduler handles some hundred batches a second, whatever the number of workers: with a
billion compounds it is the first thing to break if batches stay small.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import TYPE_CHECKING

from screening.compounds.library.prepared_library import COMPOUNDS, LEDGER
from screening.engine.batches import Batch
from screening.features.library_features import LibraryFeatures
from screening.runs.plan import ScreenPlan
from screening.runs.score import PartSlice, ScoreTask

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary

#: Batches of a run at most, as long as none gets larger than `LARGEST` records (about ten seconds of work).
MOST = 5_000
LARGEST = 200_000


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
