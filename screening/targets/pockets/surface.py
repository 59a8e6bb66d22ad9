"""Solvent-accessible surface points: where the centre of a probe can lie that touches the protein.

Method: Shrake, A., Rupley, J. A., "Environment and exposure to solvent of protein atoms", J Mol Biol 79, 351 (1973);
points on spheres by the golden spiral.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

#: Van der Waals radii in Å, Bondi, J Phys Chem 68, 441 (1964).
RADII_A: dict[str, float] = {"C": 1.70, "N": 1.55, "O": 1.52, "S": 1.80, "P": 1.80, "SE": 1.90, "F": 1.47, "H": 1.10}
_OTHER_RADIUS_A = 1.80

#: A probe as large as a methyl carbon's half distance to the surface: ligand atoms lie about where it can go.
PROBE_A = 1.6
#: One point is kept in each cube of this edge.
SPACING_A = 1.4
_SPHERE_POINTS = 48


def sphere(points: int) -> np.ndarray:
    """Return evenly spread unit vectors; float64, shape (points, 3)."""
    index = np.arange(points) + 0.5
    height = 1.0 - 2.0 * index / points
    angle = np.pi * (1.0 + np.sqrt(5.0)) * index
    ring = np.sqrt(1.0 - height**2)
    return np.stack([ring * np.cos(angle), ring * np.sin(angle), height], axis=1)


def radii(elements: np.ndarray) -> np.ndarray:
    """Return the van der Waals radius of each atom in Å."""
    unique, inverse = np.unique(elements, return_inverse=True)
    return np.array([RADII_A.get(str(element).upper(), _OTHER_RADIUS_A) for element in unique])[inverse]


def surface_points(coordinates: np.ndarray, elements: np.ndarray) -> np.ndarray:
    """Return points on the solvent-accessible surface.

    Parameters
    ----------
    coordinates
        Heavy atoms, shape (n, 3), in Å.
    elements
        Their element symbols, shape (n,).

    Returns
    -------
    numpy.ndarray
        float64, shape (m, 3), in Å; at most one point in a cube of `SPACING_A`.
    """
    centres = coordinates.astype(np.float64)
    reach = radii(elements) + PROBE_A
    directions = sphere(_SPHERE_POINTS)
    points = (centres[:, None, :] + reach[:, None, None] * directions[None, :, :]).reshape(-1, 3)
    owner = np.repeat(np.arange(len(centres)), _SPHERE_POINTS)
    tree = cKDTree(centres)
    # The nearest atoms decide: a point is buried if it lies inside any atom's widened sphere.
    count = min(6, len(centres))
    distance, neighbour = tree.query(points, k=count, distance_upper_bound=float(reach.max()))
    distance = np.asarray(distance).reshape(len(points), count)
    neighbour = np.asarray(neighbour).reshape(len(points), count)
    inside = distance < np.append(reach, -np.inf)[neighbour] - 1e-6
    inside &= neighbour != owner[:, None]
    free = points[~inside.any(axis=1)]
    return free[_one_per_cube(free)]


def _one_per_cube(points: np.ndarray) -> np.ndarray:
    """Return the rows of the points nearest to the middle of their cube, one for each cube."""
    if len(points) == 0:
        return np.zeros(0, np.int64)
    # Cubes are aligned to the coordinates; a shift of the structure changes the sample, not its density.
    cell = np.floor(points / SPACING_A).astype(np.int64)
    off = np.linalg.norm(points / SPACING_A - cell - 0.5, axis=1)
    order = np.lexsort((off, cell[:, 2], cell[:, 1], cell[:, 0]))
    ordered = cell[order]
    first = np.r_[True, (ordered[1:] != ordered[:-1]).any(axis=1)]
    return np.sort(order[first])
