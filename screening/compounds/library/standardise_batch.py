"""The work of one batch: raw records in, a compound table and a ledger out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from screening.compounds.compound import COMPOUND_SCHEMA, PROPERTIES
from screening.compounds.files.record import RawRecord
from screening.compounds.library.describe_record import (
    KEPT_TEXT,
    Described,
    Dropped,
    Outcome,
    Standardised,
    describe_all,
    standardised,
)
from screening.compounds.library.extra_columns import TABLE as EXTRA
from screening.compounds.library.extra_columns import extra_table
from screening.compounds.library.time_limit import TIMED_OUT, describe_patiently, suspicious
from screening.compounds.rules.rules import NO_RULES, Rules
from screening.engine.ledger import LEDGER_SCHEMA, RecordState


@dataclasses.dataclass(frozen=True)
class RawBatch:
    """What a worker gets: consecutive raw records.

    Attributes
    ----------
    first
        Number of the first record over the whole library, from 0.
    sources
        File label of each record.
    records
        The records.
    seconds
        Time limit for a suspicious structure.
    rules
        Rules that flag or drop.
    tautomers
        Whether parents are canonical tautomers.
    """

    first: int
    sources: tuple[str, ...]
    records: tuple[RawRecord, ...]
    seconds: float
    rules: Rules = NO_RULES
    tautomers: bool = False

    def __len__(self) -> int:
        return len(self.records)

    def piece(self, start: int, stop: int) -> RawBatch:
        """Return the batch of the records from `start` to before `stop`."""
        return dataclasses.replace(
            self, first=self.first + start, sources=self.sources[start:stop], records=self.records[start:stop]
        )

    def given_up(self, state: RecordState, reason: str) -> dict[str, pa.Table]:
        """Return the tables that account for all records without working on them."""
        rows = [
            (*place, raw.text[:KEPT_TEXT], state.value, "standardise", reason)
            for place, raw in zip(self.places(), self.records)
        ]
        ledger = _table(rows, LEDGER_SCHEMA)
        return self.with_extra({"compounds": _compounds([], ledger), "ledger": ledger})

    def with_extra(self, tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
        """Return the tables, and that of the extra columns if the records have any."""
        extra = extra_table(self.first, self.records)
        return tables if extra is None else tables | {EXTRA: extra}

    def places(self) -> Iterator[tuple[int, str, int, str]]:
        """Yield record, source, number and name of each record."""
        for row, (source, raw) in enumerate(zip(self.sources, self.records)):
            yield self.first + row, source, raw.number, raw.name or f"{source}:{raw.number}"


def standardise_batch(batch: RawBatch) -> dict[str, pa.Table]:
    """Return the tables ``compounds`` (every record with a parent, repeated ones too), ``ledger`` and ``extra``."""
    ledger: list[tuple[object, ...]] = []
    found: list[tuple[int, Described]] = []
    for row, (place, outcome) in enumerate(zip(batch.places(), _outcomes(batch))):
        if isinstance(outcome, str):
            ledger.append((*place, batch.records[row].text[:1000], RecordState.REJECTED.value, "read", outcome))
        elif isinstance(outcome, Described):
            found.append((row, outcome))
            ledger.append((*place, outcome.input, RecordState.READY.value, "", ""))
        elif isinstance(outcome, Dropped):
            ledger.append((*place, outcome.input, RecordState.FILTERED.value, "rule", outcome.rule))
        else:
            stage, reason = outcome.refusal.stage, outcome.refusal.reason
            state = RecordState.TIMED_OUT if stage == TIMED_OUT else RecordState.REJECTED
            ledger.append((*place, outcome.input, state.value, stage, reason))
    ledger_table = _table(ledger, LEDGER_SCHEMA)
    return batch.with_extra({"compounds": _compounds(found, ledger_table), "ledger": ledger_table})


def _outcomes(batch: RawBatch) -> list[Outcome | str]:
    """Return what becomes of each record; a text is why it could not even be read."""
    outcomes: list[Outcome | str] = []
    waiting: list[tuple[int, Standardised]] = []
    for row, raw in enumerate(batch.records):
        if raw.problem:
            outcomes.append(raw.problem)
        elif batch.tautomers or suspicious(raw.text, raw.notation):
            outcomes.append(describe_patiently(raw.text, raw.notation, batch.seconds, batch.rules, batch.tautomers))
        else:
            one = standardised(raw.text, raw.notation)
            if isinstance(one, Standardised):
                waiting.append((row, one))
                outcomes.append("")  # described below
            else:
                outcomes.append(one)
    for (row, _), outcome in zip(waiting, describe_all([one for _, one in waiting], batch.rules)):
        outcomes[row] = outcome
    return outcomes


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows)) or [()] * len(schema)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema)], schema=schema)


def _compounds(found: list[tuple[int, Described]], ledger: pa.Table) -> pa.Table:
    rows = pa.array([row for row, _ in found], pa.int64())
    described = [outcome for _, outcome in found]
    columns = {name: ledger.column(name).take(rows) for name in ("record", "source", "number", "name")}
    columns["smiles"] = pa.array([one.parent.smiles for one in described], pa.string())
    columns["identity"] = pa.array([one.parent.identity for one in described], pa.binary(16))
    columns["family"] = pa.array([one.parent.family for one in described], pa.binary(16))
    fingerprint = COMPOUND_SCHEMA.field("fingerprint").type
    columns["fingerprint"] = pa.array([one.fingerprint for one in described], fingerprint)
    numbers = np.array([one.properties for one in described], np.float32).reshape(-1, len(PROPERTIES))
    for index, name in enumerate(PROPERTIES):
        columns[name] = pa.array(np.ascontiguousarray(numbers[:, index]))
    columns["flags"] = pa.array([list(one.flags) for one in described], pa.list_(pa.string()))
    return pa.table([columns[name] for name in COMPOUND_SCHEMA.names], schema=COMPOUND_SCHEMA)
