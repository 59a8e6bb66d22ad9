"""How much of each residue a solvent can touch.

Method: Shrake, A., Rupley, J. A., J Mol Biol 79, 351 (1973), probe 1.4 Å. Relative areas divide by the greatest area
of a residue in a Gly-X-Gly peptide: Tien, M. Z. et al., PLoS ONE 8, e80635 (2013), theoretical values.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.entities.components import AMINO_ACIDS
from screening.targets.pockets.surface import radii, sphere
from screening.targets.target import Atoms

PROBE_A = 1.4
_POINTS = 100

#: Greatest accessible area of a residue in Å², Tien et al. 2013.
GREATEST_AREA_A2: dict[str, float] = {
    "A": 129.0, "R": 274.0, "N": 195.0, "D": 193.0, "C": 167.0, "Q": 225.0, "E": 223.0, "G": 104.0, "H": 224.0,
    "I": 197.0, "L": 201.0, "K": 236.0, "M": 224.0, "F": 240.0, "P": 159.0, "S": 155.0, "T": 172.0, "W": 285.0,
    "Y": 263.0, "V": 174.0,
}  # fmt: skip


def atom_areas(coordinates: np.ndarray, elements: np.ndarray) -> np.ndarray:
    """Return the solvent-accessible area of each atom in Å²; float64, shape (n,).

    Parameters
    ----------
    coordinates
        Shape (n, 3), in Å; heavy atoms only, as usual for crystal structures.
    elements
        Element symbols, shape (n,).
    """
    centres = coordinates.astype(np.float64)
    reach = radii(elements) + PROBE_A
    directions = sphere(_POINTS)
    tree = cKDTree(centres)
    neighbours = tree.query_ball_point(centres, reach + float(reach.max()))
    areas = np.empty(len(centres))
    for i, near in enumerate(neighbours):
        others = np.array([j for j in near if j != i], dtype=np.int64)
        points = centres[i] + reach[i] * directions
        if len(others):
            squares = ((points[:, None, :] - centres[others][None, :, :]) ** 2).sum(axis=2)
            free = (squares >= reach[others] ** 2).all(axis=1)
        else:
            free = np.ones(_POINTS, bool)
        areas[i] = 4.0 * np.pi * reach[i] ** 2 * free.mean()
    return areas


def residue_exposure(atoms: Atoms) -> dict[int, float]:
    """Return the relative accessible area of each amino acid by its `residue_index`: 0 buried, 1 as in a peptide.

    Parameters
    ----------
    atoms
        What is to be counted as present: heavy atoms of the polymers, without ligands and waters.
    """
    heavy = atoms.select(~np.isin(atoms.element, ("H", "D")))
    areas = atom_areas(heavy.coordinates, heavy.element)
    found: dict[int, float] = {}
    for begin, end in zip(heavy.residue_starts, np.r_[heavy.residue_starts[1:], len(heavy)]):
        letter = AMINO_ACIDS.get(str(heavy.residue_name[begin]), "")
        if letter in GREATEST_AREA_A2:
            share = float(areas[begin:end].sum()) / GREATEST_AREA_A2[letter]
            found[int(heavy.residue_index[begin])] = min(share, 1.0)
    return found
