"""Results of an assay, joined to the predictions of a run and kept in its folder.

Layout: ``RUN/results/0001.parquet`` with a row for each measured compound, ``0001.json`` beside it with where it came
from. The predictions are copied into the table, so that it says for good what had been predicted.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from screening.errors import UsageError
from screening.models.affinity import AffinityKind, ScoreKind
from screening.models.data.measurements import AffinityData
from screening.runs.results.numbered_tables import NumberedTable, NumberedTables
from screening.runs.run import ScreenRun
from screening.runs.scores import read_run_file

FOLDER, FORMAT = "results", "results-1"

#: A measured compound of the run: the prediction as it was made, and the value (-log10 molar) with the sense of a
#: limit (0 exact, -1 weaker than, 1 tighter than).
RESULT_SCHEMA = pa.schema(
    [
        pa.field("record", pa.int64(), nullable=False),
        pa.field("identity", pa.binary(16), nullable=False),
        pa.field("family", pa.binary(16), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("smiles", pa.string(), nullable=False),
        pa.field("measured", pa.float64(), nullable=False),
        pa.field("limit", pa.int8(), nullable=False),
        pa.field("predicted", pa.float32(), nullable=False),
        pa.field("lower", pa.float32(), nullable=False),
        pa.field("upper", pa.float32(), nullable=False),
        pa.field("in_domain", pa.bool_(), nullable=False),
        pa.field("similarity", pa.float32(), nullable=False),
        pa.field("known", pa.bool_(), nullable=False),
        pa.field("full", pa.bool_(), nullable=False),
        pa.field("rank", pa.int64(), nullable=False),
        pa.field("chosen", pa.bool_(), nullable=False),
    ]
)


@dataclasses.dataclass(frozen=True)
class AssayResults:
    """Results that were added to a run.

    Attributes
    ----------
    table
        Rows of `RESULT_SCHEMA`, by rank.
    facts
        Source, checksum, date, kind, how the chosen were told, and counts.
    elsewhere
        Names of measured compounds that the run has not scored.
    """

    table: pa.Table
    facts: dict[str, Any]
    elsewhere: list[str]


def require_labels_fit(run: ScreenRun, threshold: float | None) -> None:
    """Check that labels, active or inactive, can be compared with the predictions of a run.

    Raises
    ------
    UsageError
        If the run ranks by a score that is neither an affinity nor a probability, or predicts an affinity and it is
        not told from which value on a compound was called active.
    """
    if run.kind == ScoreKind.PROBABILITY:
        return
    require_affinity(run)
    if threshold is None:
        raise UsageError(
            f"the results are labels and the run predicts {run.kind}", source=run.folder,
            expected="--active-above, the value from which on the assay called a compound active",
        )  # fmt: skip


def labels_as_limits(data: AffinityData, run: ScreenRun, threshold: float | None) -> AffinityData:
    """Return labels as the limits they are: an active has the threshold or more, an inactive less.

    Parameters
    ----------
    data
        Labels, as `screening.models.data.labels.read_labels` returns them.
    run
        Whose predictions they are to be compared with; of probabilities the labels themselves, 1 and 0, are kept.
    threshold
        Value (-log10 molar) from which on the assay called a compound active.

    Raises
    ------
    UsageError
        As `require_labels_fit`.
    """
    require_labels_fit(run, threshold)
    active = data.values >= 0.5
    values = data.values if run.kind == ScoreKind.PROBABILITY else np.full(len(data), threshold)
    kind = ScoreKind.PROBABILITY if run.kind == ScoreKind.PROBABILITY else AffinityKind(run.kind)
    return dataclasses.replace(data, kind=kind, values=values, limits=np.where(active, 1, -1).astype(np.int8))


def require_affinity(run: ScreenRun, kind: str | None = None) -> None:
    """Check that results can be compared with the predictions of a run.

    Raises
    ------
    UsageError
        If the run predicts no affinity, or another one.
    """
    if run.kind in list(ScoreKind):
        raise UsageError(
            f"the run ranks by {run.kind}, which no measured value can be compared with", source=run.folder,
            expected="a run with a model of measured affinities",
        )  # fmt: skip
    if kind is not None and kind.lower() != run.kind.lower():
        raise UsageError(
            f"the results are {kind} and the run predicts {run.kind}", source=run.folder,
            expected=f"results in {run.kind}",
        )  # fmt: skip


def join_results(run: ScreenRun, data: AffinityData, chosen: set[int] | None = None) -> AssayResults:
    """Join measured values to the scores of a run.

    Parameters
    ----------
    run
        A finished run.
    data
        The results, read as training data are.
    chosen
        Records that were chosen for measurement; the measured ones that the run ranks among its best so many if None.

    Raises
    ------
    UsageError
        If the run predicts another quantity, or none of the compounds was scored by it.
    """
    if data.kind != ScoreKind.PROBABILITY or run.kind != ScoreKind.PROBABILITY:
        require_affinity(run, data.kind.value)
    wanted = pa.array(data.identities, pa.binary(16))
    condition = pc.field("identity").isin(wanted)
    found = pa.concat_tables([read_run_file(path, filters=condition) for path in run.score_files()])
    place = {identity: at for at, identity in enumerate(data.identities)}
    rows = []
    for score in found.to_pylist():
        at = place[score["identity"]]
        rows.append(
            {
                **{name: score[name] for name in ("record", "identity", "lower", "upper", "in_domain", "similarity",
                                                  "known", "full")},
                "predicted": score["affinity"],
                "family": data.families[at],
                "name": data.names[at],
                "smiles": data.smiles[at],
                "measured": float(data.values[at]),
                "limit": int(data.limits[at]),
            }
        )  # fmt: skip
    if not rows:
        raise UsageError(
            f"none of the {len(data)} measured compounds was scored by this run", source=run.folder,
            expected="results of compounds of its library",
        )  # fmt: skip
    ranks = _ranks(run, [row["record"] for row in rows])
    for row in rows:
        row["rank"] = ranks[row["record"]]
        row["chosen"] = row["record"] in chosen if chosen is not None else row["rank"] <= len(rows)
    rows.sort(key=lambda row: row["rank"])
    table = pa.Table.from_pylist(rows, schema=RESULT_SCHEMA)
    seen = {row["identity"] for row in rows}
    elsewhere = [name for name, identity in zip(data.names, data.identities) if identity not in seen]
    facts = {
        "run": run.plan.key,
        "model": run.plan.model_key,
        "kind": run.kind,
        "source": data.source,
        "sha256": data.sha256,
        "added": datetime.now(UTC).isoformat(timespec="seconds"),
        "compounds": len(rows),
        "elsewhere": elsewhere,
        "unit": data.unit,
        "chosen": "as decided" if chosen is not None else "the best ranked among the measured",
        "rows": data.records,
        "notes": list(data.notes),
    }
    return AssayResults(table, facts, elsewhere)


def _ranks(run: ScreenRun, records: list[int]) -> dict[int, int]:
    scores = pa.concat_tables(
        [read_run_file(path, columns=["record", "identity", "affinity", "full"]) for path in run.score_files()]
    )
    order = pc.sort_indices(
        scores, [("full", "descending"), ("affinity", "descending"), ("identity", "ascending"), ("record", "ascending")]
    )
    ordered = scores.column("record").take(order).to_numpy()
    wanted = set(records)
    return {int(record): at + 1 for at, record in enumerate(ordered.tolist()) if record in wanted}


def keep_results(run: ScreenRun, results: AssayResults) -> Path:
    """Write results into the run folder; return the Parquet file.

    Raises
    ------
    UsageError
        If the same file was added before.
    StorageError
        If the folder cannot be written.
    """

    def check(earlier: list[NumberedTable]) -> None:
        if results.facts["sha256"] and any(one.facts["sha256"] == results.facts["sha256"] for one in earlier):
            raise UsageError("was added to this run before", source=results.facts["source"])

    return _tables(run).keep(results.table, results.facts, check)


def _tables(run: ScreenRun) -> NumberedTables:
    return NumberedTables(run.folder / FOLDER, FORMAT, "is damaged or was changed; add the results again")


def kept_results(run: ScreenRun) -> list[AssayResults]:
    """Return the results that a run holds, the oldest first.

    Raises
    ------
    FileError
        If a file was changed.
    """
    return [AssayResults(one.table, one.facts, list(one.facts.get("elsewhere", ()))) for one in _tables(run).read()]


def all_results(run: ScreenRun) -> pa.Table:
    """Return all results of a run in one table; of a compound measured more than once the latest.

    Raises
    ------
    UsageError
        If there are none.
    """
    kept = kept_results(run)
    if not kept:
        raise UsageError(
            "holds no assay results", source=run.folder, expected="results, added with `workbench results add`"
        )
    latest: dict[int, dict[str, Any]] = {}
    for one in kept:
        latest |= {row["record"]: row for row in one.table.to_pylist()}
    return pa.Table.from_pylist(sorted(latest.values(), key=lambda row: row["rank"]), schema=RESULT_SCHEMA)
