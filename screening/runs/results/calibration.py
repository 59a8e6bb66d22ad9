"""How right a run was, on what was chosen and on the rest."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pyarrow as pa

from screening.errors import UsageError
from screening.models.affinity import ScoreKind
from screening.runs.evidence.training import training_compounds
from screening.runs.results.promise import promise_of, promised
from screening.runs.run import ScreenRun

#: Edges of similarity to the nearest training compound.
SIMILARITY_EDGES = (0.0, 0.4, 0.6, 0.8, 1.01)


@dataclasses.dataclass(frozen=True)
class GroupCalibration:
    """What was found for one group of compounds.

    Attributes
    ----------
    group
        Its name.
    compounds, exact
        In it, and those with an exact value: limits are no error and no coverage.
    rmse, mae, bias
        Errors of the prediction; bias is measured less predicted, so a negative one means predicted too high.
    coverage
        Share of exact values inside their 90 % interval.
    hits, hit_rate, promised, low, high
        Compounds at the threshold or above, their share, the share that the predictions promised, and the 90 %
        interval of that.
    """

    group: str
    compounds: int
    exact: int
    rmse: float
    mae: float
    bias: float
    coverage: float
    hits: int
    hit_rate: float
    promised: float
    low: float
    high: float


def hit_threshold(run: ScreenRun, given: float | None = None) -> float:
    """Return the value from which on a compound is a hit: as given, else the tightest tenth of the training values.

    Raises
    ------
    UsageError
        If none is given and the run keeps no training values.
    """
    if given is not None:
        return given
    if run.kind == ScoreKind.PROBABILITY:
        return 0.5
    values = training_compounds(run).values
    values = values[np.isfinite(values)]
    if not len(values):
        raise UsageError("--active-above is missing", expected="the value from which on a compound counts as a hit")
    return round(float(np.quantile(values, 0.9)), 2)


def calibration(table: pa.Table, threshold: float, kind: str = "") -> list[GroupCalibration]:
    """Return what was found for all, the chosen, the rest, by domain and by similarity; empty groups are left out.

    Parameters
    ----------
    table
        Rows of `screening.runs.results.assay.RESULT_SCHEMA`.
    threshold
        Value from which on a compound counts as a hit.
    kind
        What was predicted; a probability is promised as it stands.
    """
    chosen = np.asarray(table.column("chosen").to_pylist(), dtype=bool)
    inside = np.asarray(table.column("in_domain").to_pylist(), dtype=bool)
    similarity = table.column("similarity").to_numpy().astype(float)
    groups = {"all": np.ones(len(chosen), dtype=bool), "chosen": chosen, "the rest": ~chosen,
              "in domain": inside, "out of domain": ~inside}  # fmt: skip
    for low, high in itertools.pairwise(SIMILARITY_EDGES):
        groups[f"similarity {low:g} to {min(high, 1):g}"] = (similarity >= low) & (similarity < high)
    return [_group(name, table, mask, threshold, kind) for name, mask in groups.items() if mask.any()]


def _group(name: str, table: pa.Table, mask: np.ndarray, threshold: float, kind: str) -> GroupCalibration:
    rows = table.filter(pa.array(mask))
    measured, predicted = (rows.column(each).to_numpy().astype(float) for each in ("measured", "predicted"))
    lower, upper = (rows.column(each).to_numpy().astype(float) for each in ("lower", "upper"))
    limit = rows.column("limit").to_numpy()
    exact = limit == 0
    error = (measured - predicted)[exact]
    held = ((measured >= lower) & (measured <= upper))[exact]
    # "weaker than" the threshold or above it is no hit that anybody has seen.
    hits = int(((measured >= threshold) & (limit >= 0)).sum())
    likely = kind == ScoreKind.PROBABILITY
    promise = promise_of(predicted, threshold) if likely else promised(predicted, (upper - lower) / 2, threshold)
    none = float("nan")
    return GroupCalibration(
        group=name,
        compounds=len(measured),
        exact=int(exact.sum()),
        rmse=float(np.sqrt(np.mean(error**2))) if len(error) else none,
        mae=float(np.mean(np.abs(error))) if len(error) else none,
        bias=float(error.mean()) if len(error) else none,
        coverage=float(held.mean()) if len(held) else none,
        hits=hits,
        hit_rate=hits / len(measured),
        promised=promise.rate,
        low=promise.low,
        high=promise.high,
    )
