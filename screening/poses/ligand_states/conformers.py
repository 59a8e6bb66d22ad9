"""Three-dimensional starting structures of a ligand state.

Engines turn bonds and leave rings as they are, so each ring system that could pucker otherwise is given to them in
several conformers.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem

from screening.errors import InputError

#: Seed of the embedding: the starting structure is part of the result.
_SEED = 61453
#: Conformers looked at for different ring shapes.
_TRIED = 10
#: Ring atoms further apart than this (RMSD, Å) are another shape.
_RING_RMSD_A = 0.35
#: Higher strain than this above the best, in kcal/mol, is not docked.
_WINDOW = 6.0
_SATURATED_RING = Chem.MolFromSmarts("[R;X4]~@[R;X4]~@[R]")


def starting_structures(smiles: str, count: int = 1) -> list[Chem.Mol]:
    """Return the state with all hydrogens and one conformer each, the lowest in MMFF94 energy first.

    Parameters
    ----------
    smiles
        The state.
    count
        At most so many; more than one only where a ring can pucker in different ways.

    Raises
    ------
    InputError
        If no three-dimensional structure can be made.
    """
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    flexible = count > 1 and molecule.HasSubstructMatch(_SATURATED_RING)
    parameters = AllChem.ETKDGv3()
    parameters.randomSeed = _SEED
    parameters.numThreads = 1
    tried = _TRIED if flexible else 1
    found = list(AllChem.EmbedMultipleConfs(molecule, tried, parameters))
    if not found:
        parameters.useRandomCoords = True
        parameters.maxIterations = 200
        found = list(AllChem.EmbedMultipleConfs(molecule, tried, parameters))
    if not found:
        raise InputError(f"no three-dimensional structure of {smiles[:80]} could be made")
    energies = _relaxed(molecule)
    order = sorted(range(len(found)), key=lambda place: (round(energies[place], 3), place))
    rings = sorted({atom for ring in molecule.GetRingInfo().AtomRings() for atom in ring})
    chosen: list[int] = []
    for place in order:
        if len(chosen) == count or energies[place] > energies[order[0]] + _WINDOW:
            break
        if all(_different(molecule, rings, found[place], found[other]) for other in chosen):
            chosen.append(place)
    return [Chem.Mol(molecule, confId=found[place]) for place in chosen]


def _relaxed(molecule: Chem.Mol) -> list[float]:
    """Relax all conformers; MMFF94 where it knows the atoms, UFF else."""
    if AllChem.MMFFHasAllMoleculeParams(molecule):
        results = AllChem.MMFFOptimizeMoleculeConfs(molecule, numThreads=1, maxIters=500)
    elif AllChem.UFFHasAllMoleculeParams(molecule):
        results = AllChem.UFFOptimizeMoleculeConfs(molecule, numThreads=1, maxIters=500)
    else:
        return [0.0] * molecule.GetNumConformers()
    return [energy for _, energy in results]


def _different(molecule: Chem.Mol, rings: list[int], one: int, other: int) -> bool:
    if not rings:
        return False
    first = molecule.GetConformer(one).GetPositions()
    second = molecule.GetConformer(other).GetPositions()
    for ring in molecule.GetRingInfo().AtomRings():
        a, b = first[list(ring)], second[list(ring)]
        a, b = a - a.mean(0), b - b.mean(0)
        u, singular, v = np.linalg.svd(a.T @ b)
        flip = np.sign(np.linalg.det(u @ v))
        singular[-1] *= flip
        square = (a**2).sum() + (b**2).sum() - 2 * singular.sum()
        if np.sqrt(max(square, 0.0) / len(ring)) > _RING_RMSD_A:
            return True
    return False
