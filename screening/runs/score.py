"""Score one batch: a pure function of a task, run on a worker."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from screening.compounds.compound import FINGERPRINT_BYTES
from screening.compounds.library.prepared_library import read_part
from screening.engine.ledger import LEDGER_SCHEMA, RecordState
from screening.engine.splittable import Tables, joined
from screening.errors import LibraryError, ModelError
from screening.features import stored_features
from screening.features.library_features import properties_of
from screening.models.affinity import AffinityModel, CompoundBlock, Predictions
from screening.models.stand_in import StandIn, StandInModel, read_stand_in
from screening.models.trained import TrainedModel
from screening.runs.plan import load_bound
from screening.runs.scores import SCORE_SCHEMA

STAGE = "score"

#: Compounds as similar as this to a training compound are always scored in full: a stand-in knows them least.
CLOSE = np.float32(0.5)

#: A fast stand-in of a model, and the number from which on the model itself scores a compound.
Chooser = tuple[StandInModel | TrainedModel, float]


@dataclasses.dataclass(frozen=True)
class PartSlice:
    """Some records of a part of a prepared library.

    Attributes
    ----------
    compounds, ledger
        Path and SHA-256 of the two files of the part.
    start, stop
        First record and the one after the last, counted in the ledger of the part.
    features
        Path and SHA-256 of the stored features of the part; None where the model does not use them.
    """

    compounds: tuple[str, str]
    ledger: tuple[str, str]
    start: int
    stop: int
    features: tuple[str, str] | None = None

    def __len__(self) -> int:
        return self.stop - self.start


@dataclasses.dataclass(frozen=True)
class ScoreTask:
    """Records of a prepared library to be scored.

    Attributes
    ----------
    slices
        Where they are, in order.
    model, model_key, sequence
        Folder of the model, key of the model as bound, and the sequence it is bound to.
    stand_in
        File and SHA-256 of the run's stand-in, which chooses what the model scores; None if it scores everything.
    """

    slices: tuple[PartSlice, ...]
    model: str
    model_key: str
    sequence: str | None
    stand_in: tuple[str, str] | None = None

    def __len__(self) -> int:
        return sum(len(each) for each in self.slices)

    def piece(self, start: int, stop: int) -> ScoreTask:
        """Return the task of the records from `start` to before `stop`, counted inside this task."""
        return dataclasses.replace(self, slices=slices_between(self.slices, start, stop))

    def given_up(self, state: RecordState, reason: str) -> Tables:
        """Account for the records without scoring them; those that were never ready keep their state."""
        return {"scores": SCORE_SCHEMA.empty_table(), "ledger": given_up_ledger(self.slices, state, reason)}


def slices_between(slices: tuple[PartSlice, ...], start: int, stop: int) -> tuple[PartSlice, ...]:
    """Return the slices of the records from `start` to before `stop`, counted over all of `slices`."""
    found, first = [], 0
    for each in slices:
        begin, end = max(start - first, 0), min(stop - first, len(each))
        if begin < end:
            found.append(dataclasses.replace(each, start=each.start + begin, stop=each.start + end))
        first += len(each)
    return tuple(found)


def given_up_ledger(slices: tuple[PartSlice, ...], state: RecordState, reason: str) -> pa.Table:
    """Return the ledger of records that nobody scores; those that were never ready keep their state."""
    ledger = pa.concat_tables([ledger_of(each) for each in slices])
    ready = pc.equal(ledger.column("state"), RecordState.READY.value)
    ledger = _with(ledger, "state", pc.if_else(ready, state.value, ledger.column("state")))
    ledger = _with(ledger, "stage", pc.if_else(ready, STAGE, ledger.column("stage")))
    return _with(ledger, "reason", pc.if_else(ready, reason, ledger.column("reason")))


def score_batch(task: ScoreTask) -> Tables:
    """Predict the affinity of the ready compounds of a task.

    Returns
    -------
    dict
        ``scores`` (`SCORE_SCHEMA`) for what was predicted, and ``ledger`` (`LEDGER_SCHEMA`) for every record,
        so that the ledger of a run balances by itself.

    Raises
    ------
    LibraryError, ModelError
        If the library or the model is no longer the one that was planned.
    """
    model = bound_model(task.model, task.model_key, task.sequence)
    chooser = None
    if task.stand_in is not None:
        chooser = _chooser(task.model, task.model_key, task.sequence, *task.stand_in)
    return scored(task, model, chooser)


def scored(task: ScoreTask, model: AffinityModel, chooser: Chooser | None) -> Tables:
    """Do the work of `score_batch` with a model at hand.

    Parameters
    ----------
    task
        Says which records.
    model
        The whole model.
    chooser
        What stands in for it, and the number from which on the model itself scores a compound; None if it scores all.
    """

    def score(compounds: pa.Table, block: CompoundBlock) -> tuple[pa.Table, dict[int, str]]:
        predictions, full = _predicted(model, chooser, block)
        return _score_table(compounds, block, predictions, full, model)

    return scored_slices(task.slices, score)


def scored_slices(
    slices: Sequence[PartSlice], score: Callable[[pa.Table, CompoundBlock], tuple[pa.Table, dict[int, str]]]
) -> Tables:
    """Return the scores of the ready compounds of some slices, and the ledger of all of their records.

    Parameters
    ----------
    slices
        Where the records are.
    score
        Given rows of the library and what a model sees of them, returns scores, and row to reason for compounds
        without any.
    """
    found: list[Tables] = []
    for each in slices:
        ledger = ledger_of(each)
        compounds, first = compounds_of(each, ledger)
        scores, problems = score(compounds, compound_block(compounds, each.features, first))
        found.append({"scores": scores, "ledger": scored_ledger(ledger, compounds, problems)})
    return joined(found)


def _predicted(model: AffinityModel, chooser: Chooser | None, block: CompoundBlock) -> tuple[Predictions, np.ndarray]:
    """Return predictions, and where they are the model's own, bool, shape (n,)."""
    if chooser is None:
        return model.predict(block), np.ones(len(block), bool)
    stand_in, threshold = chooser
    rough = stand_in.predict(block)
    full = (rough.affinity >= np.float32(threshold)) | (rough.similarity >= CLOSE)
    rows = np.flatnonzero(full)
    found, own = model.reported(rough), model.predict(block.take(rows))  # type: ignore[attr-defined]
    return found.replaced(rows, own), full


def _score_table(
    compounds: pa.Table, block: CompoundBlock, predictions: Predictions, full: np.ndarray, model: AffinityModel
) -> tuple[pa.Table, dict[int, str]]:
    """Return the scores (`SCORE_SCHEMA`) of library rows, and row to reason for those without a usable number."""
    problems = problems_of(predictions, len(block))
    identities = compounds.column("identity").combine_chunks()
    scores = pa.table(
        [
            compounds.column("record"),
            identities,
            pa.array(predictions.affinity, pa.float32()),
            pa.array(predictions.lower, pa.float32()),
            pa.array(predictions.upper, pa.float32()),
            pa.array(predictions.in_domain, pa.bool_()),
            pa.array(predictions.nearest, pa.int32()),
            pa.array(predictions.similarity, pa.float32()),
            pa.array(model.known(block, identities.to_pylist()), pa.bool_()),
            pa.array(full, pa.bool_()),
        ],
        schema=SCORE_SCHEMA,
    )
    if problems:
        keep = np.ones(len(block), bool)
        keep[list(problems)] = False
        scores = scores.filter(pa.array(keep))
    return scores.combine_chunks(), problems


def compound_block(compounds: pa.Table, features: tuple[str, str] | None = None, first: int = 0) -> CompoundBlock:
    """Return what a model sees of rows of a prepared library (`COMPOUND_SCHEMA`).

    Parameters
    ----------
    compounds
        The rows.
    features, first
        Path and SHA-256 of the stored features of their part, and where the rows begin in it.

    Raises
    ------
    LibraryError
        If the features are missing or damaged, or are not those of this part.
    """
    count = compounds.num_rows
    packed = compounds.column("fingerprint").combine_chunks()
    if isinstance(packed, pa.ChunkedArray):
        packed = pa.concat_arrays(packed.chunks)
    raw = np.frombuffer(packed.buffers()[1], np.uint8) if count else np.zeros(0, np.uint8)
    start = packed.offset * FINGERPRINT_BYTES
    fingerprints = raw[start : start + count * FINGERPRINT_BYTES].reshape(count, FINGERPRINT_BYTES)
    properties = properties_of(compounds)
    block = CompoundBlock(compounds.column("smiles").to_pylist(), fingerprints, properties)
    if features is None:
        return block
    stored = stored_features.from_table(read_part(*features), first, properties)
    return dataclasses.replace(block, features=stored)


def problems_of(predictions: Predictions, count: int) -> dict[int, str]:
    """Return row to reason for every row without a usable number; a number that is not finite is never ranked."""
    problems = {row: reason for row, reason in predictions.problems.items() if 0 <= row < count}
    usable = np.isfinite(predictions.affinity) & np.isfinite(predictions.lower) & np.isfinite(predictions.upper)
    for row in np.flatnonzero(~usable):
        problems.setdefault(int(row), "the model gave no finite number")
    return problems


def scored_ledger(ledger: pa.Table, compounds: pa.Table, problems: dict[int, str]) -> pa.Table:
    """Return the ledger of scored records; `problems` maps rows of `compounds` to why they have no number."""
    ready = pc.equal(ledger.column("state"), RecordState.READY.value)
    ledger = _with(ledger, "state", pc.if_else(ready, RecordState.SCORED.value, ledger.column("state")))
    if not problems:
        return ledger.combine_chunks()
    reasons = dict(
        zip(compounds.column("record").take(sorted(problems)).to_pylist(), (problems[row] for row in sorted(problems)))
    )
    columns = {name: ledger.column(name).to_pylist() for name in ("state", "stage", "reason")}
    for row, record in enumerate(ledger.column("record").to_pylist()):
        if record in reasons:
            columns["state"][row] = RecordState.FAILED.value
            columns["stage"][row], columns["reason"][row] = STAGE, reasons[record]
    for name, values in columns.items():
        ledger = _with(ledger, name, pa.array(values, pa.string()))
    return ledger.combine_chunks()


def _with(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    index = LEDGER_SCHEMA.get_field_index(name)
    return table.set_column(index, LEDGER_SCHEMA.field(name), values)


@lru_cache(maxsize=2)
def bound_model(path: str, key: str, sequence: str | None) -> AffinityModel:
    """Return the model a worker scores with; loaded once per worker.

    Raises
    ------
    ModelError
        If the files hold another model than the planned one.
    """
    model = load_bound(path, sequence)
    if model.key != key:
        raise ModelError("has changed since the run was planned", source=path, expected=f"key {key[:12]}")
    return model


def first_stage(model: AffinityModel) -> AffinityModel | None:
    """Return the fast model that a slow, accurate one names to choose what is worth its time; None if it has none."""
    first: AffinityModel | None = getattr(model, "first_stage", None)
    return first


@lru_cache(maxsize=2)
def _chooser(model: str, model_key: str, sequence: str | None, path: str, sha256: str) -> Chooser:
    stand_in, _ = read_stand_in(path, sha256)
    return stand_in_model(bound_model(model, model_key, sequence), stand_in), stand_in.threshold


def stand_in_model(model: AffinityModel, stand_in: StandIn) -> StandInModel:
    """Return a stand-in of what decides the rank of a compound in a model with a fast first stage."""
    fast: Any = first_stage(model)
    return StandInModel(model.scorer, fast.scorer, stand_in)  # type: ignore[attr-defined]


def ledger_of(part: PartSlice) -> pa.Table:
    """Return the library's ledger of the records of a slice."""
    return read_part(*part.ledger).slice(part.start, len(part)).cast(LEDGER_SCHEMA)


def compounds_of(part: PartSlice, ledger: pa.Table) -> tuple[pa.Table, int]:
    """Return the compounds of the task's records and the row of the first; refuse files that do not belong together."""
    compounds = read_part(*part.compounds)
    ready = ledger.filter(pc.equal(ledger.column("state"), RecordState.READY.value)).column("record")
    first = max(pc.index(compounds.column("record"), ready[0]).as_py(), 0) if ready.length() else 0
    compounds = compounds.slice(first, ready.length())
    if not compounds.column("record").combine_chunks().equals(ready.combine_chunks()):
        raise LibraryError("does not name the same records as its ledger", source=part.compounds[0])
    return compounds, first
