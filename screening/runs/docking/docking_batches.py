"""Dock one batch: a pure function of a task, run on a worker."""

from __future__ import annotations

import dataclasses
import json
from functools import lru_cache

import pyarrow as pa

from screening.engine.ledger import LEDGER_SCHEMA, RecordState
from screening.engine.splittable import Tables
from screening.errors import FileError, MissingExtraError, ScreeningError
from screening.poses.checks.check_pose import checked_pose
from screening.poses.placement import PlacementTimeoutError, Search, place
from screening.poses.pose import Pose
from screening.poses.receptor.prepare import prepare_receptor
from screening.poses.receptor.receptor import Receptor
from screening.provenance import file_sha256
from screening.runs.site import place_site
from screening.targets.files.read import read_target

STAGE = "dock"
POSES = "parts"

#: A pose of a record. `rank` counts the poses of the record from 1, the most likely first; `score` is the engine's,
#: with its name, unit and direction (null if not known); `scores`, `checks` and `interactions` are JSON.
POSE_SCHEMA = pa.schema(
    [
        pa.field("record", pa.int64(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("rank", pa.int32(), nullable=False),
        pa.field("smiles", pa.string(), nullable=False),
        pa.field("state", pa.string(), nullable=False),
        pa.field("origin", pa.string(), nullable=False),
        pa.field("score", pa.float32()),
        pa.field("score_name", pa.string(), nullable=False),
        pa.field("score_unit", pa.string(), nullable=False),
        pa.field("score_higher_is_better", pa.bool_()),
        pa.field("probability_2A", pa.float32()),
        pa.field("ranking_score", pa.float32()),
        pa.field("scores", pa.string(), nullable=False),
        pa.field("checks", pa.string(), nullable=False),
        pa.field("interactions", pa.string(), nullable=False),
        pa.field("receptor", pa.string(), nullable=False),
        pa.field("mol_block", pa.string(), nullable=False),
    ]
)


@dataclasses.dataclass(frozen=True)
class DockRecord:
    """A row of the ledger, and the SMILES of a record that is to be docked (its state is ``ready``)."""

    record: int
    source: str
    number: int
    name: str
    input: str
    state: str
    stage: str
    reason: str
    smiles: str = ""


@dataclasses.dataclass(frozen=True)
class DockTask:
    """Records to be docked.

    Attributes
    ----------
    records
        In order.
    receptor
        The prepared receptor: preparing it takes the dictionary of components, a gigabyte, so a worker is given it.
    search, time_limit
        As in `screening.runs.docking.docking_plan`.
    """

    records: tuple[DockRecord, ...]
    receptor: Receptor
    search: Search
    time_limit: float

    def __len__(self) -> int:
        return len(self.records)

    def piece(self, start: int, stop: int) -> DockTask:
        """Return the task of the records from `start` to before `stop`."""
        return dataclasses.replace(self, records=self.records[start:stop])

    def given_up(self, state: RecordState, reason: str) -> Tables:
        """Account for the records without docking them; those that were never ready keep their state."""
        rows = [
            dataclasses.replace(one, state=state.value, stage=STAGE, reason=reason) if _ready(one) else one
            for one in self.records
        ]
        return {POSES: POSE_SCHEMA.empty_table(), "ledger": _ledger(rows)}


def dock_batch(task: DockTask) -> Tables:
    """Dock the ready records of a task.

    Returns
    -------
    dict
        The poses (`POSE_SCHEMA`) and ``ledger`` (`LEDGER_SCHEMA`) for every record.

    Raises
    ------
    MissingExtraError
        If the engine is not installed on the worker.
    """
    receptor = task.receptor
    rows, found = [], []
    for one in task.records:
        if not _ready(one):
            rows.append(one)
            continue
        state, reason = RecordState.SCORED, ""
        poses: list[Pose] = []
        try:
            poses = place(receptor, one.smiles, name=one.name, search=task.search, time_limit=task.time_limit)
            if not poses:
                state, reason = RecordState.FAILED, "the engine found no pose in the box"
        except PlacementTimeoutError:
            state, reason = RecordState.TIMED_OUT, f"took longer than {task.time_limit:g} s"
        except MissingExtraError:
            raise
        except ScreeningError as error:
            state, reason = RecordState.FAILED, str(error)
        stage = "" if state is RecordState.SCORED else STAGE
        rows.append(dataclasses.replace(one, state=state.value, stage=stage, reason=reason))
        found += [_row(one, _checked(pose, receptor)) for pose in poses]
    return {POSES: pa.Table.from_pylist(found, schema=POSE_SCHEMA), "ledger": _ledger(rows)}


def _ready(record: DockRecord) -> bool:
    return record.state == RecordState.READY.value


def _ledger(rows: list[DockRecord]) -> pa.Table:
    names = LEDGER_SCHEMA.names
    return pa.table({name: [getattr(row, name) for row in rows] for name in names}, schema=LEDGER_SCHEMA)


@lru_cache(maxsize=2)
def receptor_of(target: str, sha256: str, site: str, pH: float) -> Receptor:
    """Return the receptor of a planned target and site; prepared once in a process.

    Raises
    ------
    FileError
        If the file is not the one that was planned.
    """
    if file_sha256(target) != sha256:
        raise FileError("has changed since docking was planned", source=target, expected=f"SHA-256 {sha256[:12]}")
    structure = read_target(target)
    return prepare_receptor(structure, place_site(structure, site), pH=pH)


def _checked(pose: Pose, receptor: Receptor) -> Pose:
    """Return the pose with checks and contacts; the strain, which takes longest, of the best pose only."""
    return checked_pose(pose, receptor.atoms, with_strain=pose.rank == 1)


def ranking_score(pose: Pose) -> float | None:
    """Return the number that ligands are compared by, higher is better; None if no score has a direction.

    Where a network scored the pose, the product of its probability and its affinity (``CNN_VS`` of gnina; Sunseri and
    Koes, J. Chem. Inf. Model. 61, 2788 (2021)), else the score of the engine.
    """
    probability, affinity = pose.score_named("CNN score"), pose.score_named("CNN affinity")
    if probability is not None and affinity is not None:
        return probability.value * affinity.value
    score = pose.score
    if score is None or score.higher_is_better is None:
        return None
    return score.value if score.higher_is_better else -score.value


def _row(record: DockRecord, pose: Pose) -> dict[str, object]:
    score = pose.score
    return {
        "record": record.record,
        "name": record.name,
        "rank": pose.rank,
        "smiles": pose.smiles,
        "state": pose.state,
        "origin": pose.origin,
        "score": None if score is None else score.value,
        "score_name": "" if score is None else score.name,
        "score_unit": "" if score is None else score.unit,
        "score_higher_is_better": None if score is None else score.higher_is_better,
        "probability_2A": pose.probability_2A,
        "ranking_score": ranking_score(pose),
        "scores": _json([dataclasses.asdict(each) for each in pose.scores]),
        "checks": _json([dataclasses.asdict(each) for each in pose.checks]),
        "interactions": _json([dataclasses.asdict(each) for each in pose.interactions]),
        "receptor": pose.receptor_key,
        "mol_block": pose.mol_block,
    }


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=float)
