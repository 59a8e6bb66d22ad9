"""What the best pose of each compound touches; no columns before docking."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from screening.poses.interactions.summary import kinds_text
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.pose import best_poses
from screening.runs.evidence.rows import EvidenceRows, Filled
from screening.targets.target import ResidueId

GROUP = "interactions"
COLUMNS = (
    EvidenceColumn("contacts", pa.string(), "Contacts", GROUP,
                   description="Specific contacts of the best pose by kind and residue; hydrophobic ones left out."),
    EvidenceColumn("hydrogen_bonds", pa.int32(), "H-bonds", GROUP,
                   description="Hydrogen bonds and salt bridges of the best pose."),
)  # fmt: skip


def columns(rows: EvidenceRows) -> Filled:
    """Return the contacts of the best pose of each compound, null where it has none."""
    docked = best_poses(rows.run)
    if docked is None:
        return []
    texts: list[str | None] = []
    counts: list[int | None] = []
    for record in rows.hits.column("record").to_pylist():
        row = docked.get(record)
        pairs = [] if row is None else [_pair(each) for each in json.loads(row["interactions"])]
        texts.append(None if row is None else kinds_text(pairs))
        counts.append(None if row is None else sum(kind in ("hydrogen bond", "salt bridge") for kind, _ in pairs))
    return [(COLUMNS[0], pa.array(texts, pa.string())), (COLUMNS[1], pa.array(counts, pa.int32()))]


def _pair(contact: dict[str, Any]) -> tuple[str, ResidueId]:
    return contact["kind"], ResidueId(**contact["residue"])
