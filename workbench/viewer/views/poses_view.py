"""The view of poses in their site: a list with depictions beside the 3D; a row shows its pose, the camera stays."""

from __future__ import annotations

from collections.abc import Sequence

from screening.errors import UsageError
from screening.poses import pose as engine
from screening.poses.checks.check import checks_text
from screening.targets.binding_site import BindingSite
from screening.targets.target import Target
from workbench.page import depiction
from workbench.viewer.scene.pose import Pose, drawn_pose
from workbench.viewer.view import View
from workbench.viewer.views.hits_view import MOST_HITS, beside_site
from workbench.viewer.views.pose_view import require_near
from workbench.viewer.views.site_view import require_site


def view_poses(
    poses: Sequence[Pose | engine.Pose], target: Target, site: BindingSite, *, surface: bool = True, height: int = 520
) -> View:
    """Show poses beside their site; a click or the arrow keys choose one.

    Parameters
    ----------
    poses
        At most 300, with the origin of each.
    target, site
        Where they lie.
    surface
        Show the pocket surface at first.
    height
        Of the picture, in pixels.

    Raises
    ------
    UsageError
        If there are no poses, too many, or one in other coordinates.
    SiteError
        If the site belongs to another target.
    """
    require_site(target, site)
    if not 0 < len(poses) <= MOST_HITS:
        raise UsageError(f"{len(poses)} poses cannot be shown beside a 3D view", expected=f"1 to {MOST_HITS} poses")
    drawn = dict(enumerate(drawn_pose(pose) for pose in poses))
    for pose in drawn.values():
        require_near(target, site, pose)
    entries = [(at, _entry(at, pose, drawn[at])) for at, pose in enumerate(poses)]
    return beside_site(entries, drawn, target, site, what="pose", surface=surface, height=height)


def _entry(at: int, pose: Pose | engine.Pose, drawn: Pose) -> dict:
    first, second, tags = "", "", []
    if isinstance(pose, engine.Pose):
        if pose.probability_2A is not None:
            first = f"{pose.probability_2A:.0%} within 2 Å"
        if pose.score is not None:
            second = f"{pose.score.name} {pose.score.value:.2f}"
        if pose.rank > 1:
            tags.append([f"pose {pose.rank}", ""])
    said = checks_text(drawn.checks)
    if said:
        tags.append(["checks passed", "wb-good"] if said == "passed" else ["check failed", "wb-warn"])
    return {
        "rank": at + 1, "record": at, "name": drawn.name,
        "drawing": depiction.svg(drawn.molecule, width=138, height=96, outlines=False), "affinity": first or second,
        "interval": second if first else "", "tags": tags, "lines": [], "pose": None,
    }  # fmt: skip
