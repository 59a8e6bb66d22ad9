"""Write poses as SDF: V2000 blocks with all that is known of each pose as properties."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from screening.engine import files
from screening.errors import InputError
from screening.poses.pose import Pose, Score

#: Properties that every file has, in this order; further scores follow as ``score: NAME``.
PROPERTIES = ("smiles", "score", "score_name", "score_unit", "score_higher_is_better", "probability_2A", "origin",
              "state", "rank", "receptor", "checks", "interactions")  # fmt: skip
#: How a further score is named.
SCORE_PREFIX = "score: "


def write_poses(poses: Iterable[Pose], path: str | os.PathLike[str]) -> int:
    """Write poses to an SDF file, atomically; return how many.

    Raises
    ------
    InputError
        If there is no pose: a file without records says nothing.
    StorageError
        If the file cannot be written.
    """
    found = list(poses)
    if not found:
        raise InputError("there is no pose to write", source=path, expected="at least one pose")
    files.write_text(path, "".join(pose_record(pose) for pose in found))
    return len(found)


def pose_record(pose: Pose) -> str:
    """Return one record of an SDF file."""
    lines = pose.mol_block.rstrip("\n").split("\n")
    lines[0] = " ".join(pose.name.split())[:80]
    fields = [text for name, value in properties(pose).items() for text in (f">  <{name}>", value, "")]
    return "\n".join([*lines, *fields, "$$$$", ""])


def properties(pose: Pose) -> dict[str, str]:
    """Return the properties of a pose as text, one line each."""
    score = pose.score
    values: dict[str, str] = {
        "smiles": pose.smiles,
        "score": f"{score.value:.4f}" if score else "",
        "score_name": score.name if score else "",
        "score_unit": score.unit if score else "",
        "score_higher_is_better": _direction(score),
        "probability_2A": "" if pose.probability_2A is None else f"{pose.probability_2A:.4f}",
        "origin": pose.origin,
        "state": pose.state,
        "rank": str(pose.rank),
        "receptor": pose.receptor_key,
        "checks": _checks_text(pose),
        "interactions": "; ".join(str(each) for each in pose.interactions),
    }
    for extra in pose.scores[1:]:
        way = {"True": "higher is better", "False": "lower is better"}.get(_direction(extra), "")
        values[f"{SCORE_PREFIX}{extra.name}"] = json.dumps([round(extra.value, 4), extra.unit, way])
    return {name: " ".join(value.split()) for name, value in values.items() if value}


def _direction(score: Score | None) -> str:
    return "" if score is None or score.higher_is_better is None else str(score.higher_is_better)


def _checks_text(pose: Pose) -> str:
    from screening.poses.checks.check import checks_text

    return checks_text(pose.checks)
