"""Neighbours in the crystal: which residues touch a copy that symmetry makes."""

from __future__ import annotations

import itertools
from itertools import product

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.symmetry import Crystal
from screening.targets.target import ResidueId, Target

CONTACT_A = 4.5


def cell_vectors(crystal: Crystal) -> np.ndarray:
    """Return the cell's edges as the columns of a matrix in Å (a along x, b in the xy plane: the PDB's convention)."""
    a, b, c = crystal.lengths_A
    alpha, beta, gamma = np.radians(crystal.angles)
    cos_a, cos_b, cos_g, sin_g = np.cos(alpha), np.cos(beta), np.cos(gamma), np.sin(gamma)
    height = np.sqrt(max(0.0, 1 - cos_a**2 - cos_b**2 - cos_g**2 + 2 * cos_a * cos_b * cos_g))
    return np.array(
        [
            [a, b * cos_g, c * cos_b],
            [0.0, b * sin_g, c * (cos_a - cos_b * cos_g) / sin_g],
            [0.0, 0.0, c * height / sin_g],
        ]
    )


def residues_in_crystal_contacts(target: Target, contact_A: float = CONTACT_A) -> set[ResidueId]:
    """Return polymer residues with a heavy atom within `contact_A` of a symmetry copy of the polymers.

    Empty if the file lists no operators.
    """
    crystal = target.crystal
    if crystal is None or not crystal.operators:
        return set()
    atoms = target.atoms
    polymer = {residue for chain in target.chains for residue in chain.residues}
    starts = np.r_[atoms.residue_starts, len(atoms)]
    keep = np.zeros(len(atoms), bool)
    for begin, end in itertools.pairwise(starts):
        keep[begin:end] = atoms.residue_id(int(begin)) in polymer
    rows = np.flatnonzero(keep & ~np.isin(atoms.element, ("H", "D")))
    ours = atoms.coordinates[rows].astype(np.float64)
    tree = cKDTree(ours)
    low, high = ours.min(axis=0) - contact_A, ours.max(axis=0) + contact_A
    edges = cell_vectors(crystal)
    inverse = np.linalg.inv(edges)
    middle = ours.mean(axis=0)
    touched: set[int] = set()
    for operator in crystal.operators:
        copy = ours @ np.array(operator.rotation).T + np.array(operator.translation)
        # Bring the copy near, then try the cells around it.
        base = np.round(inverse @ (middle - copy.mean(axis=0)))
        for shift in product((-1, 0, 1), repeat=3):
            cells = base + np.array(shift)
            if operator.is_identity and not cells.any():
                continue
            moved = copy + edges @ cells
            inside = ((moved >= low) & (moved <= high)).all(axis=1)
            if not inside.any():
                continue
            for near in tree.query_ball_point(moved[inside], contact_A):
                touched.update(near)
    return {atoms.residue_id(int(rows[i])) for i in touched}
