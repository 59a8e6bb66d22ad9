"""Drive the second stage of a run whose model has a fast first one.

The fast stage (a student of the full model, see `screening.runs.learning`, or the fast model itself) has scored every
compound. The best ``max(2 * top, keep * scored)`` of them, in rank order, are scored again by the full model, and its
numbers take the place of the fast ones. What it chooses depends on numbers only, so a run ends with the same bytes
however it was divided or interrupted.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening.engine import parts
from screening.engine.batches import Batch, run_batches
from screening.engine.guard import Guard
from screening.engine.progress import OnProgress, Progress
from screening.runs.division import divided
from screening.runs.hits import first_records
from screening.runs.plan import ScreenPlan
from screening.runs.rescore import MergeTask, RescoreTask, merge_batch, rescore_batch
from screening.runs.run import MERGED, SCORES, SECOND
from screening.runs.scores import read_run_file
from screening.runs.top import top_scores

if TYPE_CHECKING:
    from distributed import Client

    from screening.compounds.library import PreparedLibrary

#: Compounds in a batch of the second stage, whose model takes milliseconds for each.
RESCORED = 200


def chosen_records(plan: ScreenPlan, score_files: list[Path], scored: int, keep: float) -> list[int]:
    """Return the records the full model scores, rising."""
    count = max(2 * plan.top, math.ceil(keep * scored))
    return sorted(top_scores(score_files, count).column("record").to_pylist())


def second_stage(
    plan: ScreenPlan,
    folder: Path,
    library: PreparedLibrary,
    chosen: list[int],
    *,
    taught: Path | None = None,
    client: Client | None,
    on_progress: OnProgress | None,
    guard: Guard | None,
) -> list[Path]:
    """Score the chosen records with the full model and return the merged score files.

    Those in the file `taught` have its scores already.

    Raises
    ------
    LibraryError, ModelError
        If the library or the model is not the planned one any more.
    """

    def step(stage: str, done: int, total: int, unit: str) -> None:
        if on_progress is not None:
            on_progress(Progress(stage, done, total, unit))

    if taught is not None:
        have = set(read_run_file(taught, columns=["record"]).column("record").to_pylist())
        chosen = [record for record in chosen if record not in have]
    batches = [chosen[start : start + RESCORED] for start in range(0, len(chosen), RESCORED)]
    step("scoring the best again", 0, len(chosen), "compounds")
    work = rescore_tasks(plan, library, batches)
    done, second = 0, folder / SECOND
    for receipt in run_batches(rescore_batch, work, second, client=client, guard=guard):
        done += len(batches[receipt.index])
        step("scoring the best again", done, len(chosen), "compounds")
    merged = folder / MERGED
    for number, _ in enumerate(
        run_batches(merge_batch, _merge_tasks(folder, library, batches, taught), merged, client=client)
    ):
        step("merging", number + 1, len(divided(library)), "parts")
    return [merged / SCORES / parts.part_name(part.index) for part in divided(library)]


def rescore_tasks(plan: ScreenPlan, library: PreparedLibrary, batches: list[list[int]]) -> Iterator[Batch]:
    """Yield a batch for each list of records, rising: the full model's work on them."""
    firsts = first_records(library)
    for index, records in enumerate(batches):
        places: dict[int, list[int]] = {}
        for record in records:
            places.setdefault(bisect.bisect_right(firsts, record) - 1, []).append(record)
        chosen = []
        for position, members in sorted(places.items()):
            receipt: Any = parts.read_receipt(library.folder, library.parts[position].index, verify=False)
            path = str(library.parts[position].compounds.absolute())
            chosen.append((path, receipt.parts["compounds"].sha256, tuple(members)))
        yield Batch(index, RescoreTask(tuple(chosen), plan.model, plan.model_key, plan.sequence))


def _merge_tasks(
    folder: Path, library: PreparedLibrary, batches: list[list[int]], taught: Path | None
) -> Iterator[Batch]:
    """Name for each part the second-stage files whose records reach into it; both rise by record."""
    lasts = [records[-1] for records in batches]
    starts = [records[0] for records in batches]
    for part in divided(library):
        begin = bisect.bisect_left(lasts, part.first)
        end = bisect.bisect_left(starts, part.first + part.records)
        second = tuple(
            str(folder / SECOND / SCORES / parts.part_name(index)) for index in range(begin, max(begin, end))
        )
        if taught is not None:
            second = (*second, str(taught))
        receipt: Any = parts.read_receipt(folder, part.index, verify=False)
        scores = receipt.parts["scores"]
        yield Batch(part.index, MergeTask((str(folder / scores.path), scores.sha256), second))
