"""The docking layer of a run, read back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from screening.poses.pose import Pose


@dataclasses.dataclass(frozen=True)
class Docking:
    """The folder ``RUN/poses/``, finished or not."""

    folder: Path

    def table(self) -> pa.Table:
        """Return the best pose of each docked record, without coordinates, in rank order."""
        raise NotImplementedError

    def poses(self, record: int) -> list[Pose]:
        """Return the poses of a record, the most likely one first; empty if it has none."""
        raise NotImplementedError

    def best_poses(self, records: Sequence[int] | None = None, top: int | None = None) -> list[tuple[int, Pose]]:
        """Return (record, best pose) in rank order."""
        raise NotImplementedError


def open_docking(run_folder: str | Path) -> Docking | None:
    """Return the docking layer of a run folder, None if it was never docked."""
    raise NotImplementedError
