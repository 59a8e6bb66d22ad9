"""The states a record can end in.

Every record read ends in exactly one state; the counts of all states add up to the records read, always.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pyarrow as pa

from screening.errors import RunError


class RecordState(StrEnum):
    """Where a record ended.

    ``READY`` exists only in the ledger of a prepared library; a run turns it into ``SCORED``,
    ``FAILED`` or ``TIMED_OUT``.
    """

    READY = "ready"
    SCORED = "scored"
    DUPLICATE = "duplicate"
    FILTERED = "filtered"
    REJECTED = "rejected"
    FAILED = "failed"
    TIMED_OUT = "timed_out"


#: One row per record read. `record` counts over the whole library from 0; `number` counts from 1 inside its
#: source file. `stage` and `reason` are empty for a record that went well; `reason` names the first record
#: for a duplicate and the rule for a filtered one.
LEDGER_SCHEMA = pa.schema(
    [
        pa.field("record", pa.int64(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("number", pa.int64(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("input", pa.string(), nullable=False),
        pa.field("state", pa.string(), nullable=False),
        pa.field("stage", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)


def count_states(ledger: pa.Table) -> dict[str, int]:
    """Count the rows of a ledger table per state."""
    counts = ledger.column("state").value_counts().to_pylist()
    return {str(entry["values"]): int(entry["counts"]) for entry in counts}


def add_counts(total: dict[str, int], more: Mapping[str, int]) -> None:
    """Add `more` to `total` in place."""
    for state, count in more.items():
        total[state] = total.get(state, 0) + count


def require_balance(counts: Mapping[str, int], records: int, what: str) -> None:
    """Check that the states add up to the records read.

    Raises
    ------
    RunError
        If they do not; this is a defect of the program, never of the input.
    """
    if sum(counts.values()) != records:
        raise RunError(
            f"{records} records were read but the ledger holds {sum(counts.values())} ({dict(counts)})",
            source=what,
            expected="every record in exactly one state",
        )
