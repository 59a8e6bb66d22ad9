"""Read poses from SDF and PDBQT files."""

from __future__ import annotations

import os
from collections.abc import Mapping

from screening.poses.pose import Pose


def read_poses(
    path: str | os.PathLike[str],
    *,
    smiles: str | None = None,
    score_tag: str | None = None,
    higher_is_better: bool | None = None,
    units: Mapping[str, str] | None = None,
) -> list[Pose]:
    """Return the poses of a file in its order."""
    raise NotImplementedError
