"""Where to look from: into the open side of a pocket, or at the broad side of a protein.

A view of 3Dmol.js is ``[-x, -y, -z, distance, qx, qy, qz, qw]``: the centre, how far the camera is moved in, and the
rotation of the scene as a quaternion; the camera looks along -z.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from workbench.viewer.scene.scene import CAMERA_A, FIELD_DEGREES

#: Directions that `towards_opening` tries, spread evenly over the sphere.
DIRECTIONS = 320


@dataclasses.dataclass(frozen=True)
class Camera:
    """A view: centre in Å, rotation matrix (3, 3), and the half height in Å that is seen at the centre."""

    centre: np.ndarray
    rotation: np.ndarray
    radius_A: float

    def view(self) -> list[float]:
        """Return the view as 3Dmol.js takes it."""
        distance = CAMERA_A - self.radius_A / np.tan(np.radians(FIELD_DEGREES / 2))
        return [
            *(-self.centre).round(3).tolist(),
            round(float(distance), 3),
            *quaternion(self.rotation).round(6).tolist(),
        ]

    def project(self, coordinates: np.ndarray) -> np.ndarray:
        """Turn coordinates (n, 3) into the frame of the screen in Å: x right, y up, z towards the eye."""
        turned: np.ndarray = (np.atleast_2d(coordinates) - self.centre) @ self.rotation.T
        return turned


def quaternion(rotation: np.ndarray) -> np.ndarray:
    """Return the unit quaternion (x, y, z, w) of a rotation matrix."""
    m = rotation
    scores = np.array(
        [m[0, 0] - m[1, 1] - m[2, 2], m[1, 1] - m[0, 0] - m[2, 2], m[2, 2] - m[0, 0] - m[1, 1], np.trace(m)]
    )
    matrix = np.array(
        [
            [scores[0], m[0, 1] + m[1, 0], m[0, 2] + m[2, 0], m[2, 1] - m[1, 2]],
            [m[0, 1] + m[1, 0], scores[1], m[1, 2] + m[2, 1], m[0, 2] - m[2, 0]],
            [m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], scores[2], m[1, 0] - m[0, 1]],
            [m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1], scores[3]],
        ]
    )
    # The quaternion is the eigenvector of the largest eigenvalue (Bar-Itzhack, J. Guid. Control Dyn. 2000, 23, 1085).
    values, vectors = np.linalg.eigh(matrix / 3.0)
    found: np.ndarray = vectors[:, np.argmax(values)]
    return found if found[3] >= 0 else -found


def _frame(towards_eye: np.ndarray, across: np.ndarray) -> np.ndarray:
    z = towards_eye / np.linalg.norm(towards_eye)
    x = across - (across @ z) * z
    if np.linalg.norm(x) < 1e-6:
        x = np.cross(z, [0.0, 1.0, 0.0] if abs(z[1]) < 0.9 else [1.0, 0.0, 0.0])
    x /= np.linalg.norm(x)
    return np.array([x, np.cross(z, x), z])


def _axes(coordinates: np.ndarray) -> np.ndarray:
    """Return the principal axes as rows, longest first, with signs that do not depend on rounding."""
    if len(coordinates) < 2:
        return np.eye(3)
    _, _, axes = np.linalg.svd(coordinates - coordinates.mean(axis=0), full_matrices=False)
    full = np.eye(3)
    full[: len(axes)] = axes
    for axis in full:
        if axis[np.argmax(np.abs(axis))] < 0:
            axis *= -1
    return full


def broad_side(coordinates: np.ndarray, *, aspect: float = 1.35, front: np.ndarray | None = None) -> Camera:
    """Look at the broad side: longest axis across, shortest towards the eye; `front` (3,) on the near side."""
    centre = (coordinates.min(axis=0) + coordinates.max(axis=0)) / 2
    axes = _axes(coordinates)
    towards = np.cross(axes[0], axes[1])
    if front is not None and (front - centre) @ towards < 0:
        towards = -towards
    rotation = _frame(towards, axes[0])
    turned = (coordinates - centre) @ rotation.T
    middle = (turned.min(axis=0) + turned.max(axis=0)) / 2
    centre = centre + middle @ rotation
    extent = np.abs(turned - middle).max(axis=0)
    return Camera(centre, rotation, float(max(extent[1], extent[0] / aspect)) * 1.08 + 2.0)


def towards_opening(
    ligand: np.ndarray, protein: np.ndarray, *, also: np.ndarray | None = None, aspect: float = 1.35
) -> Camera:
    """Look at a ligand from where the fewest protein atoms stand in the way and its broad side is seen.

    Parameters
    ----------
    ligand
        Coordinates of the ligand's heavy atoms, (n, 3), Å.
    protein
        Coordinates of the protein's heavy atoms, (m, 3), Å.
    also
        Coordinates that should be in the picture too.
    aspect
        Width of the picture over its height.
    """
    centre = ligand.mean(axis=0)
    around = protein[np.linalg.norm(protein - centre, axis=1) < 26.0]
    directions = _sphere(DIRECTIONS)
    # One point in two is plenty for long ligands, and keeps this below 50 ms.
    points = ligand[:: max(1, len(ligand) // 16)]
    cost = np.empty(len(directions))
    offsets = around[None, :, :] - points[:, None, :]
    squares = (offsets**2).sum(axis=2)
    for index, direction in enumerate(directions):
        depth = offsets @ direction
        before = depth > 2.2
        beside = squares - np.square(depth, out=depth)
        # An atom in front of a ligand atom hides it; one that is close to the line half does.
        full, half = before & (beside < 2.2**2), before & (beside < 3.6**2)
        hidden = np.count_nonzero(full, axis=1) + 0.5 * np.count_nonzero(half, axis=1)
        flat = ligand - centre
        flat = flat - np.outer(flat @ direction, direction)
        spread = np.sqrt((flat**2).sum(axis=1).mean()) if len(ligand) > 1 else 1.0
        cost[index] = np.minimum(hidden, 8.0).mean() - 1.1 * spread
    towards = directions[int(np.argmin(cost))]
    flat = (ligand - centre) - np.outer((ligand - centre) @ towards, towards)
    rotation = _frame(towards, _axes(flat)[0])
    everything = ligand if also is None or not len(also) else np.concatenate([ligand, also])
    turned = (everything - centre) @ rotation.T
    extent = np.abs(turned).max(axis=0)
    radius = float(np.clip(max(extent[1], extent[0] / aspect) + 1.2, 6.5, 18.0))
    return Camera(centre, rotation, radius)


def _sphere(count: int) -> np.ndarray:
    """Return points spread over the unit sphere on a Fibonacci spiral, (count, 3)."""
    index = np.arange(count) + 0.5
    height = 1 - 2 * index / count
    angle = np.pi * (1 + 5**0.5) * index
    ring = np.sqrt(1 - height**2)
    return np.column_stack([ring * np.cos(angle), ring * np.sin(angle), height])
