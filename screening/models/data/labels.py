"""Labels from a file: active or inactive, every row standardised, merged, or left out for a stated reason."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa

from screening.compounds.files.columns import Columns, asked
from screening.compounds.files.table import open_table, table_rows
from screening.compounds.standardisation.standardise import Parent, Refusal, parent_of
from screening.engine.ledger import LEDGER_SCHEMA, RecordState, count_states, require_balance
from screening.engine.progress import OnProgress, Progress
from screening.errors import AffinityDataError
from screening.models.affinity import ScoreKind
from screening.models.data.dates import in_one_way, is_date
from screening.models.data.layout_rows import cell
from screening.models.data.layout_words import is_remark
from screening.models.data.measurements import AffinityData
from screening.models.data.row_labels import RowLabel, earliest_dates, row_label, sides_of
from screening.provenance import file_sha256

#: Words for active and inactive, in any case.
WORDS = {
    **dict.fromkeys(("1", "1.0", "active", "actives", "a", "yes", "true", "hit", "+", "pos", "positive"), True),
    **dict.fromkeys(("0", "0.0", "inactive", "i", "no", "false", "decoy", "-", "neg", "negative"), False),
}
#: Words of rows that say neither, as PubChem has them.
UNDECIDED = ("inconclusive", "unspecified", "undetermined", "not determined", "nd", "n/a", "")


def read_labels(
    path: str | os.PathLike[str],
    *,
    smiles: str | None = None,
    label: str,
    name: str | None = None,
    date: str | None = None,
    side: str | None = None,
    on_progress: OnProgress | None = None,
) -> AffinityData:
    """Read a table (CSV, TSV, a spreadsheet, Parquet) of compounds that are active or inactive.

    A compound with several rows takes the label that most of them have; with as many of either it is left out.

    Parameters
    ----------
    path, smiles, name, date, side, on_progress
        As in `screening.models.data.measurements.read_measurements`.
    label
        Column with a word of `WORDS`.

    Raises
    ------
    FileError, UsageError
        If the file cannot be read or a column is not there.
    AffinityDataError
        If no row can be used.
    """
    source = Path(path).name
    rows: list[dict[str, object]] = []
    labels: list[RowLabel] = []
    parents: dict[bytes, Parent] = {}
    grouped: dict[bytes, list[tuple[int, bool]]] = {}
    wanted = tuple(column for column in (label, date, side) if column)
    table = open_table(table_rows(Path(path)), Columns(smiles, name, wanted), path)
    label_at, date_at, side_at = (asked(table.header, column, path) for column in (label, date, side))
    lines = [row for row in table.rows if not is_remark(row.cells)]
    given_dates = in_one_way([cell(row.cells, date_at) for row in lines])
    for record, (line, given_date) in enumerate(zip(lines, given_dates)):
        cells = line.cells
        row: dict[str, object] = {
            "record": record,
            "source": source,
            "number": line.line,
            "name": cell(cells, table.choice.name) or f"{source}:{line.line}",
            "input": cell(cells, table.choice.smiles)[:2000],
            "state": RecordState.READY.value,
            "stage": "",
            "reason": "",
        }
        rows.append(row)
        labels.append(row_label(path, line.line, str(row["name"]), given_date, cell(cells, side_at), side))
        if on_progress and record % 200 == 0:
            on_progress(Progress("reading labels", record, None, "rows"))
        problem = line.problem
        if not problem and len(cells) <= max(table.choice.smiles, label_at or 0):
            problem = f"the row has {len(cells)} columns where the header has {len(table.header)}"
        if problem:
            row.update(state=RecordState.REJECTED.value, stage="read", reason=problem)
            continue
        if not is_date(given_date):
            reason = f"{given_date[:30]!r} is not a date that can be read in one way only"
            row.update(state=RecordState.REJECTED.value, stage="date", reason=reason)
            continue
        word = cell(cells, label_at).lower()
        if word in UNDECIDED:
            reason = f"{word!r} is neither active nor inactive" if word else "no label is given"
            row.update(state=RecordState.FILTERED.value, stage="label", reason=reason)
            continue
        if word not in WORDS:
            shown = cell(cells, label_at)[:40]
            reason = f"{shown!r} is no label (known are active, inactive, 1, 0, yes, no, true, false)"
            row.update(state=RecordState.REJECTED.value, stage="label", reason=reason)
            continue
        parent = parent_of(cell(cells, table.choice.smiles))
        if isinstance(parent, Refusal):
            row.update(state=RecordState.REJECTED.value, stage=parent.stage, reason=parent.reason)
            continue
        parents.setdefault(parent.identity, parent)
        grouped.setdefault(parent.identity, []).append((record, WORDS[word]))
    if not grouped:
        raise AffinityDataError(
            f"none of its {len(rows)} rows can be used" + (f"; the first: {rows[0]['reason']}" if rows else ""),
            source=path,
            expected="a SMILES and a label, active or inactive",
        )
    used, values = _merged(grouped, rows)
    ledger = pa.Table.from_pylist(rows, schema=LEDGER_SCHEMA)
    require_balance(count_states(ledger), len(rows), str(path))
    kept = [parents[identity] for identity in used]
    members = [used[parent.identity] for parent in kept]
    sides, straddling = sides_of(members, labels, [str(row["input"]) for row in rows])
    return AffinityData(
        kind=ScoreKind.PROBABILITY,
        names=[labels[first[0]].name for first in members],
        smiles=[parent.smiles for parent in kept],
        identities=[parent.identity for parent in kept],
        families=[parent.family for parent in kept],
        values=np.array(values, dtype=np.float64),
        limits=np.zeros(len(kept), dtype=np.int8),
        spreads=np.zeros(len(kept)),
        counts=np.array([len(member) for member in members], dtype=np.int32),
        dates=earliest_dates(members, labels),
        sides=sides,
        straddling=straddling,
        ledger=ledger,
        source=source,
        sha256=file_sha256(path),
        unit="label",
        understood=(f"Read as a table of labels: {table.choice.told}, labels from {label!r}.",),
    )


def _merged(
    grouped: dict[bytes, list[tuple[int, bool]]], rows: list[dict[str, object]]
) -> tuple[dict[bytes, tuple[int, ...]], list[float]]:
    """Return compound to its rows, and the label of each as 1 or 0; rows merged or left out say so."""
    used: dict[bytes, tuple[int, ...]] = {}
    values = []
    for identity, group in grouped.items():
        actives = sum(active for _, active in group)
        records = tuple(record for record, _ in group)
        if 2 * actives == len(group):
            rule = f"its {len(group)} labels disagree ({actives} active, {actives} inactive)"
            for record in records:
                rows[record].update(state=RecordState.FILTERED.value, stage="replicates", reason=rule)
            continue
        for record in records[1:]:
            reason = f"merged into record {records[0]}"
            rows[record].update(state=RecordState.DUPLICATE.value, stage="replicates", reason=reason)
        used[identity] = records
        values.append(1.0 if 2 * actives > len(group) else 0.0)
    return used, values
