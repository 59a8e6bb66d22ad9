"""Atoms of a pose that overlap with the protein.

The limit is that of PoseBusters (Buttenschoen et al., Chem. Sci. 2024, 15, 3130): 0.75 of the sum of the van der Waals
radii. A hydrogen bond is never so short; a metal and what it binds are, as is a covalent bond.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from rdkit import Chem

from screening.poses.checks.check import Check
from screening.targets.entities.components import METALS
from screening.targets.target import Atoms, ResidueId

SHARE = 0.75
_COORDINATING = frozenset({"N", "O", "S", "P", "F", "Cl", "Br", "I"})


def clashes(atoms: Atoms, ligand: Chem.Mol, *, covalent: Collection[ResidueId] = ()) -> Check:
    """Count the pairs of heavy atoms that overlap.

    Parameters
    ----------
    atoms
        The site, without the ligand and without the waters that it displaces.
    ligand
        The pose.
    covalent
        Residues it is bonded to: their atoms are left out.
    """
    mine = [atom for atom in ligand.GetAtoms() if atom.GetAtomicNum() > 1]
    places = ligand.GetConformer().GetPositions()[[atom.GetIdx() for atom in mine]]
    close = np.linalg.norm(atoms.coordinates - places.mean(axis=0), axis=1)
    reach = float(np.linalg.norm(places - places.mean(axis=0), axis=1).max()) + 4.0
    near = atoms.select((close < reach) & ~np.isin(atoms.element, ["H", "D"]))
    if not len(near):
        return Check("clashes", True, "no clash", 0.0)
    table = Chem.GetPeriodicTable()
    radius = {str(e): _radius(table, str(e)) for e in np.unique(near.element)}
    own = np.array([table.GetRvdw(atom.GetAtomicNum()) for atom in mine])
    limits = SHARE * (np.array([radius[str(e)] for e in near.element])[:, None] + own[None, :])
    gaps = np.linalg.norm(near.coordinates[:, None, :] - places[None, :, :], axis=2)
    over = gaps < limits
    metal = np.isin(np.char.upper(near.element.astype(str)), list(METALS))
    over &= ~(metal[:, None] & np.array([atom.GetSymbol() in _COORDINATING for atom in mine])[None, :])
    if covalent:
        over &= ~np.array([near.residue_id(i) in covalent for i in range(len(near))])[:, None]
    count = int(over.sum())
    if not count:
        return Check("clashes", True, "no clash", 0.0)
    site, atom = np.unravel_index(np.argmin(np.where(over, gaps / limits, np.inf)), gaps.shape)
    where = f"{near.residue_id(int(site))} {near.name[site]}, {gaps[site, atom]:.1f} Å"
    return Check("clashes", False, f"{count} clash{'es' if count > 1 else ''} (the worst with {where})", float(count))


def _radius(table: Chem.PeriodicTable, element: str) -> float:
    try:
        return float(table.GetRvdw(element.capitalize()))
    except RuntimeError:
        return 1.7
