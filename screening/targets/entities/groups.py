"""Name what is bound to the polymers: ligands, metals, ions, glycans, additives, modified residues."""

from __future__ import annotations

import numpy as np

from screening.targets.entities.components import GLYCANS, IONS, METALS, SOLVENTS, WATER, is_modified, one_letter
from screening.targets.entities.polymers import Residues
from screening.targets.raw_structure import RawStructure
from screening.targets.target import Atoms, CovalentBond, HeteroGroup, ResidueId


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
        to_polymer = tuple(ids[other] for other in linked if table.polymer[other])
        groups.append(HeteroGroup(residue, kind, heavy, label, to_polymer))
    return tuple(groups), waters


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
