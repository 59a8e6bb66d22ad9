"""Substructure alerts and broken property windows, as the library flagged them."""

from __future__ import annotations

import pyarrow as pa

from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.rows import EvidenceRows, Filled
from screening.runs.hits import FIRST_STAGE

GROUP = "alerts"
COLUMNS = (
    EvidenceColumn(
        "flags", pa.list_(pa.string()), "Flags", GROUP,
        description="Alerts (set: name) and windows that the compound fails, and notes of standardisation.",
    ),
    EvidenceColumn("alerts", pa.int32(), "Alerts", GROUP, description="How many substructure alerts it has."),
)  # fmt: skip


def columns(rows: EvidenceRows) -> Filled:
    """Return the flags, and the number of substructure alerts among them."""
    flags = [[flag for flag in own if flag != FIRST_STAGE] for own in rows.hits.column("flags").to_pylist()]
    counts = [sum(": " in flag for flag in own) for own in flags]
    return list(zip(COLUMNS, (pa.array(flags, pa.list_(pa.string())), pa.array(counts, pa.int32()))))
