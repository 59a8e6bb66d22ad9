"""How likely a pocket is to take a drug-like molecule, from its volume, hydrophobicity and enclosure.

The idea is that of Halgren, T. A., J Chem Inf Model 49, 377 (2009), and Schmidtke, P., Barril, X., J Med Chem 53, 5858
(2010): drug-like molecules bind where a pocket is large enough, enclosed and not too polar. The coefficients are
ours: a logistic regression on the ligand sites of the training complexes, drug-like ligands against the others
(sugars, nucleotides, amino acids, fragments); the card of the ranker holds them and how well they separate the two.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from screening.targets.entities.components import AMINO_ACIDS
from screening.targets.pockets.enclosure import ray_lengths
from screening.targets.pockets.point_features import HYDROPATHY
from screening.targets.target import Atoms, ResidueId

#: Lining: heavy atoms within this of a point of the pocket that lies in its enclosed volume, in Å.
LINING_A = 4.5
_RADIUS_A = 9.0
#: A free voxel belongs to the pocket if this share of its rays meets the protein within 14 Å.
_ENCLOSED = 0.6
#: Centres of ligand atoms keep this far from those of the protein, in Å.
_FREE_A = 2.8

FEATURES = ("log_volume", "hydrophobicity", "polarity", "enclosure")


def pocket_shape(centre_A: np.ndarray, atoms: Atoms) -> tuple[float, float, np.ndarray]:
    """Return the enclosed free volume around a centre in Å³, its mean enclosure, and its voxels in Å, shape (n, 3).

    Parameters
    ----------
    centre_A
        Shape (3,).
    atoms
        Heavy atoms of the polymers.
    """
    coordinates = atoms.coordinates.astype(np.float64)
    near = coordinates[np.linalg.norm(coordinates - centre_A, axis=1) <= _RADIUS_A + 20.0]
    span = np.arange(-int(_RADIUS_A), int(_RADIUS_A) + 1, dtype=np.float64)
    grid = np.stack(np.meshgrid(span, span, span, indexing="ij"), axis=-1)
    inside = np.linalg.norm(grid, axis=-1) <= _RADIUS_A
    voxels = centre_A + grid
    if len(near) == 0:
        return 0.0, 0.0, np.zeros((0, 3))
    distance, _ = cKDTree(near).query(voxels[inside])
    free = np.zeros(inside.shape, bool)
    free[inside] = np.asarray(distance) >= _FREE_A
    rows = voxels[free]
    if len(rows) == 0:
        return 0.0, 0.0, rows
    enclosure = np.isfinite(ray_lengths(rows, near)).mean(axis=1)
    closed = np.zeros(inside.shape, bool)
    closed[free] = enclosure >= _ENCLOSED
    share = np.zeros(inside.shape)
    share[free] = enclosure
    labels, count = ndimage.label(closed)
    if count == 0:
        return 0.0, float(enclosure.mean()), np.zeros((0, 3))
    # The part of the volume that holds, or lies nearest to, the centre.
    seeds = np.where(labels > 0, np.linalg.norm(grid, axis=-1), np.inf)
    part = labels == labels.flat[int(seeds.argmin())]
    return float(part.sum()), float(share[part].mean()), voxels[part]


def lining(voxels: np.ndarray, points: np.ndarray, atoms: Atoms) -> np.ndarray:
    """Return the rows of the atoms that line a pocket: near its volume, or near its surface points if it has none."""
    around = voxels if len(voxels) >= 5 else points
    if len(around) == 0:
        return np.zeros(0, np.int64)
    distance, _ = cKDTree(around).query(atoms.coordinates, distance_upper_bound=LINING_A)
    return np.flatnonzero(np.isfinite(distance))


def lining_residues(rows: np.ndarray, atoms: Atoms) -> tuple[ResidueId, ...]:
    """Return the residues that atoms belong to, sorted."""
    return tuple(sorted({atoms.residue_id(int(row)) for row in rows}))


def lining_character(rows: np.ndarray, atoms: Atoms) -> tuple[float, float]:
    """Return the mean hydropathy of the lining residues and the share of polar atoms among the lining atoms."""
    if len(rows) == 0:
        return 0.0, 0.0
    _, first = np.unique(atoms.residue_index[rows], return_index=True)
    letters = [AMINO_ACIDS.get(str(atoms.residue_name[rows[i]]), "") for i in first]
    known = [HYDROPATHY[letter] for letter in letters if letter in HYDROPATHY]
    polar = np.isin(atoms.element[rows], ("N", "O")).mean()
    return (float(np.mean(known)) if known else 0.0), float(polar)


def druggability_features(volume_A3: float, hydrophobicity: float, polarity: float, enclosure: float) -> np.ndarray:
    """Return the row that the regression sees; float64, shape (len(FEATURES),)."""
    return np.array([np.log(max(volume_A3, 10.0)), hydrophobicity, polarity, enclosure])


def druggability(row: np.ndarray, card: dict[str, Any]) -> float:
    """Return the score of a pocket, 0 to 1, with the coefficients of the ranker's card."""
    fitted = card["druggability"]
    scaled = (row - np.array(fitted["mean"])) / np.array(fitted["scale"])
    return float(1.0 / (1.0 + np.exp(-(scaled @ np.array(fitted["weights"]) + fitted["intercept"]))))
