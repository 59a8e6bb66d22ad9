"""How much of a ligand the site covers."""

from __future__ import annotations

import numpy as np
from rdkit import Chem

from screening.poses.checks.check import Check
from screening.targets.surface_area import atom_areas
from screening.targets.target import Atoms


def ligand_areas(atoms: Atoms, ligand: Chem.Mol) -> tuple[np.ndarray, np.ndarray]:
    """Return the solvent-accessible area of each heavy atom of a ligand alone and in the site, Å²; shape (n,) each.

    Parameters
    ----------
    atoms
        The site, without the ligand and without waters.
    ligand
        The pose.
    """
    mine = [atom for atom in ligand.GetAtoms() if atom.GetAtomicNum() > 1]
    places = ligand.GetConformer().GetPositions()[[atom.GetIdx() for atom in mine]]
    elements = np.array([atom.GetSymbol() for atom in mine])
    heavy = atoms.select(~np.isin(atoms.element, ["H", "D"]))
    gaps = np.linalg.norm(heavy.coordinates - places.mean(axis=0), axis=1)
    reach = float(np.linalg.norm(places - places.mean(axis=0), axis=1).max()) + 7.0
    near = heavy.select(gaps < reach)
    free = atom_areas(places, elements)
    both = atom_areas(
        np.concatenate([places, near.coordinates.astype(float)]), np.concatenate([elements, near.element])
    )
    return free, both[: len(mine)]


def burial(areas: tuple[np.ndarray, np.ndarray]) -> Check:
    """Return the share of the ligand's accessible area that the site covers, from `ligand_areas`."""
    free, bound = areas
    share = 1.0 - float(bound.sum()) / max(float(free.sum()), 1e-9)
    return Check("buried", None, f"{share:.0%} buried", round(share, 3))
