"""Name what is bound to the polymers: ligands, metals, ions, glycans, additives, modified residues."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.entities.components import GLYCANS, IONS, METALS, SOLVENTS, WATER, is_modified, one_letter
from screening.targets.entities.polymers import Residues
from screening.targets.raw_structure import RawStructure
from screening.targets.target import Atoms, HeteroGroup, ResidueId

#: Longest covalent bond to a ligand (C-S 1.8 Å, S-S 2.05 Å), below the shortest non-bonded contacts.
_COVALENT_A = 2.1


def hetero_groups(atoms: Atoms, table: Residues, raw: RawStructure) -> tuple[tuple[HeteroGroup, ...], int]:
    """Return the bound groups in the order of the file, and the number of waters."""
    waters = 0
    groups = []
    links = _links(atoms, table)
    for row, (at, size) in enumerate(zip(table.first, table.size)):
        residue = atoms.residue_id(int(at))
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
        linked = links.get(row, ())
        kind = _kind(residue, str(atoms.element[at]), heavy, label in raw.branched, bool(linked))
        to_polymer = tuple(atoms.residue_id(int(table.first[other])) for other in linked if table.polymer[other])
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


def _links(atoms: Atoms, table: Residues) -> dict[int, tuple[int, ...]]:
    """Return, for each residue that is no polymer, the residues it is covalently bonded to."""
    row_of_atom = np.repeat(np.arange(len(table.first)), table.size)
    inorganic = np.isin(atoms.element, [*METALS, "H", "D"]) | np.isin(atoms.residue_name, list(WATER))
    heavy = np.flatnonzero(~inorganic)
    outside = heavy[~table.polymer[row_of_atom[heavy]]]
    if len(outside) == 0:
        return {}
    tree = cKDTree(atoms.coordinates[heavy])
    found: dict[int, set[int]] = {}
    for atom, near in zip(outside, tree.query_ball_point(atoms.coordinates[outside], _COVALENT_A)):
        row = int(row_of_atom[atom])
        for other in row_of_atom[heavy[near]]:
            if other != row:
                found.setdefault(row, set()).add(int(other))
    return {row: tuple(sorted(others)) for row, others in found.items()}
