"""Side-chain atoms that a structure lacks, or those of another residue, built onto a backbone."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem
from scipy.spatial import cKDTree

from screening.poses.receptor.amino_acids import amino_acid

#: Seed of the conformers: where missing atoms are put is part of the result.
_SEED = 7
_CONFORMERS = 120
#: Atoms nearer than the first to the surroundings count against a conformer, those up to the second for it, in Å.
_CLASH_A, _CONTACT_A = 3.5, 5.0
#: What a clash costs by square Å, and what a contact and a misfit of 1 Å on the atoms that are there are worth.
_CLASH, _CONTACT, _MISFIT = 6.0, 0.15, 20.0


def built_side_chain(code: str, known: dict[str, np.ndarray], surroundings: np.ndarray) -> dict[str, np.ndarray] | None:
    """Return places of the atoms that are not in `known`: those of the conformer that fits best and clashes least.

    Parameters
    ----------
    code
        Standard residue to be built.
    known
        Name to place, (3,) in Å, of the atoms that are there. ``N``, ``CA`` and ``C`` are needed.
    surroundings
        (n, 3), heavy atoms of other residues near by.

    Returns
    -------
    dict or None
        None if the residue is none of the standard ones or its backbone is incomplete.
    """
    residue = amino_acid(code)
    if residue is None or not {"N", "CA", "C"} <= set(known):
        return None
    anchor = [name for name in residue.names if name in known]
    missing = [name for name in residue.side_chain if name not in known]
    if not missing:
        return {}
    target = np.array([known[name] for name in anchor])
    weights = np.array([1.0 if name != "O" else 0.05 for name in anchor])
    rows = [residue.names.index(name) for name in anchor]
    places = [residue.names.index(name) for name in missing]
    tree = cKDTree(surroundings) if len(surroundings) else None
    best: tuple[float, np.ndarray] | None = None
    for conformer in _conformers(residue.smiles):
        moved, misfit = _laid_on(conformer, rows, target, weights)
        cost = _MISFIT * misfit
        if tree is not None:
            gaps = tree.query(moved[places], k=min(16, len(surroundings)), distance_upper_bound=_CONTACT_A)[0]
            cost += _CLASH * float((np.maximum(_CLASH_A - gaps, 0.0) ** 2).sum())
            cost -= _CONTACT * int(np.count_nonzero((gaps >= _CLASH_A) & (gaps < _CONTACT_A)))
        if best is None or cost < best[0] - 1e-9:
            best = (cost, moved)
    assert best is not None
    return {name: best[1][place] for name, place in zip(missing, places)}


@lru_cache(maxsize=32)
def _conformers(smiles: str) -> tuple[np.ndarray, ...]:
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    parameters = AllChem.ETKDGv3()
    parameters.randomSeed = _SEED
    parameters.numThreads = 1
    found = AllChem.EmbedMultipleConfs(molecule, _CONFORMERS, parameters)
    heavy = sum(atom.GetAtomicNum() > 1 for atom in molecule.GetAtoms())
    return tuple(molecule.GetConformer(one).GetPositions()[:heavy] for one in found)


def _laid_on(
    conformer: np.ndarray, rows: list[int], target: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, float]:
    """Superpose the anchor atoms (Kabsch, weighted); return all atoms moved, and the misfit in Å."""
    total = weights.sum()
    source = conformer[rows]
    from_centre = (weights[:, None] * source).sum(0) / total
    to_centre = (weights[:, None] * target).sum(0) / total
    a, b = source - from_centre, target - to_centre
    u, _, v = np.linalg.svd((a * weights[:, None]).T @ b)
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ v)) or 1.0])
    turn = u @ flip @ v
    moved = (conformer - from_centre) @ turn + to_centre
    misfit = np.sqrt((weights * ((moved[rows] - target) ** 2).sum(1)).sum() / total)
    return moved, float(misfit)
