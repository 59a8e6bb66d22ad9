"""What a screen will cost: a pilot on a few thousand records, spread over the library."""

from __future__ import annotations

import dataclasses
import math
import time
from typing import TYPE_CHECKING, Any

from screening.engine.parts import table_bytes
from screening.features.library_features import LibraryFeatures
from screening.models.affinity import AffinityModel
from screening.runs.batching import batch_of, divided
from screening.runs.fit_stand_in import scored_in_full
from screening.runs.plan import ScreenPlan, planned_features
from screening.runs.score import bound_model, compound_block, first_stage, scored

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary

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
    model = bound_model(plan.model, plan.model_key, plan.sequence)
    start_seconds = time.perf_counter() - started
    features = planned_features(plan, library)
    most = float(getattr(model, "first_stage_keep", 0.0))
    # What a stand-in costs is known once it has learnt; the fast model of the same data costs about as much.
    fast: Any = first_stage(model)
    full = library.compounds
    if fast is not None:
        trees = features is None and not fast.scorer.terms_of_bits
        full = scored_in_full(library.compounds, plan.top, most, trees=trees)
    chooser = None if full == library.compounds else (fast.scorer, math.inf)
    batches = divided(library)
    total = len(batches)
    size = max(1, library.records // max(1, total))
    wanted = min(total, max(1, -(-records // size)))
    done, written = 0, 0
    # The first batch pays for imports and caches; it is measured only if it is the only one.
    chosen = [position * total // wanted for position in range(wanted)]
    tasks = [batch_of(plan, library, batches[position], features).payload for position in chosen]
    if wanted > 1:
        scored(tasks[0], model, chooser)
    started = time.perf_counter()
    for task in tasks:
        tables = scored(task, model, chooser)
        written += sum(len(table_bytes(table)) for table in tables.values())
        done += len(task)
    seconds = max(time.perf_counter() - started, 1e-9)
    rate = done / seconds
    again = 0.0 if chooser is None else full * _full_seconds(model, library, features)
    return Estimate(
        records=library.records,
        pilot_records=done,
        records_per_second=rate,
        start_seconds=start_seconds,
        cpu_hours=(library.records / rate + again) / 3600,
        megabytes=written / max(1, done) * library.records / 1e6,
    )


def _full_seconds(model: AffinityModel, library: PreparedLibrary, features: LibraryFeatures | None) -> float:
    """Return how long the full model takes for a compound."""
    position = next(position for position, part in enumerate(library.parts) if part.rows)
    rows = library.read_compounds(position).slice(0, TRIED).combine_chunks()
    some = compound_block(rows, None if features is None else features.part(position))
    started = time.perf_counter()
    model.predict(some)
    return (time.perf_counter() - started) / len(some)
