"""Which residues of a target belong to the receptor of a site."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np
from scipy.spatial import cKDTree

from screening.errors import SiteError, StructureError, UsageError
from screening.poses.receptor.box import box_around, box_of_site
from screening.poses.receptor.receptor import Change, DockingBox
from screening.targets.binding_site import BindingSite
from screening.targets.entities.components import WATER
from screening.targets.target import ResidueId, Target

#: Residues with a heavy atom this close to the box are part of the receptor, in Å: beyond the reach of all scores (8 Å)
#: and of the cube of 24 Å that a CNN looks at.
REACH_A = 12.0
#: Components of enzymes that stay where they are when a site is not built around them.
COFACTORS = frozenset(
    "HEM HEC HEA HEB NAD NAI NAP NDP FAD FMN FDA SAM SAH PLP PMP TPP TDP COA ACO BTN B12 CNC H4B BH4 MGD MTE SF4 FES "
    "F3S CLA GDP GTP ATP ADP ANP ACP AGS GNP GSH UDP".split()
)
#: A water with so many polar neighbours of the protein within 3.3 Å counts as bound.
_BOUND_NEIGHBOURS, _POLAR_A = 3, 3.3
WATERS = ("none", "bound", "all")


@dataclasses.dataclass(frozen=True)
class Selection:
    """Rows of the target's heavy atoms that make the receptor, the box, and what was decided."""

    rows: np.ndarray
    box: DockingBox
    changes: tuple[Change, ...]


def selected(
    target: Target,
    site: BindingSite,
    box: DockingBox | None,
    keep: Iterable[ResidueId | str],
    leave_out: Iterable[ResidueId | str],
    waters: str,
) -> Selection:
    """Choose the residues.

    The rule: polymers, modified residues, glycans and metals stay. The ligand of the site goes, and every other copy of
    it. Other ligands stay as cofactors; where the site was not built around a ligand, one that fills the box goes too,
    unless it is a cofactor of enzymes. Ions and additives of crystallisation go. Waters go unless asked for. What is
    named in `keep` or `leave_out` overrules.
    """
    if waters not in WATERS:
        raise UsageError(f"waters {waters!r}", expected=f"one of {', '.join(WATERS)}")
    atoms = target.atoms
    heavy = ~np.isin(atoms.element, ("H", "D"))
    residue_of = atoms.residue_index
    first_row = {int(residue_of[row]): int(row) for row in reversed(atoms.residue_starts)}
    ligand_residues = _site_ligand(target, site)
    own = np.isin(residue_of, list(ligand_residues)) & heavy
    if box is None:
        box = (
            box_around(atoms.coordinates[own].astype(float)) if own.any() else box_of_site(site.centre_A, site.radius_A)
        )
    low = np.asarray(box.centre_A) - np.asarray(box.size_A) / 2
    high = low + np.asarray(box.size_A)
    outside = np.maximum(np.maximum(low - atoms.coordinates, atoms.coordinates - high), 0.0)
    near = sorted(set(residue_of[heavy & ((outside**2).sum(axis=1) <= REACH_A**2)].tolist()))
    inside = heavy & (outside.max(axis=1) <= 0)
    groups = {group.residue: group for group in target.groups}
    own_names = {str(atoms.residue_name[first_row[index]]) for index in ligand_residues}
    kept_names, dropped_names = _named(target, keep), _named(target, leave_out)
    bound = _bound_waters(target, near, first_row) if waters == "bound" else set()
    chosen, changes = [], []
    water_count = 0
    for index in near:
        residue = atoms.residue_id(first_row[index])
        group = groups.get(residue)
        if residue in dropped_names:
            changes.append(Change("left out", residue, "as asked for"))
        elif residue in kept_names:
            chosen.append(index)
            changes.append(Change("kept", residue, "as asked for"))
        elif index in ligand_residues:
            linked = ""
            if group is not None and group.linked_to:
                linked = f", bound to {', '.join(map(str, group.linked_to))}, which is taken as free"
            changes.append(Change("left out", residue, f"the ligand of the site{linked}"))
        elif residue.name in WATER and (group is None or group.kind != "modified residue"):
            if waters == "all" or index in bound:
                chosen.append(index)
                changes.append(Change("kept", residue, "water" + (" held by the protein" if index in bound else "")))
            else:
                water_count += 1
        elif group is None or group.kind in ("modified residue", "glycan"):
            chosen.append(index)
        elif group.kind == "metal":
            chosen.append(index)
            changes.append(Change("kept", residue, "metal"))
        elif group.kind in ("ion", "solvent"):
            what = "additive of crystallisation" if group.kind == "solvent" else "ion"
            changes.append(Change("left out", residue, what))
        elif residue.name in own_names:
            changes.append(Change("left out", residue, "another copy of the ligand of the site"))
        elif not own.any() and residue.name not in COFACTORS and _fills(inside, residue_of, index, heavy):
            changes.append(Change("left out", residue, "a ligand that lies in the box"))
        elif own.any() and _overlaps(atoms.coordinates, residue_of, heavy, index, own):
            changes.append(Change("left out", residue, "lies where the ligand of the site lies"))
        else:
            chosen.append(index)
            changes.append(Change("kept", residue, "cofactor or second ligand"))
    if water_count:
        changes.append(Change("left out", None, f"{water_count} waters"))
    rows = np.flatnonzero(np.isin(residue_of, chosen) & heavy)
    if not len(rows):
        raise SiteError("no atom of the protein lies near the box", source=target.source, expected="a box on it")
    _require_side_chains(target, rows)
    return Selection(rows, box, tuple(changes))


def _site_ligand(target: Target, site: BindingSite) -> set[int]:
    """Return the residue indices of the ligand that the site was built around; of a peptide chain, all of them."""
    atoms = target.atoms
    starts = atoms.residue_starts
    if site.ligand is not None:
        return {int(atoms.residue_index[row]) for row in starts if atoms.residue_id(int(row)) == site.ligand}
    words = site.origin.split()
    if words[:3] == ["around", "ligand", "chain"] and len(words) == 4:
        return {int(atoms.residue_index[row]) for row in starts if str(atoms.chain[row]) == words[3]}
    return set()


def _named(target: Target, wanted: Iterable[ResidueId | str]) -> set[ResidueId]:
    found: set[ResidueId] = set()
    ids = [target.atoms.residue_id(int(row)) for row in target.atoms.residue_starts]
    for each in wanted:
        text = str(each).upper()
        same = {one for one in ids if text in (str(one).upper(), one.loose_text.upper(), one.name.upper())}
        if not same:
            raise SiteError(f"{each} is not in the structure", source=target.source, expected="one such as A:HOH301")
        found |= same
    return found


def _fills(inside: np.ndarray, residue_of: np.ndarray, index: int, heavy: np.ndarray) -> bool:
    mine = (residue_of == index) & heavy
    return bool(inside[mine].sum() >= 0.5 * mine.sum())


def _overlaps(places: np.ndarray, residue_of: np.ndarray, heavy: np.ndarray, index: int, own: np.ndarray) -> bool:
    """Tell whether another group stands for another state of the same density."""
    mine = places[(residue_of == index) & heavy]
    gaps = cKDTree(places[own]).query(mine)[0]
    return bool(np.any(gaps < 1.0))


def _bound_waters(target: Target, near: list[int], first_row: dict[int, int]) -> set[int]:
    atoms = target.atoms
    polar = np.isin(atoms.element, ("N", "O")) & ~np.isin(atoms.residue_name, list(WATER)) & ~atoms.hetero
    if not polar.any():
        return set()
    tree = cKDTree(atoms.coordinates[polar])
    found = set()
    for index in near:
        row = first_row[index]
        if str(atoms.residue_name[row]) in WATER:
            close = tree.query_ball_point(atoms.coordinates[row].astype(float), _POLAR_A)
            if len(close) >= _BOUND_NEIGHBOURS:
                found.add(index)
    return found


def _require_side_chains(target: Target, rows: np.ndarray) -> None:
    atoms = target.atoms
    standard = rows[~atoms.hetero[rows]]
    residues = len(np.unique(atoms.residue_index[standard]))
    if (
        residues
        and (atoms.name[standard] == "CB").sum() + (atoms.residue_name[standard] == "GLY").sum() == 0
        and (atoms.name[standard] == "CA").any()
    ):
        raise StructureError(
            f"has no side chains around the site ({residues} residues with backbone atoms only)",
            source=target.source, expected="a structure with side chains",
        )  # fmt: skip
