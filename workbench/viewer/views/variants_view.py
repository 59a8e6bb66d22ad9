"""The view of protein variants on a target: where each is, and what is near it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.spatial.distance import cdist

from screening.errors import ScreeningError, StructureError, UsageError
from screening.poses.mutant import Mutant, mutant
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.target import Target
from screening.targets.title import sentence_case
from screening.targets.variants.placed_variants import PlacedVariant, place_variants
from workbench.page.fragment import escape
from workbench.page.theme import CATEGORIES
from workbench.viewer import flat
from workbench.viewer.scene import atoms as drawn
from workbench.viewer.scene import camera as cameras
from workbench.viewer.scene import labels as placing
from workbench.viewer.scene import style
from workbench.viewer.scene.legend_key import Key
from workbench.viewer.scene.scene import Scene, xyz
from workbench.viewer.view import View, heading, legend

#: Labels beyond this many would hide the protein; the mouse names the rest.
MOST_LABELS = 30
#: Side chains that are built; each takes some tenths of a second.
MOST_BUILT = 12
BUILT = "#c2185b"
#: So few built side chains are looked at from near: their surroundings fill the picture.
MOST_CLOSE, CLOSE_A = 3, 14.0


def view_variants(
    target: Target,
    variants: Sequence[PlacedVariant | str],
    *,
    groups: Mapping[str, str] | Callable[[PlacedVariant], str] | None = None,
    side_chains: bool = False,
    height: int = 480,
) -> View:
    """Show variants as balls on the cartoon, labelled, coloured by group.

    Parameters
    ----------
    target
        The structure they were placed on.
    variants
        As ``screening.targets.variants.placed_variants.place_variants`` returns them, or texts such as ``"T790M"``;
        those not placed are listed with the reason.
    groups
        Variant text to group (such as "pathogenic"), or a function of a variant. By default: in the site, buried, at an
        interface, or exposed.
    side_chains
        Build the side chain of each variant (`screening.poses.mutant`), at most `MOST_BUILT`, and show it in colour
        beside the wild type's.
    height
        Of the picture, in pixels.

    Raises
    ------
    StructureError
        If the target has no coordinates.
    UsageError
        If there are no variants.
    """
    atoms = target.atoms
    if not len(atoms):
        raise StructureError("has no coordinates to draw", source=target.source, expected="a structure")
    if not variants:
        raise UsageError(f"no variants of {target.id} were given", expected="at least one")
    rows = [v for v in variants if isinstance(v, PlacedVariant)]
    texts = [v for v in variants if isinstance(v, str)]
    rows += place_variants(target, texts) if texts else []
    group_of = _grouping(groups)
    placed = [v for v in rows if v.residue is not None]
    names = list(dict.fromkeys(group_of(v) for v in placed))
    colours = {name: CATEGORIES[(i + 5) % len(CATEGORIES)] for i, name in enumerate(names)}
    mask = drawn.residue_mask(atoms, [v.residue for v in placed if v.residue]) & ~drawn.is_hydrogen(atoms)
    backbone = np.isin(atoms.name, drawn.BACKBONE) & ~atoms.hetero
    text = drawn.as_text(target, atoms.select(backbone | mask))
    scene = Scene(height=height)
    scene.file = f"{target.id}-variants"
    scene.addModel(text.text, text.format)
    scene.setStyle({"model": 0}, {})
    cartoon = {"color": style.CARTOON, "arrows": True, "thickness": 0.3}
    scene.setStyle({"model": 0, "hetflag": False}, {"cartoon": cartoon})
    for name in names:
        residues = [v.residue for v in placed if v.residue and group_of(v) == name]
        selection = text.select(residues, model=0)
        scene.addStyle(selection, style.sticks(colours[name], radius=0.2))
        scene.addStyle({"and": [selection, {"atom": "CA"}]}, {"sphere": {"radius": 1.1, "color": colours[name]}})
    for model, group in enumerate(target.ligands, 1):
        ligand = bound_ligand(target, group.residue)
        scene.addModel(ligand.mol_block, "sdf")
        scene.setStyle({"model": model}, style.sticks(style.LIGAND_CARBON, radius=0.3, ball=0.4))
        scene.name_model(model, ligand.title, ligand.names)
    built, not_built = _built(target, placed) if side_chains else ({}, {})
    for number, (name, changed) in enumerate(built.items(), len(target.ligands) + 1):
        own = changed.target.atoms
        side = (
            drawn.residue_mask(own, [changed.residue]) & ~drawn.is_hydrogen(own) & ~np.isin(own.name, ("N", "C", "O"))
        )
        chain = drawn.as_text(changed.target, own.select(side))
        scene.addModel(chain.text, chain.format)
        scene.setStyle({"model": number}, style.sticks(BUILT, radius=0.24, ball=0.3))
        scene.name_model(number, f"{name}, built", [str(atom) for atom in own.name[side]])
    by_residue: dict[str, list[str]] = {}
    for v in placed:
        if v.residue:
            by_residue.setdefault(f"{v.residue.chain}:{v.residue.number}{v.residue.insertion_code}", []).append(
                v.variant
            )
    scene.notes = {key: ", ".join(found) for key, found in by_residue.items()}
    ca = atoms.select((atoms.name == "CA") & ~atoms.hetero)
    seen = ca.coordinates.astype(float) if len(ca) > 3 else atoms.coordinates.astype(float)
    if 0 < len(built) <= MOST_CLOSE:
        changed_at = np.concatenate([_place(target, key) for key in by_residue])
        close = cdist(seen, changed_at).min(axis=1) < CLOSE_A
        seen = seen[close] if close.sum() > 3 else seen
    camera = cameras.broad_side(seen)
    anchors = [
        placing.Label(", ".join(dict.fromkeys(found)), _place(target, key)) for key, found in list(by_residue.items())
    ][:MOST_LABELS]
    balls = np.array([label.anchors[0] for label in anchors]) if anchors else np.zeros((0, 3))
    marks = placing.place(anchors, camera, avoid=balls, height=height)
    for label, where in marks:
        scene.addLabel(label, {**style.LABEL, "position": xyz(where), "group": "labels"})
    scene.zoomTo({"model": 0})
    scene.setView(camera.view())
    depth = float(np.linalg.norm(ca.coordinates - camera.centre, axis=1).max()) if len(ca) else 60.0
    scene.setSlab(-depth - 12.0, depth + 25.0)
    counted = {name: len({v.variant for v in placed if group_of(v) == name}) for name in names}
    keys = [Key(colours[name], f"{name} ({counted[name]})") for name in names]
    if target.ligands:
        keys.append(Key(style.LIGAND_CARBON, "ligand " + ", ".join(g.residue.name for g in target.ligands)[:30]))
    if built:
        keys.append(Key(BUILT, "side chain of the variant, built"))
    keys.append(Key("", "labels", "labels"))
    strokes = [flat.trace(ca, {str(c): style.CARTOON for c in np.unique(ca.chain)}, 1.0)]
    for name in names:
        points = [_place(target, _key(v))[0] for v in placed if group_of(v) == name]
        strokes.append(flat.Strokes(np.array(points), np.array(points) + 0.01, [colours[name]] * len(points), 2.6))
    return View(
        scene,
        title=f"Variants on {target.id}",
        side=heading(f"Variants on {target.id}", sentence_case(target.title))
        + legend(keys)
        + _told(rows, not_built)
        + _table(rows),
        flat=flat.drawing(strokes, camera, labels=[(where, label) for label, where in marks]),
        summary=f"3D view of {len(placed)} variants placed on {target.id}, {len(rows) - len(placed)} not placed",
    )


def _built(target: Target, placed: Sequence[PlacedVariant]) -> tuple[dict[str, Mutant], dict[str, str]]:
    """Return the structures with the side chains of variants, and why others have none."""
    built: dict[str, Mutant] = {}
    failed: dict[str, str] = {}
    for v in placed:
        if v.variant in built or v.variant in failed:
            continue
        if len(built) == MOST_BUILT:
            failed[v.variant] = f"not built: only the first {MOST_BUILT} are"
            continue
        try:
            built[v.variant] = mutant(target, v.variant, chain=v.chain)
        except ScreeningError as error:
            failed[v.variant] = error.problem
    return built, failed


def _told(variants: Sequence[PlacedVariant], not_built: Mapping[str, str]) -> str:
    """Say how many could not be placed, and which side chains were not built."""
    lost = dict.fromkeys(v.variant for v in variants if v.residue is None)
    lines = [f"{len(lost)} could not be placed: {', '.join(lost)}; the table says why."] if lost else []
    lines += [f"{name}: {why}." for name, why in not_built.items()]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _grouping(
    groups: Mapping[str, str] | Callable[[PlacedVariant], str] | None,
) -> Callable[[PlacedVariant], str]:
    if not groups:
        return _where
    if callable(groups):
        return groups
    return lambda variant: groups.get(variant.variant, "other")


def _key(variant: PlacedVariant) -> str:
    residue = variant.residue
    assert residue is not None
    return f"{residue.chain}:{residue.number}{residue.insertion_code}"


def _place(target: Target, key: str) -> np.ndarray:
    chain, _, number = key.partition(":")
    atoms = target.atoms
    digits = number.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    rows = np.flatnonzero(
        (atoms.chain == chain) & (atoms.number == int(digits)) & (atoms.insertion_code == number[len(digits) :])
    )
    ca = rows[atoms.name[rows] == "CA"]
    return atoms.coordinates[ca if len(ca) else rows[:1]].astype(float)


def _where(variant: PlacedVariant) -> str:
    if variant.in_site:
        return "in the binding site"
    if variant.interface_with:
        return "at an interface"
    return "buried" if variant.buried else "exposed"


def _table(variants: Sequence[PlacedVariant]) -> str:
    rows = []
    for v in variants:
        if v.residue is None:
            rows.append(f'<tr><td>{escape(v.variant)}</td><td colspan="3">{escape(v.reason or v.state)}</td></tr>')
            continue
        site = "" if v.distance_to_site_A is None else f"{v.distance_to_site_A:.1f}"
        at = "" if v.centre_A is None else f' data-at="{",".join(f"{x:.2f}" for x in v.centre_A)}"'
        rows.append(
            f"<tr{at}><td>{escape(v.variant)}</td><td>{escape(v.residue)}</td><td>{_where(v)}</td>"
            f'<td class="wb-n">{site}</td></tr>'
        )
    return (
        '<div class="wb-contacts"><table><tr><th>variant</th><th>residue</th><th></th>'
        f'<th class="wb-n">Å to site</th></tr>'
        f"{''.join(rows)}</table></div>"
    )
