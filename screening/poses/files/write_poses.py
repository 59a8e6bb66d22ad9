"""Write poses as SDF."""

from __future__ import annotations

import os
from collections.abc import Iterable

from screening.poses.pose import Pose


def write_poses(poses: Iterable[Pose], path: str | os.PathLike[str]) -> None:
    """Write poses to an SDF file, atomically."""
    raise NotImplementedError
