"""Name what is bound to the polymers: ligands, metals, ions, glycans, additives, modified residues."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.entities.components import (
    GLYCANS,
    IONS,
    METABOLITES,
    METALS,
    SOLVENTS,
    WATER,
    is_modified,
    one_letter,
)
from screening.targets.entities.polymers import Residues
from screening.targets.raw_structure import RawStructure
from screening.targets.target import Atoms, CovalentBond, HeteroGroup, ResidueId

#: A metabolite counts as a ligand where its heavy atoms have, on average, so many heavy atoms of the polymers within
#: 4 Å and within 8 Å: succinate in a site has 6.5 and 100, additives on a surface 1 to 4 and 20 to 55.
_NEAR, _AROUND = 4, 75


def hetero_groups(
    atoms: Atoms, table: Residues, raw: RawStructure, bonds: tuple[CovalentBond, ...]
) -> tuple[tuple[HeteroGroup, ...], int]:
    """Return the bound groups in the order of the file, and the number of waters."""
    waters = 0
    groups = []
    ids = [atoms.residue_id(int(at)) for at in table.first]
    row_of = {residue: row for row, residue in enumerate(ids)}
    links: dict[int, set[int]] = {}
    for bond in bonds:
        one, other = row_of[bond.first], row_of[bond.second]
        links.setdefault(one, set()).add(other)
        links.setdefault(other, set()).add(one)
    for row, (at, size) in enumerate(zip(table.first, table.size)):
        residue = ids[row]
        if residue.name in WATER and not table.polymer[row]:
            waters += 1
            continue
        part = slice(int(at), int(at + size))
        heavy = int(np.sum(~np.isin(atoms.element[part], ("H", "D"))))
        label = str(atoms.label_chain[at])
        if table.polymer[row]:
            if is_modified(residue.name):
                letter = one_letter(residue.name)
                if letter == "X":
                    letter = one_letter(raw.modified.get(residue.name, ""))
                groups.append(HeteroGroup(residue, "modified residue", heavy, label, (), letter))
            continue
        linked = sorted(links.get(row, ()))
        kind = _kind(residue, str(atoms.element[at]), heavy, label in raw.branched, bool(linked))
        if kind == "solvent" and residue.name in METABOLITES and _enclosed(atoms, part, table):
            kind = "ligand"
        to_polymer = tuple(ids[other] for other in linked if table.polymer[other])
        groups.append(HeteroGroup(residue, kind, heavy, label, to_polymer))
    return tuple(groups), waters


def _enclosed(atoms: Atoms, part: slice, table: Residues) -> bool:
    """Tell whether polymers surround a group on all sides."""
    heavy = ~np.isin(atoms.element, ("H", "D"))
    polymer = np.repeat(table.polymer, table.size) & heavy
    if not polymer.any():
        return False
    tree = cKDTree(atoms.coordinates[polymer])
    own = atoms.coordinates[part][heavy[part]]
    near, around = (tree.query_ball_point(own, distance, return_length=True) for distance in (4.0, 8.0))
    return bool(near.mean() >= _NEAR and around.mean() >= _AROUND)


def _kind(residue: ResidueId, element: str, heavy: int, branched: bool, linked: bool) -> str:
    code = residue.name
    if heavy <= 1 and element in METALS:
        return "metal"
    if code in IONS or heavy <= 1:
        return "ion"
    if branched or (code in GLYCANS and linked):
        return "glycan"
    if code in SOLVENTS and not linked:
        return "solvent"
    return "ligand"
