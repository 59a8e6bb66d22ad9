"""The view of a whole target: chains, ligands, metals, and a colour for what is known of each residue."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from screening.errors import StructureError, UsageError
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.target import Atoms, HeteroGroup, ResidueId, Target
from screening.targets.title import sentence_case
from workbench.page.fragment import escape
from workbench.page.theme import ELEMENTS
from workbench.viewer import flat
from workbench.viewer.scene import atoms as drawn
from workbench.viewer.scene import camera as cameras
from workbench.viewer.scene import style
from workbench.viewer.scene.colouring import COLOURINGS, Colouring
from workbench.viewer.scene.legend_key import Key
from workbench.viewer.scene.scene import Scene
from workbench.viewer.view import View, heading, legend

#: Targets beyond this are drawn as backbones, without the side chains nobody could see.
MANY_ATOMS = 20_000


def view_target(
    target: Target,
    *,
    colour: str | Mapping[ResidueId | str, float] = "auto",
    surface: bool = False,
    waters: bool = False,
    height: int = 480,
) -> View:
    """Show a target: cartoon, bound groups with their names, metals.

    Parameters
    ----------
    target
        The structure.
    colour
        ``"chain"``, ``"spectrum"`` (blue at the first residue, red at the last), ``"b_factor"``, ``"plddt"``,
        ``"hydrophobicity"``, or a number for each residue (as ``"A:ASP129"`` or `ResidueId`), such as conservation.
        ``"auto"`` is pLDDT for predicted models and chains otherwise.
    surface
        Show the molecular surface at first; a box in the legend switches it.
    waters
        Show the waters.
    height
        Of the picture, in pixels.

    Raises
    ------
    StructureError
        If the target has no coordinates.
    UsageError
        If there is no such colouring.
    """
    atoms = target.atoms
    if not len(atoms):
        raise StructureError("has no coordinates to draw", source=target.source, expected="a structure")
    colouring = _colouring(target, colour)
    water = drawn.is_water(atoms)
    polymer = np.isin(atoms.name, drawn.BACKBONE) & ~atoms.hetero
    groups = [g for g in target.groups if g.kind not in ("solvent", "modified residue")]
    modified = [g.residue for g in target.groups if g.kind == "modified residue"]
    bound = drawn.residue_mask(atoms, [g.residue for g in groups]) & ~drawn.is_hydrogen(atoms)
    keep = polymer | bound | drawn.residue_mask(atoms, modified) | (water & waters)
    # Only a surface needs the side chains.
    whole = len(atoms) <= MANY_ATOMS or surface
    if surface or len(atoms) <= 6000:
        keep |= ~water & drawn.worth_drawing(atoms)
    keep &= ~drawn.is_hydrogen(atoms) | drawn.worth_drawing(atoms)
    text = drawn.as_text(target, atoms.select(keep), b_factors=bool(colouring.value))

    scene = Scene(height=height)
    scene.file = target.id
    scene.addModel(text.text, text.format, {"keepH": False})
    scene.setStyle({"model": 0}, {})
    trace_only = not polymer.any() or (atoms.name[polymer] == "CA").all()
    for chain in target.chains:
        selection = {"model": 0, "chain": text.chains.get(chain.id, chain.id)}
        shape = {"style": "trace", "thickness": 0.4} if trace_only else {"arrows": True, "thickness": 0.35}
        scene.setStyle({**selection, "hetflag": False}, {"cartoon": {**shape, **colouring.style(chain.id)}})
    if not target.chains:
        scene.setStyle({"model": 0, "hetflag": False}, {"cartoon": {"color": style.CARTOON}})
    keys = list(colouring.keys)
    keys += _draw_groups(scene, target, text, groups)
    if modified:
        scene.addStyle(text.select(modified, model=0), style.sticks(style.COFACTOR_CARBON, radius=0.14))
        keys.append(Key(style.COFACTOR_CARBON, "modified: " + ", ".join(dict.fromkeys(r.name for r in modified))[:40]))
    if waters and water.any():
        scene.addStyle({"model": 0, "resn": list(drawn.WATER)}, {"sphere": {"radius": 0.28, "color": "#e0301e"}})
        keys.append(Key("#e0301e", f"{target.waters} waters"))
    if whole and (surface or len(atoms) <= 6000):
        every = {"model": 0, "not": {"resn": list(drawn.WATER)}, "hetflag": False}
        scene.surface(2, {"opacity": 0.75, "color": "#f2f2ee"}, every, every)
        keys.append(Key("#f2f2ee", "molecular surface (takes a few seconds)", "surface", on=surface))
    scene.value = colouring.value
    scene.notes = colouring.notes

    ca = atoms.select((atoms.name == "CA") & ~atoms.hetero)
    outline = ca if len(ca) > 3 else atoms.select(keep)
    front = atoms.coordinates[bound].mean(axis=0).astype(float) if bound.any() else None
    camera = cameras.broad_side(outline.coordinates.astype(float), front=front)
    scene.zoomTo({"model": 0})
    scene.setView(camera.view())
    depth = float(np.linalg.norm(outline.coordinates - camera.centre, axis=1).max())
    scene.setSlab(-depth - 12.0, depth + 25.0)

    bars = "".join(colouring.bars)
    return View(
        scene,
        title=f"{target.id}: {sentence_case(target.title)}" if target.title else target.id,
        side=_facts(target) + bars + legend(keys),
        flat=_flat(target, ca, colouring, groups, camera),
        summary=f"3D view of {target.id}: {len(target.chains)} chains, {len(target.atoms)} atoms",
    )


def _colouring(target: Target, colour: str | Mapping[ResidueId | str, float]) -> Colouring:
    if not isinstance(colour, str):
        return COLOURINGS["values"](target, colour)
    name = ("plddt" if target.predicted else "chain") if colour == "auto" else colour
    if name not in COLOURINGS or name == "values":
        known = ", ".join(sorted(set(COLOURINGS) - {"values"}))
        raise UsageError(f"there is no colouring {colour!r}", expected=f"one of {known}, or a number for each residue")
    return COLOURINGS[name](target, {})


def _draw_groups(scene: Scene, target: Target, text: drawn.Text, groups: list[HeteroGroup]) -> list[Key]:
    keys: dict[str, Key] = {}
    model = 1
    for group in groups:
        selection = text.select([group.residue], model=0)
        if group.kind in ("metal", "ion"):
            scene.addStyle(selection, {"sphere": {"radius": 0.9, "colorscheme": style.by_element("#888888")}})
            element = group.residue.name.capitalize()
            keys[group.residue.name] = Key(ELEMENTS.get(element, "#888888"), f"{group.kind} {group.residue.name}")
        elif group.kind == "ligand":
            ligand = bound_ligand(target, group.residue)
            carbon = style.LIGAND_CARBON if ligand.bond_orders else style.UNKNOWN_CARBON
            scene.addModel(ligand.mol_block, "sdf")
            scene.setStyle(selection, {})
            scene.setStyle({"model": model}, style.sticks(carbon, radius=0.3, ball=0.42))
            scene.name_model(model, str(group.residue), ligand.names)
            model += 1
            note = "" if ligand.bond_orders else " (bond orders not known)"
            keys[group.residue.name] = Key(carbon, f"ligand {group.residue.name}{note}")
            scene.addLabel(
                group.residue.name,
                {
                    **style.LABEL, "fontSize": 13, "group": "names", "alignment": "bottomCenter",
                    "position": dict(zip("xyz", map(float, ligand.coordinates.mean(axis=0).round(2)))),
                },
            )  # fmt: skip
        else:
            scene.addStyle(selection, style.sticks(style.COFACTOR_CARBON, radius=0.2))
            keys[group.kind] = Key(style.COFACTOR_CARBON, group.kind)
    found = list(keys.values())
    if any(group.kind == "ligand" for group in groups):
        found.append(Key("", "ligand names", "names"))
    return found


def _facts(target: Target) -> str:
    method = sentence_case(target.method)
    facts = [f"{method}, {target.resolution_A:g} Å" if target.resolution_A else method]
    rows = []
    for chain in target.chains[:12]:
        gaps = sum(last - first + 1 for first, last in chain.missing)
        note = f", {gaps} not observed" if gaps else ""
        rows.append(
            f"<tr><td>{escape(chain.id)}</td><td>{escape(chain.kind)}</td>"
            f'<td class="wb-n">{len(chain.sequence)} residues{note}</td></tr>'
        )
    more = f"<p>and {len(target.chains) - 12} more chains</p>" if len(target.chains) > 12 else ""
    table = f"<table><tr><th>chain</th><th></th><th></th></tr>{''.join(rows)}</table>{more}" if rows else ""
    return heading(target.id, sentence_case(target.title), *facts) + table


def _flat(target: Target, ca: Atoms, colouring: Colouring, groups: list[HeteroGroup], camera: cameras.Camera) -> bytes:
    atoms = target.atoms
    strokes = [flat.trace(ca, colouring.flat(target), 1.1)]
    ligands = [g.residue for g in groups if g.kind == "ligand"]
    if ligands:
        mask = drawn.residue_mask(atoms, ligands) & ~drawn.is_hydrogen(atoms)
        strokes.append(flat.bonds(atoms.select(mask), style.LIGAND_CARBON, 0.9))
    return flat.drawing(strokes, camera)
