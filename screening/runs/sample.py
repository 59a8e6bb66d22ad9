"""Some compounds of a library: what is known of them, and what a model predicts for them.

`sample_of` draws runs of records that follow each other, at random by the seed of the plan, so that it does not depend
on how the library is divided. `score_sample` is the pure function that workers run to have some of them scored.
"""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from screening.compounds.library.prepared_library import COMPOUNDS, read_part
from screening.engine.batches import Batch
from screening.engine.ledger import RecordState
from screening.engine.splittable import Tables
from screening.features.library_features import LibraryFeatures
from screening.models.affinity import CompoundBlock
from screening.runs.hits import first_records
from screening.runs.plan import ScreenPlan
from screening.runs.score import bound_model, compound_block

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary

#: What a model predicts for records.
VALUE_SCHEMA = pa.schema(
    [pa.field("record", pa.int64(), nullable=False), pa.field("value", pa.float32(), nullable=False)]
)


@dataclasses.dataclass(frozen=True)
class SampleTask:
    """Compounds to be scored.

    Attributes
    ----------
    chosen
        For each library part they lie in: path and SHA-256 of its compounds, and their records, rising.
    model, model_key, sequence
        As in `screening.runs.score.ScoreTask`.
    """

    chosen: tuple[tuple[str, str, tuple[int, ...]], ...]
    model: str
    model_key: str
    sequence: str | None

    def __len__(self) -> int:
        return sum(len(records) for _, _, records in self.chosen)

    def piece(self, start: int, stop: int) -> SampleTask:
        """Return the task of the compounds from `start` to before `stop`."""
        pieces, first = [], 0
        for path, sha256, records in self.chosen:
            wanted = records[max(start - first, 0) : max(stop - first, 0)]
            if wanted:
                pieces.append((path, sha256, wanted))
            first += len(records)
        return dataclasses.replace(self, chosen=tuple(pieces))

    def given_up(self, state: RecordState, reason: str) -> Tables:
        """Leave the compounds out of what is learnt."""
        return {"values": VALUE_SCHEMA.empty_table()}


def score_sample(task: SampleTask) -> Tables:
    """Predict the value of the chosen compounds (`VALUE_SCHEMA`); those that cannot be predicted are left out.

    Raises
    ------
    LibraryError, ModelError
        If the library or the model is no longer the one that was planned.
    """
    model: Any = bound_model(task.model, task.model_key, task.sequence)
    rows = []
    for path, sha256, records in task.chosen:
        part = read_part(path, sha256)
        places = pc.index_in(pa.array(records, pa.int64()), value_set=part.column("record"))
        rows.append(part.take(places.drop_null()))  # a record may stand for nothing that could be prepared
    if not rows:
        return {"values": VALUE_SCHEMA.empty_table()}
    compounds = pa.concat_tables(rows).combine_chunks()
    values = model.scorer.predict(compound_block(compounds)).affinity
    found = pa.table([compounds.column("record"), pa.array(values, pa.float32())], schema=VALUE_SCHEMA)
    return {"values": found.filter(pa.array(np.isfinite(values)))}


def sample_tasks(plan: ScreenPlan, library: PreparedLibrary, batches: list[list[int]]) -> Iterator[Batch]:
    """Yield a batch for each list of records, rising."""
    firsts = first_records(library)
    for index, records in enumerate(batches):
        places: dict[int, list[int]] = {}
        for record in records:
            places.setdefault(bisect.bisect_right(firsts, record) - 1, []).append(record)
        chosen = []
        for position, members in sorted(places.items()):
            part = library.parts[position]
            chosen.append((str(part.compounds.absolute()), part.sha256[COMPOUNDS], tuple(members)))
        yield Batch(index, SampleTask(tuple(chosen), plan.model, plan.model_key, plan.sequence))


def sample_of(
    plan: ScreenPlan, library: PreparedLibrary, runs: int, length: int, features: LibraryFeatures | None = None
) -> Iterator[tuple[np.ndarray, CompoundBlock]]:
    """Yield the record numbers, rising, and what models see of the compounds of a sample, part by part.

    Parameters
    ----------
    plan, library
        What is screened.
    runs, length
        Runs of records that follow each other, and the records in each.
    features
        Stored features, if the blocks shall have them.
    """
    generator = np.random.default_rng([plan.seed, int(library.key[:12], 16)])
    starts = generator.integers(0, library.records, runs)
    wanted = np.unique((starts[:, None] + np.arange(length)[None, :]).ravel())
    wanted = wanted[wanted < library.records]
    firsts = np.array([*first_records(library), library.records])
    for position in np.unique(np.searchsorted(firsts, wanted, side="right") - 1).tolist():
        part = library.parts[position]
        rows = read_part(str(part.compounds.absolute()), part.sha256[COMPOUNDS])
        stored = None if features is None else features.part(position)
        inside = wanted[(wanted >= firsts[position]) & (wanted < firsts[position + 1])]
        here = np.flatnonzero(np.isin(rows.column("record").to_numpy(), inside))
        if len(here):
            block = compound_block(rows.combine_chunks(), stored).take(here)
            yield rows.column("record").to_numpy()[here], block
