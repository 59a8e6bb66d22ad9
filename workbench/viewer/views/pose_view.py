"""The view of a pose in a site."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from screening.errors import UsageError
from screening.poses import pose as engine
from screening.poses.checks.check import Check
from screening.targets.binding_site import BindingSite
from screening.targets.ligands.bound_ligand import BoundLigand, bound_ligand
from screening.targets.target import Target
from workbench.page import depiction
from workbench.page.fragment import escape
from workbench.page.interaction_map import interaction_map_svg
from workbench.viewer.scene.contact_drawing import contact_table
from workbench.viewer.scene.pose import Pose, drawn_pose
from workbench.viewer.scene.scene import Scene
from workbench.viewer.view import View, heading, legend
from workbench.viewer.views.site_view import draw_site, flat_site, ligand_in_site, require_site

#: A pose farther from every residue of the site than this is a pose in other coordinates, in Å.
AWAY_A = 8.0


def view_pose(
    target: Target,
    site: BindingSite,
    pose: Pose | engine.Pose,
    *,
    reference: bool = True,
    surface: bool = True,
    labels: bool = True,
    height: int = 480,
) -> View:
    """Show a posed ligand in its site with its contacts.

    Parameters
    ----------
    target, site
        The site.
    pose
        The ligand, with the origin of its pose; one of `screening.poses` brings its contacts and checks along.
    reference
        Show the ligand of the structure, if one is bound in the site, thin beside the pose.
    surface, labels
        What is shown at first.
    height
        Of the picture, in pixels.

    Raises
    ------
    SiteError
        If the target has no coordinates or the site belongs to another target.
    UsageError
        If the pose lies far from the site.
    """
    require_site(target, site)
    pose = drawn_pose(pose)
    require_near(target, site, pose)
    scene = Scene(height=height, outline=False)
    scene.file = f"{target.id}-{pose.name}"
    bound = site_ligand(target, site)
    # The ligand of the structure is no part of the protein that the pose meets, shown or not.
    drawn = draw_site(
        scene, target, site, pose, surface=surface, labels=labels, reference=bound, show_reference=reference
    )
    picture = depiction.image(
        depiction.png(pose.molecule, width=400, height=260), alt=f"2D structure of {pose.name}", width=220
    )
    side = [
        heading(pose.name, f"in {target.id} · {site.origin}", f"Pose: {pose.origin}.", *pose.notes), picture,
        check_list(pose.checks), legend(drawn.keys), contact_table(drawn.contacts), map_of(pose),
        "<p>Contacts by the geometry of heavy atoms.</p>",
    ]  # fmt: skip
    return View(
        scene, title=f"{pose.name} in {target.id}", side="".join(side), flat=flat_site(drawn, pose),
        summary=f"3D view of {pose.name} in {target.id}, {pose.origin}: {len(drawn.contacts)} contacts",
    )  # fmt: skip


def map_of(pose: Pose) -> str:
    """Return the 2D interaction map of a pose that brought its contacts, folded away."""
    if pose.contacts is None:
        return ""
    drawing = interaction_map_svg(pose.molecule, pose.contacts, title=pose.name)
    small = drawing.replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)
    return f"<details><summary>2D interaction map</summary>{small}</details>"


def check_list(checks: Sequence[Check]) -> str:
    """Return the checks of a pose as lines with a mark each; empty without checks."""
    marks = {True: ("✓", "wb-good"), False: ("✗", "wb-warn"), None: ("·", "")}
    rows = "".join(
        f'<li><span class="{marks[check.passed][1]}">{marks[check.passed][0]}</span> {escape(check.text)}</li>'
        for check in checks
    )
    return f'<ul class="wb-checks" style="list-style:none;margin:4px 0;padding:0">{rows}</ul>' if rows else ""


def site_ligand(target: Target, site: BindingSite) -> BoundLigand | None:
    """Return the small molecule that is bound in the site, if there is one."""
    there = ligand_in_site(target, site)
    return None if there is None else bound_ligand(target, there)


def require_near(target: Target, site: BindingSite, pose: Pose) -> None:
    """Raise UsageError if the pose cannot be in the coordinates of this target."""
    gap = float(np.linalg.norm(pose.coordinates - np.array(site.centre_A), axis=1).min())
    if gap > site.radius_A + AWAY_A:
        raise UsageError(
            f"the pose of {pose.name} lies {gap:.0f} Å from the site", source=target.source,
            expected="a pose in the coordinates of this structure",
        )  # fmt: skip
