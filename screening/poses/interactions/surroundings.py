"""What a pose sits in: the structure without what it takes the place of."""

from __future__ import annotations

import numpy as np

from screening.targets.binding_site import BindingSite
from screening.targets.entities.components import WATER
from screening.targets.target import Atoms, ResidueId, Target


def pose_surroundings(target: Target, site: BindingSite, *, waters: bool = False) -> Atoms:
    """Return the heavy atoms that a pose in this site meets.

    Left out are the ligand that the site was built around, additives of crystallisation, and the waters, whose place a
    pose takes.

    Parameters
    ----------
    target, site
        The site.
    waters
        Keep the waters of the structure.
    """
    atoms = target.atoms
    gone = {group.residue for group in target.groups if group.kind == "solvent"}
    if site.ligand is not None:
        gone.add(site.ligand)
    keep = ~np.isin(atoms.element, ["H", "D"])
    if not waters:
        keep &= ~np.isin(atoms.residue_name, list(WATER))
    for residue in gone:
        keep &= ~_is(atoms, residue)
    return atoms.select(keep)


def ligand_surroundings(target: Target, ligand: ResidueId) -> Atoms:
    """Return the heavy atoms around a ligand of the structure: everything else there is, waters too."""
    atoms = target.atoms
    return atoms.select(~np.isin(atoms.element, ["H", "D"]) & ~_is(atoms, ligand))


def _is(atoms: Atoms, residue: ResidueId) -> np.ndarray:
    return np.asarray(
        (atoms.chain == residue.chain)
        & (atoms.number == residue.number)
        & (atoms.insertion_code == residue.insertion_code)
        & ((atoms.residue_name == residue.name) | (residue.name == ""))
    )
