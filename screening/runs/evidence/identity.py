"""Which compound a row is, and where it was read."""

from __future__ import annotations

import pyarrow as pa

from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.rows import EvidenceRows, Filled

GROUP = "identity"
COLUMNS = (
    EvidenceColumn("rank", pa.int32(), "Rank", GROUP, description="Rank among all scored compounds, from 1."),
    EvidenceColumn("name", pa.string(), "Compound", GROUP, description="Name in the input file."),
    EvidenceColumn("smiles", pa.string(), "Structure", GROUP, description="Canonical SMILES of the parent."),
    EvidenceColumn("source", pa.string(), "File", GROUP, description="File the compound was read from."),
    EvidenceColumn("number", pa.int64(), "Record in file", GROUP, description="Its record there, counted from 1."),
    EvidenceColumn("record", pa.int64(), "Record", GROUP, description="Its record in the whole library, from 0."),
    EvidenceColumn("id", pa.string(), "Identity key", GROUP, description="Equal keys mean equal parent structures."),
)


def columns(rows: EvidenceRows) -> Filled:
    """Return rank, name, structure and origin."""
    return [(column, rows.hits.column(column.name).combine_chunks()) for column in COLUMNS]
