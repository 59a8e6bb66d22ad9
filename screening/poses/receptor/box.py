"""The search box of a site."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from rdkit import Chem
from scipy.spatial.distance import pdist

from screening.errors import SiteError
from screening.poses.receptor.receptor import DockingBox
from screening.poses.rmsd import heavy_places

#: Room on all sides together around the ligand a site was built on, and the least side of a box, in Å.
ROOM_A, LEAST_SIDE_A = 8.0, 20.0
#: Least side searched for a ligand no longer than the bound one; a longer one gets steps of so many Å on each side.
_LEAST_SEARCHED_A, _STEP_A = 12.0, 2.0
#: No side is longer: a search in a larger box finds nothing in the time it is given.
LARGEST_SIDE_A = 40.0
#: Longest side that is made without being asked for, in Å.
_DEFAULT_SIDE_A = 30.0


def box_around(points: np.ndarray) -> DockingBox:
    """Return the box of a bound ligand's atoms, (n, 3) in Å: their extent and `ROOM_A`, at least `LEAST_SIDE_A`."""
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.minimum(np.maximum(high - low + ROOM_A, LEAST_SIDE_A), LARGEST_SIDE_A)
    return DockingBox(_triple((low + high) / 2), _triple(size), _triple(high - low), round(_length(points), 3))


def box_for_ligand(box: DockingBox, molecules: Sequence[Chem.Mol]) -> DockingBox:
    """Return the part of a box that is searched for a ligand.

    Around a bound ligand that is its extent and `ROOM_A`, at least 12 Å a side, and more where the ligand to dock is
    longer than the bound one. A box of 20 Å offers small ligands places outside the site: with it and fewer
    candidates the first pose was right in 105 of 158 redocked complexes, this way in 116. Other boxes
    are searched whole.

    Parameters
    ----------
    box
        The box of the site.
    molecules
        Starting structures of the ligand.
    """
    if box.bound_extent_A is None or box.bound_length_A is None:
        return box
    longest = max(_length(heavy_places(molecule)) for molecule in molecules)
    steps = max(0, math.ceil((longest - box.bound_length_A - _STEP_A) / _STEP_A))
    wanted = np.maximum(np.asarray(box.bound_extent_A) + ROOM_A + steps * _STEP_A, _LEAST_SEARCHED_A)
    return dataclasses.replace(box, size_A=_triple(np.minimum(wanted, box.size_A)))


def _length(points: np.ndarray) -> float:
    return float(pdist(points).max()) if len(points) > 1 else 0.0


def box_of_site(centre_A: tuple[float, float, float], radius_A: float) -> DockingBox:
    """Return the box of a site without a ligand: its sphere, at least `LEAST_SIDE_A`, at most 30 Å a side."""
    side = float(np.clip(2.0 * radius_A, LEAST_SIDE_A, _DEFAULT_SIDE_A))
    return DockingBox(_triple(np.asarray(centre_A)), (side, side, side))


def require_box(box: DockingBox) -> DockingBox:
    """Return the box if one can search in it.

    Raises
    ------
    SiteError
        If a number is not finite, or a side is not above zero or longer than `LARGEST_SIDE_A`.
    """
    numbers = np.array([*box.centre_A, *box.size_A], dtype=float)
    if len(numbers) != 6 or not np.isfinite(numbers).all():
        raise SiteError("the box holds a number that is not finite", expected="a centre and three sides in Å")
    sides = " x ".join(f"{side:g}" for side in box.size_A)
    if min(box.size_A) <= 0:
        raise SiteError(f"the box is empty ({sides} Å)", expected=f"sides above 0 and up to {LARGEST_SIDE_A:g} Å")
    if max(box.size_A) > LARGEST_SIDE_A:
        raise SiteError(f"the box is {sides} Å", expected=f"at most {LARGEST_SIDE_A:g} Å a side")
    return box


def _triple(values: np.ndarray) -> tuple[float, float, float]:
    x, y, z = (round(float(value), 3) for value in values)
    return (x, y, z)
