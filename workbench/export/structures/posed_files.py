"""The structure files that a script for a 3D viewer opens: receptor and poses, beside the script."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.engine import files
from screening.errors import UsageError
from screening.poses.pose import Pose
from workbench.export.columns import plain_text
from workbench.export.stamp import Stamp
from workbench.export.structures.scene import Scene, object_name
from workbench.export.write_sdf import pose_fields, record_text


@dataclasses.dataclass(frozen=True)
class PosedFiles:
    """What was written beside a script.

    Attributes
    ----------
    scene
        Receptor and poses.
    receptor, poses
        File names.
    objects
        Name of the object of each compound that has a pose, in rank order.
    rows
        Rows of the list, with and without a pose.
    """

    scene: Scene
    receptor: str
    poses: str
    objects: list[str]
    rows: int


def parts_of(path: Path) -> list[Path]:
    """Return the files that `write_posed_files` writes beside a script."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", path.stem) or "hits"
    return [path.with_name(f"{stem}.receptor.pdb"), path.with_name(f"{stem}.poses.sdf")]


def require_poses(scene: Scene | None, path: Path) -> Scene:
    """Return the scene.

    Raises
    ------
    UsageError
        If there are no poses.
    """
    if scene is None or not any(scene.poses.values()):
        raise UsageError(
            "there are no poses to show in 3D", source=path, expected="a run with poses (workbench dock RUN)"
        )
    return scene


def require_some(posed: int, path: Path) -> None:
    """Check that some compound had a pose.

    Raises
    ------
    UsageError
        If none had.
    """
    if not posed:
        raise UsageError("none of the compounds asked for has a pose", source=path, expected="compounds with poses")


def write_posed_files(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> PosedFiles:
    """Write the receptor and the best pose of each row beside `path`.

    Raises
    ------
    UsageError
        If there are no poses.
    StorageError
        If the folder cannot be written or the disk is full.
    """
    scene = require_poses(stamp.scene, path)
    receptor, poses = parts_of(path)
    objects, count = [], 0
    with files.replacing(poses) as temporary, open(temporary, "w", encoding="utf-8") as stream:
        for batch in rows:
            for row in batch.to_pylist():
                count += 1
                of_this = scene.poses.get(row["record"], ())
                if of_this:
                    name = object_name(row["rank"], plain_text(row["name"]))
                    objects.append(name)
                    stream.write(record_text(of_this[0].molecule(), name, _facts(row, of_this[0])))
        require_some(len(objects), path)
    files.write_text(receptor, scene.receptor)
    return PosedFiles(scene, receptor.name, poses.name, objects, count)


def _facts(row: dict[str, Any], pose: Pose) -> dict[str, str]:
    found = pose_fields(pose)
    for name in ("upper", "lower", "affinity", "smiles", "name", "rank"):
        if name in row:
            found = {name: plain_text(row[name]), **found}
    return found
