"""The view of hits in their site: a list with depictions beside the 3D; a row shows its pose, the camera stays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from screening.errors import UsageError
from screening.models.affinity import meaning
from screening.poses import pose as engine
from screening.poses.checks.check import checks_text
from screening.runs.evidence.text import number_text
from screening.targets.binding_site import BindingSite
from screening.targets.target import Target
from workbench.page import depiction, theme
from workbench.page.fragment import escape
from workbench.page.interaction_map import interaction_map_svg
from workbench.viewer import javascript
from workbench.viewer.scene import camera as cameras
from workbench.viewer.scene import style
from workbench.viewer.scene.contact_drawing import contact_lines
from workbench.viewer.scene.legend_key import Key
from workbench.viewer.scene.pose import Pose, drawn_pose
from workbench.viewer.scene.scene import Scene
from workbench.viewer.view import View, legend
from workbench.viewer.views.pose_view import require_near, site_ligand
from workbench.viewer.views.site_view import draw_site, flat_site, pose_contacts, require_site

#: Rows beside a 3D view; longer lists belong into a grid.
MOST_HITS = 300


def view_hits(
    hits: pa.Table,
    target: Target,
    site: BindingSite,
    poses: Mapping[int, Pose | engine.Pose] | None = None,
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
    given = {record: drawn_pose(pose) for record, pose in (poses or {}).items()}
    if not 0 < hits.num_rows <= MOST_HITS:
        raise UsageError(f"{hits.num_rows} hits cannot be shown beside a 3D view", expected=f"1 to {MOST_HITS} rows")
    for pose in given.values():
        require_near(target, site, pose)
    rows = hits.to_pylist()
    return beside_site(
        [(row["record"], _entry(row)) for row in rows], given, target, site, what="hit", surface=surface, height=height
    )


def beside_site(
    entries: Sequence[tuple[int, dict]],
    poses: Mapping[int, Pose],
    target: Target,
    site: BindingSite,
    *,
    what: str,
    surface: bool,
    height: int,
) -> View:
    """Show a list beside a site; choosing an entry shows its pose.

    Parameters
    ----------
    entries
        Key and what is listed, in order.
    poses
        Key to pose.
    target, site
        Where they lie.
    what
        What an entry is, in one word.
    surface, height
        As in `view_hits`.
    """
    bound = site_ligand(target, site)
    scene = Scene(height=height, outline=False)
    scene.file = f"{target.id}-{what}s"
    camera = _camera(target, site, list(poses.values()), None if bound is None else bound.coordinates)
    front = np.concatenate([pose.coordinates for pose in poses.values()]) if poses else None
    contacts = {key: pose_contacts(target, site, pose) for key, pose in poses.items()}
    drawn = draw_site(
        scene, target, site, None, surface=surface, contacts=False, camera=camera, reference=bound, front=front,
        expected=[contact for found in contacts.values() for contact in found], waters=not poses,
    )  # fmt: skip
    listed, kinds = [], []
    for key, entry in entries:
        shown = poses.get(key)
        if shown is not None:
            found = contacts[key]
            kinds += [c.kind for c in found if c.kind != "hydrophobic"]
            entry["pose"] = {
                "block": shown.mol_block, "names": list(shown.names), "origin": shown.origin,
                "notes": [*shown.notes, *(_checked(shown))],
                "contacts": contact_lines(found),
                "map": "" if shown.contacts is None else interaction_map_svg(shown.molecule, found, title=shown.name),
            }  # fmt: skip
        listed.append(entry)
    scene.extra = {
        "hits": javascript.pack(json.dumps(listed, separators=(",", ":")).encode()),
        "pose": style.sticks(style.LIGAND_CARBON, radius=0.22, ball=0.30),
        "distance": style.DISTANCE,
    }
    keys = [Key(style.LIGAND_CARBON, f"pose of the {what}" if what != "pose" else "pose"), *drawn.keys]
    keys += [Key(theme.CONTACTS[k], f"{k} (Å)", k, dashed=True) for k in theme.CONTACTS if k in kinds]
    first = next((poses[key] for key, _ in entries if key in poses), None)
    having = "" if what == "pose" else f", {len(poses)} with a pose"
    return View(
        scene,
        title=f"{len(entries)} {what}s in {target.id}",
        before=_list(listed, height),
        side=f'<div class="wb-detail"></div>{legend(keys)}',
        flat=flat_site(drawn, first or bound),
        summary=f"3D view of {len(entries)} {what}s in {target.id}{having}",
    )


def _checked(pose: Pose) -> list[str]:
    """Return what the checks say, in one line."""
    text = checks_text(pose.checks)
    return [f"Checks: {text}"] if text else []


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
        nearest = f"nearest known: {row['nearest']} ({number_text(row['similarity'], 2)})"
    said = meaning(row["kind"])
    score, lower, upper = (number_text(row[name], said.decimals) for name in ("affinity", "lower", "upper"))
    interval = f"{said.interval} {lower} to {upper}"
    return {
        "rank": row["rank"], "record": row["record"], "name": row["name"],
        "drawing": depiction.svg(row["smiles"], width=138, height=96, outlines=False),
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
