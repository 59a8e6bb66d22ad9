"""How enclosed a point is: in how many directions a ray meets the protein, and how far away.

In the spirit of LIGSITE (Hendlich, M., Rippmann, F., Barnickel, G., J Mol Graph Model 15, 359 (1997)), with rays from
surface points in place of grid lines.
"""

from __future__ import annotations

import numpy as np

from screening.targets.pockets.surface import sphere

#: Rays come in opposite pairs.
RAYS = 60
#: How far a ray goes, in Å.
FARTHEST_A = 14.0
_STEP_A = 1.0
_VOXEL_A = 1.0
#: An atom blocks the voxels within this distance of its centre, in Å.
_BLOCKED_A = 1.9


def occupied_grid(coordinates: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a boolean grid of voxels covered by atoms, wide enough for rays from the points, and its corner in Å."""
    margin, reach = FARTHEST_A + 4.0, FARTHEST_A + 0.5
    corner = np.minimum(coordinates.min(axis=0) - margin, points.min(axis=0) - reach)
    far = np.maximum(coordinates.max(axis=0) + margin, points.max(axis=0) + reach)
    shape = np.ceil((far - corner) / _VOXEL_A).astype(int) + 1
    grid = np.zeros(shape, dtype=bool)
    base = np.floor((coordinates - corner) / _VOXEL_A).astype(np.int64)
    width = int(np.ceil(_BLOCKED_A / _VOXEL_A))
    span = np.arange(-width, width + 1)
    offsets = np.stack(np.meshgrid(span, span, span, indexing="ij"), axis=-1).reshape(-1, 3)
    for offset in offsets:
        cell = base + offset
        middle = corner + (cell + 0.5) * _VOXEL_A
        near = ((middle - coordinates) ** 2).sum(axis=1) <= _BLOCKED_A**2
        hit = cell[near]
        grid[hit[:, 0], hit[:, 1], hit[:, 2]] = True
    return grid, corner


def ray_lengths(points: np.ndarray, coordinates: np.ndarray) -> np.ndarray:
    """Return how far each ray from each point goes before it meets the protein.

    Parameters
    ----------
    points
        Shape (m, 3), in Å.
    coordinates
        Heavy atoms, shape (n, 3), in Å.

    Returns
    -------
    numpy.ndarray
        float32, shape (m, RAYS), in Å; infinity where nothing is met within `FARTHEST_A`. Ray i + RAYS/2 is
        opposite to ray i.
    """
    grid, corner = occupied_grid(coordinates, points)
    half = sphere(RAYS)[: RAYS // 2]
    directions = np.concatenate([half, -half])
    lengths = np.full((len(points), RAYS), np.inf, np.float32)
    flat = grid.ravel()
    _, rows, columns = grid.shape
    start = (points - corner) / _VOXEL_A
    for i, direction in enumerate(directions):
        going = np.arange(len(points))
        for step in np.arange(_STEP_A, FARTHEST_A + 1e-9, _STEP_A):
            cell = np.floor(start[going] + direction * (step / _VOXEL_A)).astype(np.int64)
            hit = flat[(cell[:, 0] * rows + cell[:, 1]) * columns + cell[:, 2]]
            lengths[going[hit], i] = step
            going = going[~hit]
            if len(going) == 0:
                break
    return lengths
