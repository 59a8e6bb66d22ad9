"""The score of each row of evidence by a profile, how sure it is, and the rows that none beats in every aim.

The score is the weighted geometric mean of the desirabilities (Derringer and Suich, J. Qual. Technol. 1980, 12, 214): a
compound that is not acceptable in one aim is not acceptable. What is predicted is not known exactly: the affinity is
taken as normal about the prediction, its 90 % interval as given, and the efficiencies made of it move with it; the
score is the mean over that, with its 5th and 95th percentile. What is computed from the structure counts as exact.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from scipy.special import ndtri

from screening.errors import UsageError
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.scoring.profile import Aim

GROUP = "score"
#: Evenly spaced quantiles that stand for the distribution of the affinity.
QUANTILES = 41
#: Half of a 90 % interval in standard deviations.
_HALF = float(ndtri(0.95))
COLUMNS = (
    EvidenceColumn(
        "mpo", pa.float32(), "Score of aims", GROUP, "", 2, True,
        "Weighted geometric mean of the desirabilities, 0 to 1; the mean over the uncertainty of the affinity.",
    ),
    EvidenceColumn("mpo_lower", pa.float32(), "Score, lower", GROUP, "", 2, description="5th percentile of it."),
    EvidenceColumn("mpo_upper", pa.float32(), "Score, upper", GROUP, "", 2, description="95th percentile of it."),
    EvidenceColumn("mpo_parts", pa.string(), "Score, parts", GROUP, description="Desirability of each aim."),
    EvidenceColumn(
        "pareto", pa.int32(), "Pareto front", GROUP, "", None, False,
        "1 for hits that no other beats in every aim, 2 for those that only the first beat, and so on.",
    ),
)  # fmt: skip


def desirabilities(table: pa.Table, aims: Sequence[Aim]) -> np.ndarray:
    """Return the desirability of each aim at the values as they stand, float64, shape (rows, aims).

    Raises
    ------
    UsageError
        If the table has no such column, or it holds no numbers.
    """
    require_columns(table.schema, aims)
    return np.stack([one.desirability(_numbers(table, one.column)) for one in aims], axis=1)


def scored(table: pa.Table, aims: Sequence[Aim]) -> pa.Table:
    """Return the rows with the columns of `COLUMNS`, the best score first; rows without a value of an aim come last.

    Parameters
    ----------
    table
        Evidence with the columns of the aims; ``affinity``, ``lower`` and ``upper`` make the interval.
    aims
        A profile.

    Raises
    ------
    UsageError
        If a column is missing or holds no numbers.
    """
    require_columns(table.schema, aims)
    drawn = _drawn(table, aims)
    score = drawn.mean(axis=1)
    ends: np.ndarray = np.quantile(drawn, (0.05, 0.95), axis=1, method="hazen")
    parts = desirabilities(table, aims)
    told = ["; ".join(f"{aim.column} {value:.2f}" for aim, value in zip(aims, row)) for row in parts]
    front = pareto_fronts(parts)
    columns = [*(_floats(one) for one in (score, ends[0], ends[1])), pa.array(told, pa.string()), front]
    gone = [name for name in (one.name for one in COLUMNS) if name in table.schema.names]
    table = table.drop_columns(gone)
    for described, values in zip(COLUMNS, columns):
        table = table.append_column(described.field(), values)
    order = np.lexsort([np.arange(len(score)), -np.nan_to_num(score, nan=-1.0)])
    return table.take(pa.array(order, pa.int64()))


def pareto_fronts(parts: np.ndarray) -> pa.Array:
    """Return the number of the Pareto front of each row, int32; null where a value is missing.

    A row is beaten by another that is as good in every column and better in one. The first front is beaten by none, the
    second only by the first, and so on.

    Parameters
    ----------
    parts
        float64, shape (rows, aims); higher is better.
    """
    front = np.zeros(len(parts), np.int32)
    waiting = np.flatnonzero(np.isfinite(parts).all(axis=1))
    number = 0
    while len(waiting):
        number += 1
        beaten = np.zeros(len(waiting), bool)
        for start in range(0, len(waiting), 256):
            rows = parts[waiting[start : start + 256]]
            others = parts[waiting]
            as_good: np.ndarray = np.greater_equal(others[None], rows[:, None]).all(axis=2)
            better: np.ndarray = np.greater(others[None], rows[:, None]).any(axis=2)
            beaten[start : start + 256] = np.logical_and(as_good, better).any(axis=1)
        front[waiting[~beaten]] = number
        waiting = waiting[beaten]
    return pa.array([int(one) or None for one in front], pa.int32())


def _drawn(table: pa.Table, aims: Sequence[Aim]) -> np.ndarray:
    """Return the score at each quantile of the affinity, shape (rows, `QUANTILES`)."""
    rows = table.num_rows
    shift = np.zeros((rows, QUANTILES))
    if {"affinity", "lower", "upper"} <= set(table.schema.names):
        wide = (_numbers(table, "upper") - _numbers(table, "lower")) / (2 * _HALF)
        shift = np.nan_to_num(wide)[:, None] * ndtri((np.arange(QUANTILES) + 0.5) / QUANTILES)[None]
    total = np.zeros((rows, QUANTILES))
    weights = sum(one.weight for one in aims)
    with np.errstate(divide="ignore", invalid="ignore"):
        for one in aims:
            values = _numbers(table, one.column)[:, None] + shift * _slope(table, one.column)[:, None]
            # A weight of nothing counts for nothing, whatever the value is.
            if one.weight:
                total += one.weight / weights * np.log(one.desirability(values))
        return np.asarray(np.exp(total))


def _slope(table: pa.Table, column: str) -> np.ndarray:
    """Return by how much a column moves when the affinity moves by one."""
    rows = table.num_rows
    if column in ("affinity", "lipophilic_efficiency"):
        return np.ones(rows)
    if column == "ligand_efficiency" and "affinity" in table.schema.names:
        affinity = _numbers(table, "affinity")
        return np.nan_to_num(_numbers(table, column) / np.where(affinity == 0, np.nan, affinity))
    return np.zeros(rows)


def require_columns(schema: pa.Schema, aims: Sequence[Aim]) -> None:
    """Refuse aims at columns that are not there or hold no numbers.

    Raises
    ------
    UsageError
        If there is one.
    """
    for name in (aim.column for aim in aims):
        if name not in schema.names:
            numeric = [field.name for field in schema if _is_number(field.type)]
            raise UsageError(f"there is no column {name!r} to score by", expected=f"one of {', '.join(numeric)}")
        kind = schema.field(name).type
        if not _is_number(kind) and not pa.types.is_string(kind):
            raise UsageError(f"the column {name!r} holds no numbers", expected="a numeric column")


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    column = table.column(name)
    if _is_number(column.type):
        return np.array([np.nan if one is None else float(one) for one in column.to_pylist()])
    # Columns of the input file, a price say, are text.
    return np.array([_number(one) for one in column.to_pylist()])


def _number(text: str | None) -> float:
    try:
        value = float(text or "nan")
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) else float("nan")


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _floats(values: np.ndarray) -> pa.Array:
    return pa.array([float(one) if np.isfinite(one) else None for one in values], pa.float32())
