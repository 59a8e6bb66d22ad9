"""Measured affinities from a file: every row converted, standardised, merged, or left out for a stated reason."""

from __future__ import annotations

import dataclasses
import math
import os
import statistics
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa

from screening.compounds.files.columns import Columns
from screening.compounds.standardisation.standardise import PROTOCOL, Parent, Refusal, parent_of
from screening.engine.ledger import LEDGER_SCHEMA, RecordState, count_states, require_balance
from screening.engine.progress import OnProgress, Progress
from screening.errors import AffinityDataError
from screening.models.affinity import AffinityKind, ScoreKind
from screening.models.data import replicates, unit_check
from screening.models.data.layout import Asked
from screening.models.data.layout_rows import read_layout
from screening.models.data.row_labels import RowLabel, earliest_dates, row_label, sides_of
from screening.models.data.units import Unit, implausible
from screening.provenance import content_key, file_sha256


@dataclasses.dataclass(frozen=True)
class Contradiction:
    """A compound whose exact values differ by `replicates.CONTRADICTORY` log units or more."""

    name: str
    smiles: str
    values: tuple[float, ...]
    spread: float
    kept: bool


@dataclasses.dataclass(frozen=True)
class AffinityData:
    """Measured affinities of n distinct compounds.

    Attributes
    ----------
    kind
        What the values are; `ScoreKind.PROBABILITY` where they are labels, 1 active and 0 inactive.
    names, smiles, identities, families
        Of the compounds, n each; SMILES of the standardised parents, keys as in a prepared library.
    values
        float64, shape (n,): -log10 molar, replicates merged.
    limits
        int8, shape (n,): 0 for a value, -1 for "weaker than", 1 for "tighter than".
    spreads
        float64, shape (n,): largest minus smallest exact value.
    counts
        int32, shape (n,): measurements that went into the value.
    dates
        Earliest text of the date column (n), or empty.
    sides
        Side of a predefined split (n), or empty; a compound on both sides is on the side of training.
    straddling
        "exact" or "salt" for each compound on both sides: drawn the same way, or as different salts.
    ledger
        One row per row of the file (``LEDGER_SCHEMA``): ready, duplicate (merged into which), filtered, rejected.
    contradictions
        Compounds whose values disagree, the worst first.
    notes
        Sentences worth telling whoever trains on this.
    understood
        How the table was understood: layout, columns, what was left out and why; empty where every column was told.
    source, sha256, unit, protocol
        Where it came from and how it was read.
    """

    kind: AffinityKind | ScoreKind
    names: list[str]
    smiles: list[str]
    identities: list[bytes]
    families: list[bytes]
    values: np.ndarray
    limits: np.ndarray
    spreads: np.ndarray
    counts: np.ndarray
    ledger: pa.Table
    contradictions: tuple[Contradiction, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    sha256: str = ""
    unit: str = "p"
    protocol: str = PROTOCOL
    dates: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    straddling: tuple[str, ...] = ()
    understood: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.smiles)

    @property
    def records(self) -> int:
        """Rows that were read."""
        return self.ledger.num_rows

    @property
    def key(self) -> str:
        """Content key of everything a model can learn from."""
        return content_key(
            {
                "kind": self.kind.value,
                "smiles": self.smiles,
                "values": [round(float(value), 6) for value in self.values],
                "limits": [int(limit) for limit in self.limits],
            }
        )


def read_measurements(
    path: str | os.PathLike[str],
    *,
    smiles: str | None = None,
    value: str | None = None,
    unit: str | Unit | None = None,
    kind: str | AffinityKind | None = None,
    layout: str = "auto",
    target: str | None = None,
    name: str | None = None,
    qualifier: str | None = None,
    date: str | None = None,
    side: str | None = None,
    trust_units: bool = False,
    on_progress: OnProgress | None = None,
) -> AffinityData:
    """Read a table of measured affinities.

    The layout is recognised (`screening.models.data.layout`), whatever kind of table it is in: CSV, TSV, a spreadsheet
    or Parquet. What is told goes before what is recognised, but a unit that a row or a cell says itself holds for it.

    Parameters
    ----------
    path
        The file; its first line names the columns.
    smiles, value, name, qualifier, date, side
        Column names; None leaves the choice to the cells and names of the columns. A qualifier may also stand before
        the number (``>10000``) and a unit behind it; `side` says train or test. A row whose date in a column `date`
        cannot be read is rejected.
    unit
        ``nM``, ``uM``, ``mM``, ``pM``, ``M``, or ``p`` for values that are -log10 molar already; None takes what the
        table says.
    kind
        What was measured: pIC50, pKi, pKd or pEC50; None takes what the table says, else pIC50.
    layout
        ``chembl``, ``bindingdb``, ``pubchem``, ``plain``, or ``auto`` for whichever it is.
    target
        Take only rows of this target, where the table names targets; ``all`` takes those of all together.
    trust_units
        Accept a column that looks as if it held two units.
    on_progress
        Called after every few hundred rows.

    Raises
    ------
    FileError, UsageError
        If the file cannot be read or a column is not there.
    AffinityDataError
        If no row can be used, or two units seem to be mixed.
    """
    asked = Asked(
        layout=layout, value=value, target=target, qualifier=qualifier, date=date, side=side,
        unit=Unit.parse(unit) if isinstance(unit, str) and not isinstance(unit, Unit) else unit,
        kind=None if kind is None else AffinityKind(kind),
    )  # fmt: skip
    readings, chosen, told = read_layout(Path(path), Columns(smiles, name), asked)
    source = Path(path).name
    rows: list[dict[str, object]] = []
    parents: dict[bytes, Parent] = {}
    grouped: dict[bytes, list[replicates.Measurement]] = {}
    labels: list[RowLabel] = []
    seen: dict[str, Parent | Refusal] = {}
    for record, reading in enumerate(readings):
        label = reading.name or f"{source}:{reading.line}"
        row = _ledger_row(record, source, reading.line, label, reading.smiles)
        rows.append(row)
        labels.append(row_label(path, reading.line, label, reading.date, reading.side, side))
        if on_progress and record % 200 == 0:
            on_progress(Progress("reading measurements", record, None, "rows"))
        if reading.stage:
            state = RecordState.REJECTED if reading.rejected else RecordState.FILTERED
            row.update(state=state.value, stage=reading.stage, reason=reading.reason)
            continue
        parent = seen.get(reading.smiles) or parent_of(reading.smiles)
        seen[reading.smiles] = parent
        if isinstance(parent, Refusal):
            _reject(row, parent.stage, parent.reason)
            continue
        parents.setdefault(parent.identity, parent)
        grouped.setdefault(parent.identity, []).append(replicates.Measurement(record, reading.p, reading.limit))
    units = Counter(reading.unit for reading in readings if not reading.stage and reading.unit is not None)
    given = asked.unit or (units.most_common(1)[0][0] if units else Unit.NANOMOLAR)
    data = _assemble(path, file_sha256(path), rows, labels, parents, grouped, given, chosen, trust_units)
    # What was told column by column needs no telling again, except what the table says beside it.
    notes = told if value is None else told[1:]
    return dataclasses.replace(data, understood=tuple(told), notes=(*notes, *data.notes))


def _ledger_row(record: int, source: str, line: int, name: str, text: str) -> dict[str, object]:
    return {
        "record": record,
        "source": source,
        "number": line,
        "name": name,
        "input": text[:2000],
        "state": RecordState.READY.value,
        "stage": "",
        "reason": "",
    }


def _reject(row: dict[str, object], stage: str, reason: str) -> None:
    row.update(state=RecordState.REJECTED.value, stage=stage, reason=reason)


def _assemble(
    path: str | os.PathLike[str],
    sha256: str,
    rows: list[dict[str, object]],
    labels: list[RowLabel],
    parents: dict[bytes, Parent],
    grouped: dict[bytes, list[replicates.Measurement]],
    unit: Unit,
    kind: AffinityKind,
    trust_units: bool,
) -> AffinityData:
    _require_some(path, rows, grouped)
    exact = [one.p for group in grouped.values() for one in group if one.limit == 0]
    if not exact:
        total = sum(len(group) for group in grouped.values())
        raise AffinityDataError(
            f"all {total} usable measurements are limits (> or <)", source=path, expected="some exact values"
        )
    smiles = {identity: parent.smiles for identity, parent in parents.items()}
    notes = unit_check.review(path, rows, grouped, smiles, unit, trust_units)
    middle = statistics.median(exact)
    kept: list[tuple[int, Parent, replicates.Merged]] = []
    contradictions = []
    for identity, group in grouped.items():
        merged = replicates.merge(group, middle)
        for record, rule in merged.left_out.items():
            rows[record].update(state=RecordState.FILTERED.value, stage="replicates", reason=rule)
        for record in merged.used[1:]:
            rows[record].update(
                state=RecordState.DUPLICATE.value, stage="replicates", reason=f"merged into record {merged.used[0]}"
            )
        if merged.spread >= replicates.CONTRADICTORY:
            values = tuple(sorted(round(one.p, 3) for one in group if one.limit == 0))
            label = labels[group[0].row].name
            contradictions.append(
                Contradiction(label, parents[identity].smiles, values, round(merged.spread, 3), merged.p is not None)
            )
        if merged.p is not None:
            kept.append((merged.used[0], parents[identity], merged))
    kept.sort(key=lambda item: item[0])
    ledger = pa.Table.from_pylist(rows, schema=LEDGER_SCHEMA)
    require_balance(count_states(ledger), len(rows), str(path))
    used = [merged.used for _, _, merged in kept]
    sides, straddling = sides_of(used, labels, [str(row["input"]) for row in rows])
    return AffinityData(
        kind=kind,
        names=[labels[first].name for first, _, _ in kept],
        smiles=[parent.smiles for _, parent, _ in kept],
        identities=[parent.identity for _, parent, _ in kept],
        families=[parent.family for _, parent, _ in kept],
        values=np.array([merged.p for _, _, merged in kept], dtype=np.float64),
        limits=np.array([merged.limit for _, _, merged in kept], dtype=np.int8),
        spreads=np.array([merged.spread for _, _, merged in kept], dtype=np.float64),
        counts=np.array([len(merged.used) for _, _, merged in kept], dtype=np.int32),
        dates=earliest_dates(used, labels),
        sides=sides,
        straddling=straddling,
        ledger=ledger,
        contradictions=tuple(sorted(contradictions, key=lambda one: (-one.spread, one.smiles))),
        notes=tuple(notes),
        source=Path(path).name,
        sha256=sha256,
        unit=unit.value,
    )


def _require_some(
    path: str | os.PathLike[str], rows: list[dict[str, object]], grouped: dict[bytes, list[replicates.Measurement]]
) -> None:
    if not rows:
        raise AffinityDataError("has a header but no rows", source=path, expected="measurements")
    if not grouped:
        raise AffinityDataError(
            f"none of its {len(rows)} rows can be used; the first: {rows[0]['stage']}: {rows[0]['reason']}",
            source=path,
            where=f"line {rows[0]['number']}",
            expected="a SMILES and a value",
        )


def data_from_arrays(
    smiles: list[str], values: np.ndarray, *, kind: AffinityKind, names: list[str] | None = None, source: str = "arrays"
) -> AffinityData:
    """Make training data from SMILES and -log10 molar values that are in memory, by the same rules as a file."""
    rows: list[dict[str, object]] = []
    labels: list[RowLabel] = []
    parents: dict[bytes, Parent] = {}
    grouped: dict[bytes, list[replicates.Measurement]] = {}
    for record, (text, value) in enumerate(zip(smiles, values, strict=True)):
        label = names[record] if names else f"{source}:{record + 1}"
        row = _ledger_row(record, source, record + 1, label, text)
        rows.append(row)
        labels.append(RowLabel(label))
        if not math.isfinite(float(value)) or (problem := implausible(float(value), Unit.NEGATIVE_LOG)):
            _reject(row, "value", "not a finite number" if not math.isfinite(float(value)) else str(problem))
            continue
        parent = parent_of(text)
        if isinstance(parent, Refusal):
            _reject(row, parent.stage, parent.reason)
            continue
        parents.setdefault(parent.identity, parent)
        grouped.setdefault(parent.identity, []).append(replicates.Measurement(record, float(value), 0))
    return _assemble(source, "", rows, labels, parents, grouped, Unit.NEGATIVE_LOG, kind, False)
