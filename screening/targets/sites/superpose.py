"""Lay structures over each other: rigid superposition of matched residues.

Method: Kabsch, W., Acta Cryst A 32, 922 (1976), by singular value decomposition.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from screening.errors import StructureError
from screening.targets.binding_site import BindingSite
from screening.targets.sequences.clusters import align
from screening.targets.target import Chain, ResidueId, Target


@dataclasses.dataclass(frozen=True)
class Superposition:
    """How to move one structure onto another.

    Attributes
    ----------
    rotation, translation
        ``x -> rotation @ x + translation`` in Å.
    rmsd_A
        Root mean square distance of the matched Cα atoms after the movement.
    pairs
        Residues of the fixed and the moved structure that were matched.
    """

    rotation: np.ndarray
    translation: np.ndarray
    rmsd_A: float
    pairs: tuple[tuple[ResidueId, ResidueId], ...]

    def apply(self, coordinates: np.ndarray) -> np.ndarray:
        """Return moved coordinates; same shape, float32."""
        return (coordinates.astype(np.float64) @ self.rotation.T + self.translation).astype(np.float32)

    def move(self, target: Target) -> Target:
        """Return the target with moved atoms."""
        atoms = dataclasses.replace(target.atoms, coordinates=self.apply(target.atoms.coordinates))
        return dataclasses.replace(target, atoms=atoms)


def kabsch(fixed: np.ndarray, moving: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return rotation, translation and RMSD that lay `moving` over `fixed`, both of shape (n, 3)."""
    a, b = fixed.astype(np.float64), moving.astype(np.float64)
    middle_a, middle_b = a.mean(axis=0), b.mean(axis=0)
    u, _, vt = np.linalg.svd((b - middle_b).T @ (a - middle_a))
    # A reflection would fit mirror images; the sign keeps it a rotation.
    sign = np.sign(np.linalg.det(u @ vt))
    rotation = (u @ np.diag([1.0, 1.0, sign]) @ vt).T
    translation = middle_a - rotation @ middle_b
    moved = b @ rotation.T + translation
    rmsd = float(np.sqrt(((moved - a) ** 2).sum(axis=1).mean()))
    return rotation, translation, rmsd


def alpha_carbons(target: Target) -> dict[ResidueId, np.ndarray]:
    """Return the Cα coordinates of each residue that has one, in Å."""
    atoms = target.atoms
    rows = np.flatnonzero((atoms.name == "CA") & (atoms.element != "CA"))
    return {atoms.residue_id(int(row)): atoms.coordinates[row] for row in rows}


def matched_residues(fixed: Target, moving: Target) -> list[tuple[ResidueId, ResidueId]]:
    """Return residues of two proteins that correspond to each other, by aligning their most similar chains.

    Raises
    ------
    StructureError
        If one has no protein chain with coordinates.
    """
    best: tuple[int, Chain, Chain] | None = None
    found = None
    for a in _proteins(fixed):
        for b in _proteins(moving):
            alignment = align(a.sequence, b.sequence)
            if best is None or alignment.identities > best[0]:
                best, found = (alignment.identities, a, b), alignment
    if best is None or found is None:
        empty = fixed if not _proteins(fixed) else moving
        raise StructureError("has no protein chain to superpose", source=empty.source)
    _, a, b = best
    return [(a.residues[i], b.residues[j]) for i, j in found.pairs.tolist()]


def _proteins(target: Target) -> list[Chain]:
    return [chain for chain in target.chains if chain.kind == "protein" and chain.residues]


def superpose(
    fixed: Target,
    moving: Target,
    site: BindingSite | None = None,
    *,
    cut_A: float = 4.0,
    pairs: Sequence[tuple[ResidueId, ResidueId]] | None = None,
) -> Superposition:
    """Superpose two proteins on the Cα atoms of matched residues.

    Parameters
    ----------
    fixed, moving
        The structures.
    site
        A site of `fixed`: only its residues are laid over each other, and the RMSD is that of the site. Without one,
        pairs further apart than `cut_A` after the fit are left out step by step (loops and hinges).
    cut_A
        See `site`.
    pairs
        Residues that correspond to each other; all of them are used. By sequence alignment if not given.

    Raises
    ------
    StructureError
        If fewer than three residues match.
    """
    trace_a, trace_b = alpha_carbons(fixed), alpha_carbons(moving)
    given = pairs is not None
    matched = pairs if pairs is not None else matched_residues(fixed, moving)
    pairs = [(a, b) for a, b in matched if a in trace_a and b in trace_b]
    if site is not None:
        wanted = set(site.residues)
        pairs = [(a, b) for a, b in pairs if a in wanted]
    if len(pairs) < 3:
        where = " of the site" if site is not None or given else ""
        raise StructureError(f"only {len(pairs)} residues{where} match {fixed.id}", source=moving.source,
                             expected="at least three")  # fmt: skip
    kept = pairs
    for _ in range(10):
        a = np.array([trace_a[residue] for residue, _ in kept])
        b = np.array([trace_b[residue] for _, residue in kept])
        rotation, translation, rmsd = kabsch(a, b)
        if site is not None or given:
            break
        distance = np.linalg.norm(b @ rotation.T + translation - a, axis=1)
        closer = [pair for pair, d in zip(kept, distance) if d <= cut_A]
        if len(closer) == len(kept) or len(closer) < max(3, len(pairs) // 3):
            break
        kept = closer
    return Superposition(rotation, translation, rmsd, tuple(kept))
