"""The docking layer of a run, read back."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from screening.engine import parts
from screening.engine.read_part import read_part
from screening.errors import FileError, RunError
from screening.poses.checks.check import Check
from screening.poses.interactions.contact import Contact
from screening.poses.pose import Pose, Score
from screening.runs.docking.docking_batches import POSES, STAGE
from screening.runs.docking.docking_plan import DockingPlan
from screening.runs.run_folder import RunFolder
from screening.targets.target import ResidueId

#: The layer inside a run folder, and its files.
LAYER = "poses"
PLAN, DOCKED, RECEPTOR, REPORT = "plan.json", "docked.parquet", "receptor.pdb", "receptor_report.txt"


@dataclasses.dataclass(frozen=True)
class Docking(RunFolder):
    """The folder ``RUN/poses/``, finished or not.

    Attributes
    ----------
    folder
        The layer's own folder.
    plan
        What was planned.
    """

    folder: Path
    plan: DockingPlan
    _result = (DOCKED, "docked")

    def table(self) -> pa.Table:
        """Return the best pose of each docked record, without coordinates.

        In the order of the hit list for the hits of a screen; for a library, the highest ranking score first.

        Raises
        ------
        RunError
            If docking is not finished.
        FileError
            If the file was damaged.
        """
        if not self.finished:
            raise RunError(
                "docking is not finished", source=self.folder, expected="the same dock command to be run again"
            )
        return self._result_table()

    @cached_property
    def _rows(self) -> dict[int, tuple[int, int]]:
        """Record to its batch and row in ``docked.parquet``."""
        table = self.table()
        return {
            record: (batch, row)
            for row, (record, batch) in enumerate(zip(table["record"].to_pylist(), table["batch"].to_pylist()))
        }

    def poses(self, record: int) -> list[Pose]:
        """Return the poses of a record, the most likely one first; empty if it has none."""
        if record not in self._rows:
            return []
        path = self.folder / POSES / parts.part_name(self._rows[record][0])
        table = read_part(path, filters=pc.field("record") == record)
        found = [_pose(row) for row in table.to_pylist()]
        return sorted(found, key=lambda pose: pose.rank)

    def best_poses(self, records: Sequence[int] | None = None, top: int | None = None) -> list[tuple[int, Pose]]:
        """Return (record, best pose), in the order of `table` or of `records`; records without a pose are left out."""
        wanted = list(self._rows) if records is None else [record for record in records if record in self._rows]
        chosen = wanted if top is None else wanted[:top]
        return [(record, self.poses(record)[0]) for record in chosen]

    def receptor_pdb(self) -> str:
        """Return the receptor that was docked into, as PDB text with hydrogens."""
        try:
            return (self.folder / RECEPTOR).read_text("utf-8")
        except OSError as error:
            raise FileError("is missing", source=self.folder / RECEPTOR) from error

    def ledger_table(self) -> pa.Table:
        """Return the ledger: every record in one state, with a reason where it has no pose."""
        files = [self.folder / receipt.parts["ledger"].path for receipt in parts.receipts(self.folder)]
        return pa.concat_tables([read_part(path) for path in files])

    def failures(self) -> list[tuple[str, str]]:
        """Return (name, reason) of the records that were to be docked and have no pose."""
        rows = self.ledger_table().select(["name", "number", "stage", "reason"]).to_pylist()
        return [(row["name"] or str(row["number"]), row["reason"]) for row in rows if row["stage"] == STAGE]

    def __repr__(self) -> str:
        state = f"{sum(self.counts.values()):,} records" if self.finished else "not finished"
        return f"<Docking {self.folder}: {state}, {self.plan.engine}>"


def open_docking(run_folder: str | os.PathLike[str]) -> Docking | None:
    """Return the docking layer of a run folder, None if nothing was docked there.

    Raises
    ------
    PlanError
        If its plan was changed by hand.
    """
    folder = Path(run_folder) / LAYER
    path = folder / PLAN
    if not path.is_file():
        return None
    return Docking(folder, DockingPlan.from_json(path.read_text("utf-8"), path))


def _pose(row: dict[str, Any]) -> Pose:
    return Pose(
        smiles=row["smiles"],
        mol_block=row["mol_block"],
        origin=row["origin"],
        name=row["name"],
        rank=row["rank"],
        scores=tuple(Score(**each) for each in json.loads(row["scores"])),
        probability_2A=None if row["probability_2A"] is None else float(np.float32(row["probability_2A"])),
        state=row["state"],
        checks=tuple(Check(**each) for each in json.loads(row["checks"])),
        interactions=tuple(_contact(each) for each in json.loads(row["interactions"])),
        receptor_key=row["receptor"],
    )


def _contact(values: dict[str, Any]) -> Contact:
    for name in ("residue", "water"):
        if values.get(name) is not None:
            values[name] = ResidueId(**values[name])
    for name in ("start", "end", "via"):
        if values.get(name) is not None:
            values[name] = tuple(values[name])
    return Contact(**values)
