"""Score one batch: a pure function of a task, run on a worker."""

from __future__ import annotations

import dataclasses
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from screening.compounds.compound import FINGERPRINT_BYTES, PROPERTIES
from screening.engine.divisible import Tables, joined
from screening.engine.ledger import LEDGER_SCHEMA, RecordState
from screening.errors import LibraryError, ModelError
from screening.models.affinity import AffinityModel, CompoundBlock, Predictions
from screening.models.student import StudentModel, read_student
from screening.runs.plan import load_bound
from screening.runs.scores import SCORE_SCHEMA

STAGE = "score"


@dataclasses.dataclass(frozen=True)
class PartSlice:
    """Some records of a part of a prepared library.

    Attributes
    ----------
    compounds, ledger
        Path and SHA-256 of the two files of the part.
    start, stop
        First record and the one after the last, counted in the ledger of the part.
    """

    compounds: tuple[str, str]
    ledger: tuple[str, str]
    start: int
    stop: int

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
    student
        File and SHA-256 of the run's student, which scores in the place of the fast first stage; None without one.
    """

    slices: tuple[PartSlice, ...]
    model: str
    model_key: str
    sequence: str | None
    student: tuple[str, str] | None = None

    def __len__(self) -> int:
        return sum(len(each) for each in self.slices)

    def piece(self, start: int, stop: int) -> ScoreTask:
        """Return the task of the records from `start` to before `stop`, counted inside this task."""
        found, first = [], 0
        for each in self.slices:
            begin, end = max(start - first, 0), min(stop - first, len(each))
            if begin < end:
                found.append(dataclasses.replace(each, start=each.start + begin, stop=each.start + end))
            first += len(each)
        return dataclasses.replace(self, slices=tuple(found))

    def given_up(self, state: RecordState, reason: str) -> Tables:
        """Account for the records without scoring them; those that were never ready keep their state."""
        ledger = pa.concat_tables([_ledger_of(each) for each in self.slices])
        ready = pc.equal(ledger.column("state"), RecordState.READY.value)
        ledger = _with(ledger, "state", pc.if_else(ready, state.value, ledger.column("state")))
        ledger = _with(ledger, "stage", pc.if_else(ready, STAGE, ledger.column("stage")))
        ledger = _with(ledger, "reason", pc.if_else(ready, reason, ledger.column("reason")))
        return {"scores": SCORE_SCHEMA.empty_table(), "ledger": ledger}


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
    first = first_stage(model)
    if first is not None and task.student is not None:
        first = _student_model(task.model, task.model_key, task.sequence, *task.student)
    found: list[Tables] = []
    for each in task.slices:
        ledger = _ledger_of(each)
        compounds = _compounds_of(each, ledger)
        scores, problems = score_table(first or model, compounds, model, full=first is None)
        found.append({"scores": scores, "ledger": _scored(ledger, compounds, problems)})
    return joined(found)


def score_table(
    model: AffinityModel, compounds: pa.Table, trained: AffinityModel, *, full: bool
) -> tuple[pa.Table, dict[int, str]]:
    """Predict library rows; return the scores (`SCORE_SCHEMA`) and row to reason for those without one.

    Parameters
    ----------
    model
        The model that predicts: a whole one, or the fast first stage of one.
    compounds
        Rows of `COMPOUND_SCHEMA`.
    trained
        The whole model, which says which compounds are known to it.
    full
        Whether `model` is the whole one.
    """
    block = compound_block(compounds)
    predictions = model.predict(block)
    problems = _problems(predictions, len(block))
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
            pa.array(trained.known(block, identities.to_pylist()), pa.bool_()),
            pa.array(np.full(len(block), full)),
        ],
        schema=SCORE_SCHEMA,
    )
    if problems:
        keep = np.ones(len(block), bool)
        keep[list(problems)] = False
        scores = scores.filter(pa.array(keep))
    return scores.combine_chunks(), problems


def compound_block(compounds: pa.Table) -> CompoundBlock:
    """Return what a model sees of the rows of a prepared library (`COMPOUND_SCHEMA`)."""
    count = compounds.num_rows
    packed = compounds.column("fingerprint").combine_chunks()
    if isinstance(packed, pa.ChunkedArray):
        packed = pa.concat_arrays(packed.chunks)
    raw = np.frombuffer(packed.buffers()[1], np.uint8) if count else np.zeros(0, np.uint8)
    first = packed.offset * FINGERPRINT_BYTES
    fingerprints = raw[first : first + count * FINGERPRINT_BYTES].reshape(count, FINGERPRINT_BYTES)
    properties = np.empty((count, len(PROPERTIES)), np.float32)
    for column, name in enumerate(PROPERTIES):
        properties[:, column] = compounds.column(name).to_numpy()
    return CompoundBlock(compounds.column("smiles").to_pylist(), fingerprints, properties)


def _problems(predictions: Predictions, count: int) -> dict[int, str]:
    """Return row to reason for every row without a usable number; a number that is not finite is never ranked."""
    problems = {row: reason for row, reason in predictions.problems.items() if 0 <= row < count}
    usable = np.isfinite(predictions.affinity) & np.isfinite(predictions.lower) & np.isfinite(predictions.upper)
    for row in np.flatnonzero(~usable):
        problems.setdefault(int(row), "the model gave no finite number")
    return problems


def _scored(ledger: pa.Table, compounds: pa.Table, problems: dict[int, str]) -> pa.Table:
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
def _student_model(model: str, model_key: str, sequence: str | None, path: str, sha256: str) -> Any:
    fast = first_stage(bound_model(model, model_key, sequence))
    return StudentModel(fast, read_student(path, sha256)[0])  # type: ignore[arg-type]


@lru_cache(maxsize=2)
def read_part(path: str, sha256: str) -> pa.Table:
    """Read a file of the library and check that it is the planned one; the pieces of a batch read it once."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise LibraryError(f"cannot be read ({error.strerror})", source=path) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise LibraryError(
            "was damaged or changed after the library was prepared", source=path, expected=f"SHA-256 {sha256[:12]}..."
        )
    return pq.read_table(pa.BufferReader(content))


def _ledger_of(part: PartSlice) -> pa.Table:
    return read_part(*part.ledger).slice(part.start, len(part)).cast(LEDGER_SCHEMA)


def _compounds_of(part: PartSlice, ledger: pa.Table) -> pa.Table:
    """Return the compounds of the task's records; refuse a part whose files do not belong together."""
    compounds = read_part(*part.compounds)
    ready = ledger.filter(pc.equal(ledger.column("state"), RecordState.READY.value)).column("record")
    if compounds.num_rows and ready.length():
        first = pc.index(compounds.column("record"), ready[0]).as_py()
        compounds = compounds.slice(max(first, 0), ready.length())
    else:
        compounds = compounds.slice(0, 0)
    if not compounds.column("record").combine_chunks().equals(ready.combine_chunks()):
        raise LibraryError("does not name the same records as its ledger", source=part.compounds[0])
    return compounds
