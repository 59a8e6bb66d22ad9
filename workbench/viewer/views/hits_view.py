"""The view of hits in their site: a list with depictions beside the 3D; a row shows its pose, the camera stays."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from screening.errors import UsageError
from screening.models.affinity import meaning
from screening.poses.interactions.find_contacts import find_contacts
from screening.targets.binding_site import BindingSite
from screening.targets.target import Target
from workbench.page import depiction, theme
from workbench.page.fragment import escape
from workbench.viewer import javascript
from workbench.viewer.scene import camera as cameras
from workbench.viewer.scene import style
from workbench.viewer.scene.contact_drawing import contact_lines
from workbench.viewer.scene.legend_key import Key
from workbench.viewer.scene.pose import Pose
from workbench.viewer.scene.scene import Scene
from workbench.viewer.scene.site_parts import SiteParts
from workbench.viewer.view import View, legend
from workbench.viewer.views.pose_view import require_near, site_ligand
from workbench.viewer.views.site_view import draw_site, flat_site, require_site

#: Rows beside a 3D view; longer lists belong into a grid.
MOST_HITS = 300


def view_hits(
    hits: pa.Table,
    target: Target,
    site: BindingSite,
    poses: Mapping[int, Pose] | None = None,
    *,
    surface: bool = True,
    height: int = 520,
) -> View:
    """Show hits beside their site; a click or the arrow keys choose one and show its pose.

    Parameters
    ----------
    hits
        Rows of ``HIT_SCHEMA``, at most `MOST_HITS`.
    target, site
        Where they bind.
    poses
        Record number to pose. A hit without one is listed, and the view says that no pose was computed.
    surface
        Show the pocket surface at first.
    height
        Of the picture, in pixels.

    Raises
    ------
    UsageError
        If there are no hits, too many, or a pose in other coordinates.
    SiteError
        If the site belongs to another target.
    """
    require_site(target, site)
    poses = dict(poses or {})
    if not 0 < hits.num_rows <= MOST_HITS:
        raise UsageError(f"{hits.num_rows} hits cannot be shown beside a 3D view", expected=f"1 to {MOST_HITS} rows")
    for given in poses.values():
        require_near(target, site, given)
    bound = site_ligand(target, site)
    scene = Scene(height=height, outline=False)
    scene.file = f"{target.id}-hits"
    camera = _camera(target, site, list(poses.values()), None if bound is None else bound.coordinates)
    front = np.concatenate([pose.coordinates for pose in poses.values()]) if poses else None
    parts = SiteParts(target, site.residues, np.array(site.centre_A), None if bound is None else bound.rows)
    atoms = target.atoms.select(parts.others)
    contacts = {record: find_contacts(atoms, pose.mol, pose.names) for record, pose in poses.items()}
    drawn = draw_site(
        scene, target, site, None, surface=surface, contacts=False, camera=camera, reference=bound, front=front,
        expected=[contact for found in contacts.values() for contact in found],
    )  # fmt: skip
    listed, kinds = [], []
    for row in hits.to_pylist():
        entry = _entry(row)
        pose = poses.get(row["record"])
        if pose is not None:
            found = contacts[row["record"]]
            kinds += [c.kind for c in found if c.kind != "hydrophobic"]
            entry["pose"] = {
                "block": pose.mol_block, "names": list(pose.names), "origin": pose.origin, "notes": list(pose.notes),
                "contacts": contact_lines(found),
            }  # fmt: skip
        listed.append(entry)
    scene.extra = {
        "hits": javascript.pack(json.dumps(listed, separators=(",", ":")).encode()),
        "pose": style.sticks(style.LIGAND_CARBON, radius=0.22, ball=0.30),
        "distance": style.DISTANCE,
    }
    keys = [Key(style.LIGAND_CARBON, "pose of the hit"), *drawn.keys]
    keys += [Key(theme.CONTACTS[k], f"{k} (Å)", k, dashed=True) for k in theme.CONTACTS if k in kinds]
    first = next((poses[r] for r in hits.column("record").to_pylist() if r in poses), None)
    return View(
        scene,
        title=f"{hits.num_rows} hits in {target.id}",
        before=_list(listed, height),
        side=f'<div class="wb-detail"></div>{legend(keys)}',
        flat=flat_site(drawn, first or bound),
        summary=f"3D view of {hits.num_rows} hits in {target.id}, {len(poses)} with a pose",
    )


def _camera(target: Target, site: BindingSite, poses: list[Pose], bound: np.ndarray | None) -> cameras.Camera:
    """Return one camera for all: chosen for the bound ligand or the best hit, wide enough for every pose."""
    places = [pose.coordinates for pose in poses]
    focus = bound if bound is not None else places[0] if places else np.array(site.centre_A)[None]
    heavy = ~np.isin(target.atoms.element, ["H", "D"])
    protein = target.atoms.coordinates[heavy].astype(float)
    return cameras.towards_opening(focus, protein, also=np.concatenate(places) if places else None)


def _entry(row: dict) -> dict:
    tags = [[flag, "wb-warn"] for flag in row["flags"][:3]]
    if row["known"]:
        tags.append(["seen in training", "wb-good"])
    if not row["in_domain"]:
        tags.append(["out of domain", "wb-warn"])
    nearest = "nothing known is near"
    if row["nearest"]:
        nearest = f"nearest known: {row['nearest']} ({row['similarity']:.2f})"
    said = meaning(row["kind"])
    score, lower, upper = (f"{row[name]:.{said.decimals}f}" for name in ("affinity", "lower", "upper"))
    interval = f"{said.interval} {lower} to {upper}"
    return {
        "rank": row["rank"], "record": row["record"], "name": row["name"],
        "drawing": depiction.svg(row["smiles"], width=138, height=96),
        "affinity": f"{said.of} {score}",
        "interval": interval, "tags": tags,
        "lines": [f"{said.of[0].upper()}{said.of[1:]} {score}, {interval}; {nearest}."],
        "pose": None,
    }  # fmt: skip


def _list(listed: list[dict], height: int) -> str:
    """Return the list as it is seen where scripts may not run; the page replaces it."""
    rows = "".join(
        f"<div>{one['rank']} · {escape(one['name'])}: {escape(one['affinity'])}, {escape(one['interval'])}</div>"
        for one in listed[:50]
    )
    return (
        f'<div class="wb-hits" tabindex="0" role="listbox" aria-label="Hits; arrow keys walk" '
        f'style="max-height:{height}px">{rows}</div>'
    )
