"""Find and rank the pockets of a target."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from screening.errors import StructureError
from screening.targets.pockets.candidates import describe_candidates, gather
from screening.targets.pockets.druggability import (
    druggability,
    druggability_features,
    lining,
    lining_character,
    lining_residues,
    pocket_shape,
)
from screening.targets.pockets.pocket import Pocket
from screening.targets.pockets.point_features import point_features
from screening.targets.pockets.ranker import PocketRanker, load_ranker
from screening.targets.target import Atoms, ResidueId, Target

#: A chain shorter than this beside a longer one is taken for a bound peptide, not for a wall of the pocket.
LONGEST_PEPTIDE = 30
DEFAULT_TOP = 10
#: Atoms this close to a surface point are the wall of its pocket, in Å.
WALL_A = 4.2


def receptor_atoms(target: Target, chains: tuple[str, ...] | None = None) -> Atoms:
    """Return the heavy atoms of the polymers in which pockets are looked for.

    Parameters
    ----------
    target
        The target.
    chains
        Author ids of the chains; by default all but peptides of up to `LONGEST_PEPTIDE` residues beside a longer chain.

    Raises
    ------
    StructureError
        If there is no protein chain, or none of that name.
    """
    polymers = [chain for chain in target.chains if chain.residues]
    if chains is not None:
        unknown = [name for name in chains if name not in {chain.id for chain in polymers}]
        if unknown:
            ids = ", ".join(chain.id for chain in polymers)
            raise StructureError(f"has no chain {unknown[0]}", source=target.source, expected=f"one of {ids}")
        kept = [chain for chain in polymers if chain.id in chains]
    else:
        longest = max((len(chain.residues) for chain in polymers), default=0)
        kept = [chain for chain in polymers if len(chain.residues) > LONGEST_PEPTIDE or longest <= LONGEST_PEPTIDE]
    if not any(chain.kind == "protein" for chain in kept):
        raise StructureError("has no protein chain with coordinates", source=target.source,
                             expected="a protein structure")  # fmt: skip
    residues = {residue for chain in kept for residue in chain.residues}
    atoms = target.atoms
    keep = np.zeros(len(atoms), bool)
    starts = atoms.residue_starts
    for begin, end in zip(starts, np.r_[starts[1:], len(atoms)]):
        keep[begin:end] = atoms.residue_id(int(begin)) in residues
    return atoms.select(keep & ~np.isin(atoms.element, ("H", "D")))


def _walls(points: np.ndarray, probability: np.ndarray, receptor: Atoms) -> tuple[ResidueId, ...]:
    """Return the residues that the likely points of a pocket touch; neighbouring pockets share few of them."""
    likely = points[probability >= 0.3 * probability.max()]
    distance, _ = cKDTree(likely).query(receptor.coordinates, distance_upper_bound=WALL_A)
    return lining_residues(np.flatnonzero(np.isfinite(distance)), receptor)


def find_pockets(
    target: Target,
    *,
    top: int = DEFAULT_TOP,
    chains: tuple[str, ...] | None = None,
    ranker: PocketRanker | None = None,
) -> tuple[Pocket, ...]:
    """Return the pockets of a target, the most likely first.

    Bound ligands, waters, ions and short peptides are taken away before anything is looked at.

    Parameters
    ----------
    target
        A protein structure.
    top
        How many pockets to return at most.
    chains
        See `receptor_atoms`.
    ranker
        Another ranker than the shipped one.

    Raises
    ------
    StructureError
        If there is no protein with coordinates.
    ModelError
        If the ranker cannot be loaded.
    """
    receptor = receptor_atoms(target, chains)
    ranker = ranker or load_ranker()
    points, features = point_features(receptor)
    probability = ranker.points.probability(points, features)
    candidates = gather(points, probability)
    likely = ranker.pockets.probability(describe_candidates(candidates, points, features, probability, receptor))
    order = np.argsort(-likely, kind="stable")[:top]
    pockets = []
    for rank, i in enumerate(order, 1):
        candidate = candidates[i]
        volume, enclosure, voxels = pocket_shape(candidate.centre_A, receptor)
        rows = lining(voxels, points[candidate.rows], receptor)
        hydrophobicity, polarity = lining_character(rows, receptor)
        row = druggability_features(volume, hydrophobicity, polarity, enclosure)
        x, y, z = (round(float(value), 3) for value in candidate.centre_A)
        pockets.append(
            Pocket(
                target_key=target.key,
                rank=rank,
                probability=float(likely[i]),
                centre_A=(x, y, z),
                residues=_walls(points[candidate.rows], probability[candidate.rows], receptor),
                points_A=points[candidate.rows].astype(np.float32),
                point_scores=probability[candidate.rows].astype(np.float32),
                volume_A3=volume,
                enclosure=enclosure,
                hydrophobicity=hydrophobicity,
                polarity=polarity,
                druggability=druggability(row, ranker.card),
            )
        )
    return tuple(pockets)
