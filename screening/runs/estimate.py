"""What a screen will cost: a pilot on a few thousand records, spread over the library."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from screening.engine.parts import table_bytes
from screening.runs.division import batch_of, divided
from screening.runs.learning import scored_in_full
from screening.runs.plan import ScreenPlan
from screening.runs.score import bound_model, compound_block, first_stage, score_batch

if TYPE_CHECKING:
    from screening.compounds.library import PreparedLibrary

#: Records of a pilot, and compounds the full model of a cascade is tried on.
PILOT = 4000
TRIED = 200


@dataclasses.dataclass(frozen=True)
class Estimate:
    """What a screen will cost.

    Attributes
    ----------
    records
        Records of the library.
    pilot_records
        Records the estimate was measured on.
    records_per_second
        Of one core, after the model is loaded; of the first stage if the model has two.
    start_seconds
        To load the model, once for each worker.
    cpu_hours
        For the whole library, with the second stage.
    megabytes
        Written to the run folder.
    """

    records: int
    pilot_records: int
    records_per_second: float
    start_seconds: float
    cpu_hours: float
    megabytes: float

    def hours(self, workers: int) -> float:
        """Return the wall time in hours on so many cores."""
        return self.start_seconds / 3600 + self.cpu_hours / max(1, workers)


def estimate(plan: ScreenPlan, library: PreparedLibrary, *, records: int = PILOT) -> Estimate:
    """Score parts spread evenly over the library in this process, write nothing, and extrapolate.

    Raises
    ------
    LibraryError, ModelError
        If the library or the model is not the planned one any more.
    """
    started = time.perf_counter()
    bound_model(plan.model, plan.model_key, plan.sequence)
    start_seconds = time.perf_counter() - started
    batches = divided(library)
    total = len(batches)
    size = max(1, library.records // max(1, total))
    wanted = min(total, max(1, -(-records // size)))
    done, written = 0, 0
    # The first batch pays for imports and caches; it is measured only if it is the only one.
    chosen = [position * total // wanted for position in range(wanted)]
    if wanted > 1:
        score_batch(batch_of(plan, library, batches[chosen[0]]).payload)
    started = time.perf_counter()
    for position in chosen:
        tables = score_batch(batch_of(plan, library, batches[position]).payload)
        written += sum(len(table_bytes(table)) for table in tables.values())
        done += batches[position].records
    seconds = max(time.perf_counter() - started, 1e-9)
    rate = done / seconds
    again = _second_stage_seconds(plan, library)
    return Estimate(
        records=library.records,
        pilot_records=done,
        records_per_second=rate,
        start_seconds=start_seconds,
        cpu_hours=(library.records / rate + again) / 3600,
        megabytes=written / max(1, done) * library.records / 1e6,
    )


def _second_stage_seconds(plan: ScreenPlan, library: PreparedLibrary) -> float:
    """Return how long the full model takes for the best compounds, if it has a fast first stage."""
    model = bound_model(plan.model, plan.model_key, plan.sequence)
    if first_stage(model) is None or not library.compounds:
        return 0.0
    part = next(part for part in library.parts if part.rows)
    some = compound_block(pq.read_table(part.compounds).slice(0, TRIED).combine_chunks())
    started = time.perf_counter()
    model.predict(some)
    each = (time.perf_counter() - started) / len(some)
    most = float(getattr(model, "first_stage_keep", 0.0))
    return each * scored_in_full(library.compounds, plan.top, most)
