"""The view of a binding site: ligand, residues around it, contacts, pocket surface."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from screening.errors import SiteError
from screening.poses.interactions.contact import Contact
from screening.poses.interactions.find_contacts import find_contacts
from screening.poses.interactions.surroundings import pose_surroundings
from screening.targets.binding_site import BindingSite
from screening.targets.ligands.bond_orders import NONE
from screening.targets.ligands.bound_ligand import BoundLigand, bound_ligand
from screening.targets.ligands.ligand_atoms import ligand_rows
from screening.targets.target import ResidueId, Target
from screening.targets.title import sentence_case
from workbench.page import depiction, theme
from workbench.viewer import flat
from workbench.viewer.scene import camera as cameras
from workbench.viewer.scene import style
from workbench.viewer.scene.contact_drawing import contact_table, draw_contacts
from workbench.viewer.scene.legend_key import Key
from workbench.viewer.scene.pose import Pose
from workbench.viewer.scene.scene import Panel, Scene
from workbench.viewer.scene.site_parts import SiteParts
from workbench.viewer.view import View, heading, legend

#: What stands more than this before the ligand is cut away, in Å.
CLEAR_A = 2.4

#: A residue with a heavy atom nearer than this to one of a ligand is touched by it, in Å.
TOUCHES_A = 5.0

#: Two or three named residues have a small radius, and the ligand between them and the rest of the site.
BESIDE_A = 4.0


def view_site(
    target: Target,
    site: BindingSite,
    *,
    ligand_smiles: str | None = None,
    surface: bool = True,
    labels: bool = True,
    contacts: bool = True,
    height: int = 560,
) -> View:
    """Show a binding site, looking in from its open side.

    Parameters
    ----------
    target
        The structure.
    site
        The site on it.
    ligand_smiles
        SMILES of the bound ligand, for its bond orders; else they are from the file or the component dictionary.
    surface, labels, contacts
        What is shown at first; boxes in the legend switch the surface, the labels and the contacts.
    height
        Of the picture, in pixels.

    Raises
    ------
    SiteError
        If the target has no coordinates or the site belongs to another target.
    InputError
        If `ligand_smiles` is not the molecule that is bound.
    """
    require_site(target, site)
    there = ligand_in_site(target, site)
    ligand = None if there is None else bound_ligand(target, there, smiles=ligand_smiles)
    scene = Scene(height=height, outline=False)
    scene.file = f"{target.id}-site"
    drawn = draw_site(scene, target, site, ligand, surface=surface, labels=labels, contacts=contacts)
    return View(
        scene,
        title=f"{target.id} · {site.origin}",
        side=_side(target, site, ligand, drawn),
        flat=flat_site(drawn, ligand),
        summary=f"3D view of {target.id}, {site.origin}: {len(site.residues)} residues, {len(drawn.contacts)} contacts",
    )


@dataclasses.dataclass(frozen=True)
class DrawnSite:
    """What was drawn of a site: its parts, the camera, the contacts, the legend and the labels with their places."""

    parts: SiteParts
    camera: cameras.Camera
    contacts: list[Contact]
    keys: list[Key]
    labels: list[tuple[str, np.ndarray]]


def draw_site(
    scene: Scene | Panel,
    target: Target,
    site: BindingSite,
    ligand: BoundLigand | Pose | None,
    *,
    surface: bool = True,
    labels: bool = True,
    contacts: bool = True,
    camera: cameras.Camera | None = None,
    reference: BoundLigand | None = None,
    show_reference: bool = True,
    front: np.ndarray | None = None,
    expected: Sequence[Contact] = (),
    waters: bool = True,
) -> DrawnSite:
    """Draw a site and its ligand as models 0 and 1.

    Parameters
    ----------
    scene
        What to draw on. Without outlines: where the scene is cut open they would be drawn as solid walls.
    target, site
        The site.
    ligand
        The ligand that is bound, or a pose of one.
    surface, labels, contacts
        As in `view_site`.
    camera
        Where to look from; into the open side by default.
    reference, show_reference
        The ligand of the structure: no part of the protein that a pose meets; shown thin beside it.
    front
        Coordinates (n, 3), Å, that nothing is to stand before; those of the ligand by default.
    expected
        Contacts of ligands that are shown later: their residues are drawn with their backbone where it takes part.
    waters
        Draw the waters near the ligand of the structure; a pose takes their place.
    """
    bound = ligand if isinstance(ligand, BoundLigand) else reference
    waters = waters and not isinstance(ligand, Pose)
    rows = None if bound is None else bound.rows
    parts = SiteParts(target, site.residues, np.array(site.centre_A), rows, waters=waters)
    if isinstance(ligand, Pose):
        found = pose_contacts(target, site, ligand)
    else:
        linked, others = linked_residues(target, ligand), target.atoms.select(parts.others)
        found = [] if ligand is None else find_contacts(others, ligand.mol, ligand.names, covalent=linked)
    places = None if ligand is None else ligand.coordinates
    camera = camera or parts.camera(places, found, aspect=scene.aspect)
    keys = parts.draw(scene, [*found, *expected], camera)
    if ligand is not None:
        carbon = style.LIGAND_CARBON if ligand.bond_orders else style.UNKNOWN_CARBON
        scene.addModel(ligand.mol_block, "sdf", {"keepH": True})
        scene.setStyle({"model": 1}, style.sticks(carbon, radius=0.22, ball=0.30))
        scene.setStyle({"model": 1, "elem": "H"}, style.sticks(carbon, radius=0.10, ball=0.16))
        scene.name_model(1, ligand.title, ligand.names)
        keys.insert(0, Key(carbon, f"{'pose' if isinstance(ligand, Pose) else 'ligand'} {ligand.title}"))
    if reference is not None and show_reference:
        scene.addModel(reference.mol_block, "sdf")
        scene.setStyle({"model": 1 if ligand is None else 2}, style.sticks(style.REFERENCE_CARBON, radius=0.07))
        scene.name_model(1 if ligand is None else 2, f"{reference.title} (bound in the structure)", reference.names)
        keys.insert(1, Key(style.REFERENCE_CARBON, f"{reference.title}, bound in the structure"))
    taken: list[np.ndarray] = []
    if contacts:
        keys += draw_contacts(scene, found, camera, taken)
    named = []
    if labels:
        named = parts.draw_labels(scene, camera, found, places, taken)
        keys.append(Key("", "residue labels", "labels"))
    if parts.draw_surface(scene):
        keys.append(Key(style.SURFACE["C"], "pocket surface (sand: carbon, blue: N, red: O)", "surface", on=surface))
    if front is None:
        front = np.array(parts.centre)[None] if places is None else places
    finish(scene, camera, front)
    return DrawnSite(parts, camera, found, keys, named)


def finish(scene: Scene | Panel, camera: cameras.Camera, front: np.ndarray) -> None:
    """Point the camera; what lies before the `front` atoms (n, 3) is cut away, what lies far behind fades."""
    scene.zoomTo({"model": 0})
    scene.setView(camera.view())
    depth = float(camera.project(front)[:, 2].max()) if len(front) else 0.0
    scene.setSlab(-(depth + CLEAR_A), 24.0)


def _side(target: Target, site: BindingSite, ligand: BoundLigand | None, drawn: DrawnSite) -> str:
    method = sentence_case(target.method)
    facts = [f"{method}, {target.resolution_A:g} Å" if target.resolution_A else method]
    parts = [heading(f"{target.id} · {site.origin}", sentence_case(target.title), *facts)]
    if ligand is not None and ligand.bond_source != NONE:
        picture = depiction.png(ligand.mol, width=400, height=260)
        parts.append(depiction.image(picture, alt=f"2D structure of {ligand.residue.name}", width=220))
    if ligand is not None and not ligand.bond_orders:
        parts.append(
            f"<p>Bond orders of the ligand are from {ligand.bond_source}. "
            "Pass <code>ligand_smiles=</code> to draw the right ones.</p>"
        )
    elif ligand is None:
        parts.append("<p>No small molecule is bound in this site, and no pose was computed.</p>")
    parts += [legend(drawn.keys), contact_table(drawn.contacts)]
    if ligand is not None:
        parts.append("<p>Contacts by the geometry of heavy atoms in the deposited structure.</p>")
    return "".join(parts)


def flat_site(drawn: DrawnSite, ligand: BoundLigand | Pose | None) -> bytes:
    """Return a flat drawing of the same view as a PNG."""
    parts, contacts, camera, named = drawn.parts, drawn.contacts, drawn.camera, drawn.labels
    atoms = parts.target.atoms
    strokes = [flat.bonds(atoms.select(parts.site), style.SITE_CARBON, 0.24)]
    ca = atoms.select((atoms.name == "CA") & ~atoms.hetero)
    strokes.insert(0, flat.trace(ca, dict.fromkeys(ca.chain.tolist(), style.CARTOON), 0.7))
    if ligand is not None:
        strokes.append(flat.molecule(ligand.mol, style.LIGAND_CARBON, 0.5))
    shown = [c for c in contacts if c.kind != "hydrophobic"]
    if shown:
        strokes.append(
            flat.Strokes(
                np.array([c.start for c in shown]), np.array([c.end for c in shown]),
                [theme.CONTACTS[c.kind] for c in shown], 0.14, dashed=True,
            )
        )  # fmt: skip
    front = np.inf if ligand is None else camera.project(ligand.coordinates)[:, 2].max() + CLEAR_A
    seen = [(where, text) for text, where in named if camera.project(where)[0, 2] < front]
    return flat.drawing(strokes, camera, labels=seen, clear_A=float(front))


def require_site(target: Target, site: BindingSite) -> None:
    """Raise SiteError if the target has no coordinates or the site belongs to another target."""
    if not len(target.atoms):
        raise SiteError("has no coordinates", source=target.source, expected="a structure")
    if site.target_key != target.key:
        raise SiteError("the site was placed on another target", source=target.source, expected="a site of this target")


def pose_contacts(target: Target, site: BindingSite, pose: Pose) -> list[Contact]:
    """Return the contacts of a pose: those it brought, else those with the structure without its waters."""
    if pose.contacts is not None:
        return list(pose.contacts)
    return find_contacts(pose_surroundings(target, site), pose.mol, pose.names)


def linked_residues(target: Target, ligand: BoundLigand | None) -> tuple[ResidueId, ...]:
    """Return the residues that a ligand of the structure is covalently bound to."""
    if ligand is None:
        return ()
    return next((group.linked_to for group in target.groups if group.residue == ligand.residue), ())


def ligand_in_site(target: Target, site: BindingSite) -> ResidueId | None:
    """Return the small molecule in a site: that it was placed around, else the one that touches most of it.

    A site of named residues, a point or a pocket names no ligand: one is in it that touches its residues, with its
    middle no further than `BESIDE_A` outside the radius of the site.
    """
    if site.ligand is not None:
        return site.ligand if is_small(target, site.ligand) else None
    atoms = target.atoms
    wanted = set(site.residues)
    inside = [row for row in atoms.residue_starts if atoms.residue_id(int(row)) in wanted]
    rows = np.flatnonzero(np.isin(atoms.residue_index, atoms.residue_index[inside]))
    best, most = None, 0
    for group in target.ligands:
        own = atoms.coordinates[ligand_rows(target, group.residue)].astype(float)
        if not len(own) or np.linalg.norm(own.mean(axis=0) - np.array(site.centre_A)) > site.radius_A + BESIDE_A:
            continue
        gaps = np.linalg.norm(atoms.coordinates[rows].astype(float)[:, None] - own[None], axis=2).min(axis=1)
        touched = len(np.unique(atoms.residue_index[rows[gaps < TOUCHES_A]]))
        if touched > most:
            best, most = group.residue, touched
    return best


def is_small(target: Target, residue: ResidueId) -> bool:
    """Tell whether the ligand is a small molecule, not a residue of a peptide chain."""
    return any(group.residue == residue for group in target.groups)
