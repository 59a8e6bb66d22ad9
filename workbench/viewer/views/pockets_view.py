"""The view of ranked pockets on a target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from screening.errors import StructureError, UsageError
from screening.targets.binding_site import BindingSite
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.pockets.pocket import Pocket
from screening.targets.target import ResidueId, Target
from screening.targets.title import sentence_case
from workbench.page.fragment import escape
from workbench.page.theme import CATEGORIES
from workbench.viewer import flat
from workbench.viewer.scene import atoms as drawn
from workbench.viewer.scene import camera as cameras
from workbench.viewer.scene import style
from workbench.viewer.scene.legend_key import Key
from workbench.viewer.scene.scene import Scene, xyz
from workbench.viewer.scene.site_parts import MOLECULAR_SURFACE
from workbench.viewer.view import View, heading, legend

#: As many as there are colours to tell apart.
MOST_POCKETS = len(CATEGORIES)


def view_pockets(target: Target, pockets: Sequence[BindingSite | Pocket], *, height: int = 480) -> View:
    """Show ranked pockets: each a coloured surface with its rank; a click on a row of the table goes there.

    Parameters
    ----------
    target
        The structure.
    pockets
        The pockets, the best first; the first `MOST_POCKETS` are drawn, all are listed.
    height
        Of the picture, in pixels.

    Raises
    ------
    StructureError
        If the target has no coordinates.
    UsageError
        If there is no pocket, or one belongs to another target.
    """
    atoms = target.atoms
    if not len(atoms):
        raise StructureError("has no coordinates to draw", source=target.source, expected="a structure")
    if not pockets:
        raise UsageError(f"no pockets of {target.id} were given", expected="at least one")
    if not all(isinstance(pocket, BindingSite | Pocket) for pocket in pockets):
        raise UsageError("no pockets were given", expected="those of wb.find_pockets(target); wb.pockets is a table")
    if any(pocket.target_key != target.key for pocket in pockets):
        raise UsageError(
            "a pocket was found on another target", source=target.source, expected="pockets of this target"
        )
    shown = list(pockets[:MOST_POCKETS])
    lining = drawn.residue_mask(atoms, {r for pocket in shown for r in pocket.residues})
    ligands = [group.residue for group in target.ligands]
    bound = drawn.residue_mask(atoms, ligands)
    backbone = np.isin(atoms.name, drawn.BACKBONE) & ~atoms.hetero
    near = _whole_residues_near(target, lining, 6.0)
    keep = (lining | backbone | near) & ~bound & ~drawn.is_hydrogen(atoms) & ~drawn.is_water(atoms)
    text = drawn.as_text(target, atoms.select(keep))
    scene = Scene(height=height)
    scene.file = f"{target.id}-pockets"
    scene.addModel(text.text, text.format)
    scene.setStyle({"model": 0}, {})
    cartoon = {"color": style.CARTOON, "arrows": True, "thickness": 0.3}
    scene.setStyle({"model": 0, "hetflag": False}, {"cartoon": cartoon})
    context = text.select(
        sorted({_residue(target, i) for i in np.flatnonzero(keep & (near | lining)).tolist()}), model=0
    )
    keys, rows = [], []
    for number, pocket in enumerate(pockets, 1):
        colour = CATEGORIES[number - 1] if number <= len(shown) else "#cccccc"
        at = ",".join(f"{value:.2f}" for value in pocket.centre_A)
        rows.append(
            f'<tr data-at="{at}" title="Go there"><td><span class="wb-key" style="background:{colour}"></span></td>'
            f'<td class="wb-n">{number}</td><td>{escape(_said(pocket))}</td>'
            f'<td class="wb-n">{len(pocket.residues)}</td></tr>'
        )
        if number > len(shown):
            continue
        group = f"pocket {number}"
        scene.surface(
            MOLECULAR_SURFACE, {"opacity": 0.9, "color": colour}, text.select(pocket.residues, model=0), context,
            group=group,
        )  # fmt: skip
        label = {**style.LABEL, "fontSize": 15, "position": xyz(pocket.centre_A), "group": "ranks"}
        scene.addLabel(str(number), {**label, "borderThickness": 1, "borderColor": colour})
        keys.append(Key(colour, group, group))
    keys.append(Key("", "ranks", "ranks"))
    for model, residue in enumerate(ligands, 1):
        ligand = bound_ligand(target, residue)
        scene.addModel(ligand.mol_block, "sdf")
        scene.setStyle({"model": model}, style.sticks("#3a3f47", radius=0.3, ball=0.4))
        scene.name_model(model, ligand.title, ligand.names)
    if ligands:
        keys.append(Key("#3a3f47", "bound ligands (not used to find pockets)"))
    ca = atoms.select((atoms.name == "CA") & ~atoms.hetero)
    outline = ca if len(ca) > 3 else atoms.select(keep)
    camera = cameras.broad_side(outline.coordinates.astype(float), front=np.array(shown[0].centre_A))
    scene.zoomTo({"model": 0})
    scene.setView(camera.view())
    depth = float(np.linalg.norm(outline.coordinates - camera.centre, axis=1).max())
    scene.setSlab(-depth - 12.0, depth + 25.0)
    table = (
        '<div class="wb-contacts"><table><tr><th></th><th>rank</th><th>pocket</th><th class="wb-n">residues</th></tr>'
        f"{''.join(rows)}</table></div>"
    )
    strokes = [flat.trace(ca, {str(c): style.CARTOON for c in np.unique(ca.chain)}, 1.0)]
    for colour, pocket in zip(CATEGORIES, shown):
        mask = drawn.residue_mask(atoms, pocket.residues) & (atoms.name == "CA")
        places = atoms.coordinates[mask].astype(float)
        strokes.append(flat.Strokes(places, places + 0.01, [colour] * len(places), 3.0))
    marks = [(np.array(pocket.centre_A), str(number)) for number, pocket in enumerate(shown, 1)]
    return View(
        scene,
        title=f"Pockets of {target.id}",
        side=heading(f"Pockets of {target.id}", sentence_case(target.title)) + table + legend(keys),
        flat=flat.drawing(strokes, camera, labels=marks),
        summary=f"3D view of {len(pockets)} pockets of {target.id}",
    )


def _said(pocket: BindingSite | Pocket) -> str:
    if isinstance(pocket, Pocket):
        return f"{pocket.origin}; {pocket.volume_A3:.0f} Å³, druggability {pocket.druggability:.2f}"
    return pocket.origin


def _residue(target: Target, row: int) -> ResidueId:
    return drawn.residue_at(target.atoms, row)


def _whole_residues_near(target: Target, mask: np.ndarray, reach_A: float) -> np.ndarray:
    from scipy.spatial import cKDTree

    atoms = target.atoms
    gaps, _ = cKDTree(atoms.coordinates[mask]).query(atoms.coordinates, distance_upper_bound=reach_A)
    return np.isin(atoms.residue_index, np.unique(atoms.residue_index[np.isfinite(gaps)]))
