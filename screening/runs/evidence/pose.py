"""The best pose of each compound: score, how likely it is right, and what the checks say; no columns before docking."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pyarrow as pa

from screening.poses.checks.check import Check, checks_text
from screening.runs.docking.docking import open_docking
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.rows import EvidenceRows, Filled
from screening.runs.run import ScreenRun

GROUP = "pose"
COLUMNS = (
    EvidenceColumn(
        "pose_probability_2A", pa.float32(), "Pose right", GROUP, "", 2, True,
        description="Calibrated probability that the best pose lies within 2 Å of the true one.",
    ),
    EvidenceColumn("pose_score", pa.float32(), "Docking score", GROUP, decimals=2,
                   description="Score of the best pose by the docking engine; no affinity."),
    EvidenceColumn("pose_score_name", pa.string(), "Score", GROUP, description="What the docking score is."),
    EvidenceColumn("pose_checks", pa.string(), "Pose checks", GROUP,
                   description="Passed, or which checks of the best pose failed."),
    EvidenceColumn("pose_state", pa.string(), "Docked as", GROUP,
                   description="Protomer, tautomer and stereoisomer that the best pose is of."),
    EvidenceColumn("pose_origin", pa.string(), "Pose from", GROUP, description="Where the best pose comes from."),
)  # fmt: skip


def columns(rows: EvidenceRows) -> Filled:
    """Return score, probability, checks, state and origin of the best pose of each compound, null where it has none."""
    docked = best_poses(rows.run)
    if docked is None:
        return []
    found = [docked.get(record) for record in rows.hits.column("record").to_pylist()]
    first = next(iter(docked.values()), None)
    described = {column.name: column for column in COLUMNS}
    if first is not None:
        described["pose_score"] = dataclasses.replace(
            described["pose_score"], unit=first["score_unit"], higher_is_better=first["score_higher_is_better"]
        )
    values: dict[str, list[Any]] = {
        "pose_probability_2A": [row and row["probability_2A"] for row in found],
        "pose_score": [row and row["score"] for row in found],
        "pose_score_name": [row and row["score_name"] for row in found],
        "pose_checks": [row and (checks_text(_checks(row["checks"])) or None) for row in found],
        "pose_state": [row and row["state"] for row in found],
        "pose_origin": [row and row["origin"] for row in found],
    }
    return [(column, pa.array(values[name], column.type)) for name, column in described.items()]


def best_poses(run: ScreenRun) -> dict[int, dict[str, Any]] | None:
    """Return record to its row of the docking layer's table; None where docking was not done or is not finished."""
    docking = open_docking(run.folder)
    if docking is None or not docking.finished:
        return None
    return {row["record"]: row for row in docking.table().to_pylist()}


def _checks(text: str) -> tuple[Check, ...]:
    return tuple(Check(**each) for each in json.loads(text))
