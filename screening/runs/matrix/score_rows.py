"""Score one batch of a matrix: a pure function of a task, run on a worker."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from screening.engine.ledger import RecordState
from screening.engine.splittable import Tables
from screening.errors import ModelError
from screening.models.affinity import AffinityKind, AffinityModel, CompoundBlock, Predictions
from screening.models.pairs.bound_family import BoundFamilyModel
from screening.runs.matrix.many_targets import predict_targets
from screening.runs.matrix.plan import MatrixColumn, bound_to, loaded
from screening.runs.matrix.selectivity import selectivity_of
from screening.runs.score import (
    PartSlice,
    given_up_ledger,
    scored_slices,
    slices_between,
)

_DECIMALS = 3
_SELECTIVITY = ("difference", "difference_lower", "difference_upper", "selectivity_10uM", "selectivity_1uM", "gini")


def row_schema(columns: int, models: int) -> pa.Schema:
    """Return the schema of a matrix of so many columns.

    `affinity`, `lower` and `upper` hold a number for each column (null where there is none), `in_domain`, `nearest` (a
    row of the model's training compounds), `similarity` and `known` one for each model; `target` and `off_target` are
    positions of columns, the rest is `screening.runs.matrix.selectivity.Selectivity`. `rank_value` ranks.
    """
    numbers = pa.list_(pa.float32(), columns)
    return pa.schema(
        [
            pa.field("record", pa.int64(), nullable=False),
            pa.field("identity", pa.binary(16), nullable=False),
            pa.field("affinity", numbers, nullable=False),
            pa.field("lower", numbers, nullable=False),
            pa.field("upper", numbers, nullable=False),
            pa.field("in_domain", pa.list_(pa.bool_(), models), nullable=False),
            pa.field("nearest", pa.list_(pa.int32(), models), nullable=False),
            pa.field("similarity", pa.list_(pa.float32(), models), nullable=False),
            pa.field("known", pa.list_(pa.bool_(), models), nullable=False),
            pa.field("target", pa.int32(), nullable=False),
            pa.field("off_target", pa.int32(), nullable=False),
            pa.field("difference", pa.float32()),
            pa.field("difference_lower", pa.float32()),
            pa.field("difference_upper", pa.float32()),
            pa.field("selectivity_10uM", pa.float32()),
            pa.field("selectivity_1uM", pa.float32()),
            pa.field("gini", pa.float32()),
            pa.field("rank_value", pa.float32()),
        ]
    )


@dataclasses.dataclass(frozen=True)
class MatrixTask:
    """Records of a prepared library to be scored for every column.

    Attributes
    ----------
    slices
        Where the records are, in order.
    columns, primary, rank_by
        Of the plan; `primary` as a position.
    """

    slices: tuple[PartSlice, ...]
    columns: tuple[MatrixColumn, ...]
    primary: int | None
    rank_by: str

    def __len__(self) -> int:
        return sum(len(each) for each in self.slices)

    def piece(self, start: int, stop: int) -> MatrixTask:
        """Return the task of the records from `start` to before `stop`, counted inside this task."""
        return dataclasses.replace(self, slices=slices_between(self.slices, start, stop))

    def given_up(self, state: RecordState, reason: str) -> Tables:
        """Account for the records without scoring them; those that were never ready keep their state."""
        empty = row_schema(len(self.columns), len({one.model for one in self.columns})).empty_table()
        return {"scores": empty, "ledger": given_up_ledger(self.slices, state, reason)}


def score_rows(task: MatrixTask) -> Tables:
    """Predict the ready compounds of a task for every column.

    Returns
    -------
    dict
        ``scores`` (`row_schema`) for compounds with at least one number, and ``ledger`` for every record.

    Raises
    ------
    LibraryError, ModelError
        If the library or a model is no longer the one that was planned.
    """
    return scored_slices(task.slices, lambda compounds, block: _rows(task, compounds, block))


def _rows(task: MatrixTask, compounds: pa.Table, block: CompoundBlock) -> tuple[pa.Table, dict[int, str]]:
    models = bound_models(task.columns)
    predictions = predict_columns(models, block)
    affinity, lower, upper = (
        np.column_stack([_finite(getattr(one, name)) for one in predictions]).astype(np.float32).reshape(len(block), -1)
        for name in ("affinity", "lower", "upper")
    )
    whole = np.isfinite(affinity) & np.isfinite(lower) & np.isfinite(upper)
    affinity, lower, upper = (np.where(whole, each, np.nan).astype(np.float32) for each in (affinity, lower, upper))
    folders = [column.model for column in task.columns]
    firsts = [folders.index(folder) for folder in dict.fromkeys(folders)]
    identities = compounds.column("identity").combine_chunks()
    keys = identities.to_pylist()
    known = np.column_stack([models[at].known(block, keys) for at in firsts])
    judged = _judged(task, affinity, lower, upper)
    by_model = {
        name: np.column_stack([getattr(predictions[at], name) for at in firsts])
        for name in ("in_domain", "nearest", "similarity")
    }
    columns = len(task.columns)
    schema = row_schema(columns, len(firsts))
    values: dict[str, Any] = {
        "record": compounds.column("record").combine_chunks(),
        "identity": identities,
        "affinity": _lists(affinity),
        "lower": _lists(lower),
        "upper": _lists(upper),
        "known": _lists(known),
        **{name: _lists(each) for name, each in by_model.items()},
        **judged,
    }
    rows = pa.table([values[field.name].cast(field.type) for field in schema], schema=schema)
    none = np.flatnonzero(~whole.any(axis=1))
    problems = {int(row): _why(predictions, int(row)) for row in none}
    if problems:
        rows = rows.filter(pa.array(whole.any(axis=1)))
    return rows.combine_chunks(), problems


def _judged(task: MatrixTask, affinity: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> dict[str, pa.Array]:
    """Return the columns of selectivity, and the number that ranks, as Arrow arrays with nulls for NaN."""
    comparable = [at for at, column in enumerate(task.columns) if column.kind in list(AffinityKind)]
    count = len(affinity)
    primary = task.primary
    value = np.full(count, np.nan)
    found = dict.fromkeys(_SELECTIVITY, np.full(count, np.nan))
    target, off = np.full(count, -1), np.full(count, -1)
    if comparable and (primary is None or primary in comparable) and count:
        places = np.array(comparable)
        at = None if primary is None else comparable.index(primary)
        one = selectivity_of(affinity[:, places], lower[:, places], upper[:, places], at)
        target = np.where(one.target >= 0, places[one.target], -1)
        off = np.where(one.off_target >= 0, places[one.off_target], -1)
        found = {
            "difference": one.difference, "difference_lower": one.lower, "difference_upper": one.upper,
            "selectivity_10uM": one.score, "selectivity_1uM": one.score_1uM, "gini": one.gini,
        }  # fmt: skip
    if task.rank_by == "difference":
        value = found["difference"]
    elif primary is not None:
        value = affinity[:, primary]
    elif count:
        filled = np.where(np.isfinite(affinity), affinity, -np.inf).max(axis=1)
        value = np.where(np.isfinite(filled), filled, np.nan)
    columns = {name: _nullable(each) for name, each in {**found, "rank_value": value}.items()}
    return {"target": pa.array(target.astype(np.int32)), "off_target": pa.array(off.astype(np.int32)), **columns}


def _nullable(values: np.ndarray) -> pa.Array:
    # Rounded as predictions are, so that ties are ties whatever the batch.
    rounded = np.round(np.asarray(values, np.float64), _DECIMALS).astype(np.float32)
    return pa.array(rounded, pa.float32(), mask=~np.isfinite(rounded))


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


def _lists(values: np.ndarray) -> pa.Array:
    flat = np.ascontiguousarray(values).ravel()
    mask = ~np.isfinite(flat) if flat.dtype.kind == "f" else None
    return pa.FixedSizeListArray.from_arrays(pa.array(flat, mask=mask), values.shape[1])


def _why(predictions: list[Predictions], row: int) -> str:
    reasons = dict.fromkeys(one.problems.get(row, "the model gave no finite number") for one in predictions)
    return "; ".join(reasons)


def predict_columns(models: tuple[AffinityModel, ...], block: CompoundBlock) -> list[Predictions]:
    """Return the predictions of every column; targets of one family model together, features worked out once."""
    found: dict[int, Predictions] = {}
    groups: dict[int, list[int]] = {}
    for at, model in enumerate(models):
        if isinstance(model, BoundFamilyModel):
            groups.setdefault(id(model.training), []).append(at)
    left = [at for at, model in enumerate(models) if not isinstance(model, BoundFamilyModel)]
    asked = [*left, *(members[0] for members in groups.values())]
    asking = sum(bool(getattr(models[at], "uses_features", False)) for at in asked)
    if len(block) and asking > 1:
        block = block.with_features()
    for members in groups.values():
        together = [models[at] for at in members]
        found |= dict(zip(members, predict_targets(together, block)))  # type: ignore[arg-type]
    for at in left:
        found[at] = models[at].predict(block)
    return [found[at] for at in range(len(models))]


@lru_cache(maxsize=2)
def bound_models(columns: tuple[MatrixColumn, ...]) -> tuple[AffinityModel, ...]:
    """Return the models of the columns; every file is loaded once in a process.

    Raises
    ------
    ModelError
        If a file holds another model than the planned one.
    """
    found: dict[int, AffinityModel] = {}
    for folder in dict.fromkeys(column.model for column in columns):
        places = [at for at, column in enumerate(columns) if column.model == folder]
        wanted = [(columns[at].target, columns[at].sequence) for at in places]
        for at, model in zip(places, bound_to(loaded(folder), wanted)):
            if model.key != columns[at].model_key:
                raise ModelError(
                    "has changed since the matrix was planned", source=folder,
                    expected=f"key {columns[at].model_key[:12]} for {columns[at].name}",
                )  # fmt: skip
            found[at] = model
    return tuple(found[at] for at in range(len(columns)))
