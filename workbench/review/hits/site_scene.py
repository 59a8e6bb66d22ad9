"""The binding site in 3D for the review page: one scene and one camera for all hits; poses come one by one."""

from __future__ import annotations

import functools
import json
from typing import Any

import numpy as np

from screening.errors import ScreeningError, UsageError
from screening.runs.docking.docking import open_docking
from screening.runs.run import ScreenRun
from screening.runs.site import place_site
from screening.targets.binding_site import BindingSite
from screening.targets.files import read
from screening.targets.sites.site_around import site_around_ligand
from screening.targets.target import Target
from workbench.page.fragment import escape
from workbench.viewer.scene import style
from workbench.viewer.scene.scene import Scene
from workbench.viewer.view import legend
from workbench.viewer.views.pose_view import site_ligand
from workbench.viewer.views.site_view import draw_site

NO_POSE = "No pose of this compound was computed: what is drawn is the ligand of the structure, for orientation."


class SiteScene:
    """The scene of a run's site.

    Parameters
    ----------
    run
        A finished run; its target may be gone, the scene then says so.
    """

    def __init__(self, run: ScreenRun) -> None:
        self.run = run

    @functools.cached_property
    def place(self) -> tuple[Target, BindingSite]:
        """The target and its site: those that were docked into, else those of the screen.

        Raises
        ------
        UsageError
            If the run has no target with coordinates or no site.
        """
        docking = open_docking(self.run.folder)
        if docking is not None and docking.finished:
            target = read.read_target(docking.plan.target)
            return target, place_site(target, docking.plan.site)
        if self.run.plan.target is None:
            raise UsageError("the screen was run without a structure, so there is no 3D view", source=self.run.folder)
        target = read.read_target(self.run.plan.target)
        if not len(target.atoms):
            raise UsageError("the target is a sequence, so there is no 3D view", source=self.run.folder)
        if self.run.plan.site is not None:
            return target, place_site(target, self.run.plan.site)
        if not target.ligands:
            raise UsageError("no binding site was named and none can be guessed", source=self.run.folder)
        return target, site_around_ligand(target)

    @functools.cached_property
    def _made(self) -> tuple[Scene, str, str]:
        target, site = self.place
        bound = site_ligand(target, site)
        scene = Scene(height=460, outline=False)
        scene.file = f"{target.id}-review"
        front = None if bound is None else np.asarray(bound.coordinates)
        drawn = draw_site(scene, target, site, None, surface=False, contacts=False, reference=bound, front=front)
        scene.extra = {
            "scene": "workbenchSite",
            "commands": "",
            "pose": style.sticks(style.LIGAND_CARBON, radius=0.22, ball=0.30),
            "distance": style.DISTANCE,
        }
        caption = f"{target.id} · {site.origin}"
        return scene, f"{scene.canvas('site')}{legend(drawn.keys)}", caption

    def facts(self) -> dict[str, Any]:
        """Return ``html``, ``spec`` and ``caption`` of the scene, or ``problem`` where there is none."""
        try:
            scene, html, caption = self._made
        except ScreeningError as error:
            return {"problem": f"{error.problem[:1].upper()}{error.problem[1:].rstrip('.')}."}
        return {
            "html": f"<p class='wb-soft'>{escape(caption)}</p>{html}".replace(' style="', ' data-style="'),
            "spec": scene.spec(),
        }

    def script(self) -> str:
        """Return the commands of the scene as a script that defines a function.

        Raises
        ------
        ScreeningError
            If there is nothing to draw.
        """
        scene, _, _ = self._made
        name = json.dumps("workbenchSite")
        return f"window[{name}] = (viewer_UNIQUEID, viewergrid_UNIQUEID) => {{\n{scene.commands()}\n}};\n"
