"""Residues that lack atoms."""

from __future__ import annotations

import numpy as np

from screening.targets.entities.components import STANDARD_AMINO_ACIDS
from screening.targets.target import ResidueId, Target

#: Heavy atoms of the standard residues, without the terminal OXT.
HEAVY_ATOMS: dict[str, int] = {
    "ALA": 5, "ARG": 11, "ASN": 8, "ASP": 8, "CYS": 6, "GLN": 9, "GLU": 9, "GLY": 4, "HIS": 10, "ILE": 8, "LEU": 8,
    "LYS": 9, "MET": 8, "PHE": 11, "PRO": 7, "SER": 6, "THR": 7, "TRP": 14, "TYR": 12, "VAL": 7,
}  # fmt: skip


def incomplete_residues(target: Target) -> list[tuple[ResidueId, int]]:
    """Return standard residues with fewer heavy atoms than they should have, and how many are missing."""
    atoms = target.atoms
    found = []
    for begin, end in zip(atoms.residue_starts, np.r_[atoms.residue_starts[1:], len(atoms)]):
        code = str(atoms.residue_name[begin])
        if code not in STANDARD_AMINO_ACIDS:
            continue
        names = {str(name) for name, element in zip(atoms.name[begin:end], atoms.element[begin:end])
                 if element not in ("H", "D")} - {"OXT"}  # fmt: skip
        missing = HEAVY_ATOMS[code] - len(names)
        if missing > 0:
            found.append((atoms.residue_id(int(begin)), missing))
    return found
