"""Angles, planes, and where the hydrogens of a donor can be."""

from __future__ import annotations

import numpy as np

from screening.poses.interactions.contact import ACCEPTOR_ANGLE, DONOR_ANGLE

#: Length of a bond from N or O to hydrogen, in Å.
_BOND_TO_H_A = 1.0
#: An acceptor whose lone pair lies in a plane takes no bond from farther off its axis, in degrees.
_LONE_PAIR_CONE = 60.0
#: Least angle at a donor between its only neighbour and the acceptor, in degrees.
_LEAST_BEND = 80.0


def angle(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    """Return the angle at b in degrees."""
    return angle_between(a - b, c - b)


def angle_between(first: np.ndarray, second: np.ndarray) -> float:
    """Return the angle between two vectors in degrees."""
    cosine = first @ second / max(float(np.linalg.norm(first) * np.linalg.norm(second)), 1e-9)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def plane(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the centre and the unit normal of the best plane through points (n, 3)."""
    centre = points.mean(axis=0)
    return centre, np.linalg.svd(points - centre)[2][2]


def donates(donor: np.ndarray, bonded: np.ndarray, beyond: np.ndarray, acceptor: np.ndarray, planar: bool) -> bool:
    """Tell whether a donor can point a hydrogen at an acceptor.

    The hydrogen is where the heavy atoms leave room for it, so the answer is the same for a structure with hydrogens
    and without, and does not hang on how a program turned a hydroxyl group.

    Parameters
    ----------
    donor, acceptor
        Coordinates, (3,), Å.
    bonded
        Heavy atoms bonded to the donor, (k, 3), Å.
    beyond
        Heavy atoms bonded to its only neighbour, (m, 3), Å; used for a planar group such as an amide NH2.
    planar
        Whether the hydrogens of a donor with one neighbour lie in the plane of that neighbour.
    """
    towards = acceptor - donor
    reach = float(np.linalg.norm(towards))
    if not len(bonded) or reach < 1e-6:
        return True
    axes = bonded - donor
    axes = axes / np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), 1e-9)
    if len(bonded) >= 2:
        middle = -axes.sum(axis=0)
        if len(bonded) == 2 and not planar:
            # Two hydrogens, above and below the plane, as in a protonated secondary amine.
            across = np.cross(axes[0], axes[1])
            middle, across = _unit(middle), _unit(across)
            directions = [middle * 0.58 + across * 0.82, middle * 0.58 - across * 0.82]
        else:
            directions = [middle]
        return any(_donor_angle(angle_between(d, towards), reach) >= DONOR_ANGLE for d in directions)
    bend = angle_between(axes[0], towards)
    if planar and len(beyond):
        normal = np.cross(beyond[0] - bonded[0], donor - bonded[0])
        if np.linalg.norm(normal) > 1e-6:
            sideways = _unit(np.cross(_unit(normal), axes[0]))
            directions = [-0.5 * axes[0] + 0.866 * sideways, -0.5 * axes[0] - 0.866 * sideways]
            return any(_donor_angle(angle_between(d, towards), reach) >= DONOR_ANGLE for d in directions)
    # A hydrogen that turns freely about the bond: the best it can do, but not back over the bond.
    return bend >= _LEAST_BEND and _donor_angle(abs(bend - 109.5), reach) >= DONOR_ANGLE


def accepts(acceptor: np.ndarray, bonded: np.ndarray, donor: np.ndarray, in_plane: bool) -> bool:
    """Tell whether a donor comes from the side of the acceptor where its lone pairs are.

    Parameters
    ----------
    acceptor, donor
        Coordinates, (3,), Å.
    bonded
        Heavy atoms bonded to the acceptor, (k, 3), Å.
    in_plane
        Whether it has one lone pair, in the plane of two neighbours, as the nitrogen of pyridine.
    """
    if any(angle(other, acceptor, donor) < ACCEPTOR_ANGLE for other in bonded):
        return False
    if in_plane and len(bonded) == 2:
        axes = bonded - acceptor
        axes = axes / np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), 1e-9)
        return angle_between(-axes.sum(axis=0), donor - acceptor) <= _LONE_PAIR_CONE
    return True


def _donor_angle(off_axis: float, reach: float) -> float:
    """Return the angle at the hydrogen for a donor whose bond to it points `off_axis` degrees from the acceptor."""
    turn = np.radians(off_axis)
    to_acceptor = np.array([reach - _BOND_TO_H_A * np.cos(turn), -_BOND_TO_H_A * np.sin(turn)])
    to_donor = np.array([-_BOND_TO_H_A * np.cos(turn), -_BOND_TO_H_A * np.sin(turn)])
    return angle_between(to_donor, to_acceptor)


def _unit(vector: np.ndarray) -> np.ndarray:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))
