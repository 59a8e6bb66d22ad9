"""The atoms of a target that are one bound ligand."""

from __future__ import annotations

import numpy as np

from screening.targets.target import ResidueId, Target


def ligand_rows(target: Target, ligand: ResidueId) -> np.ndarray:
    """Return the rows of the ligand's heavy atoms; of several conformers, the one of highest occupancy.

    Parameters
    ----------
    target
        The structure.
    ligand
        Author id; an empty name stands for any component at that place.
    """
    atoms = target.atoms
    mine = (atoms.chain == ligand.chain) & (atoms.number == ligand.number) & ~np.isin(atoms.element, ("H", "D"))
    mine &= atoms.insertion_code == ligand.insertion_code
    if ligand.name:
        mine &= atoms.residue_name == ligand.name
    letters = sorted(set(atoms.altloc[mine].tolist()) - {"", " "})
    if len(letters) > 1:
        best = max(letters, key=lambda letter: float(atoms.occupancy[mine & (atoms.altloc == letter)].mean()))
        mine &= np.isin(atoms.altloc, ("", " ", best))
    return np.flatnonzero(mine)
