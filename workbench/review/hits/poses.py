"""Poses of a run for the review page, where something was docked."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from rdkit import Chem

from screening.errors import ScreeningError
from screening.poses.pose import Pose
from screening.runs.docking.docking import Docking, open_docking
from screening.runs.run import ScreenRun
from workbench.page.interaction_map import interaction_map_svg
from workbench.review.hits.site_scene import NO_POSE
from workbench.review.hits.svg_attributes import attributes_only
from workbench.viewer.scene.contact_drawing import contact_lines


class RunPoses:
    """The poses of a run, one by one.

    Parameters
    ----------
    run
        A finished run.
    """

    def __init__(self, run: ScreenRun) -> None:
        self.run = run

    @cached_property
    def _docking(self) -> Docking | None:
        found = open_docking(self.run.folder)
        return found if found is not None and found.finished else None

    def pose(self, record: int) -> dict[str, Any]:
        """Return the best pose of a record with its origin, checks, contacts and interaction map.

        Without one, ``said`` is the sentence why: nothing was docked, or no pose of this compound was found.
        """
        try:
            poses = [] if self._docking is None else self._docking.poses(record)
        except ScreeningError as error:
            return {
                "record": record,
                "pose": None,
                "said": f"{error.problem[:1].upper()}{error.problem[1:].rstrip('.')}.",
            }
        if not poses:
            return {"record": record, "pose": None, "said": NO_POSE}
        return {"record": record, **shown(poses[0])}


def shown(best: Pose) -> dict[str, Any]:
    """Return what the page shows of a pose: sentences, mol block, contacts, interaction map."""
    contacts = list(best.interactions)
    mol = Chem.MolFromMolBlock(best.mol_block, removeHs=False)
    said = [f"Pose: {best.origin}."]
    said += [f"{'; '.join(map(str, best.scores))} (no affinity)."] if best.scores else []
    if best.probability_2A is not None:
        said.append(f"Probability to lie within 2 Å of the true pose: {best.probability_2A:.2f}.")
    said += [f"Docked as {best.state}."] if best.state else []
    failed = [check.name for check in best.checks if check.passed is False]
    said += [f"Checks failed: {', '.join(failed)}."] if failed else []
    drawn = "" if mol is None else attributes_only(interaction_map_svg(mol, contacts, title=best.name))
    return {
        "said": " ".join(said),
        "pose": {"block": best.mol_block, "names": [], "contacts": contact_lines(contacts)},
        "map": drawn,
    }
