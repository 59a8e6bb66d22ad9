"""What a ligand that is already in the site says of another: starting poses laid on it, and how far a core moved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem, rdFMCS, rdMolAlign
from rdkit.Geometry import Point3D

#: Seconds for the search of the common core, and for one embedding: both have no end of their own.
_MCS_SECONDS, _EMBED_SECONDS = 5, 5
#: A core smaller than this, or than this share of the smaller molecule, says nothing of where the rest lies.
_LEAST_ATOMS, _LEAST_SHARE = 8, 0.4
#: Ways in which a symmetric core may match, at most.
_MATCHES = 200
_SEED = 61453


def template_starts(molecule: Chem.Mol, template: Chem.Mol, count: int = 4) -> list[Chem.Mol]:
    """Return the ligand laid on a template, at most `count` conformers of it.

    Parameters
    ----------
    molecule
        The ligand with hydrogens and a conformer.
    template
        The bound ligand, in the frame of the target.
    count
        At most so many.

    Returns
    -------
    list
        Copies of `molecule`. By the common core where one is found in time and can be embedded in time; else by
        Open3DAlign (Tosco, Balle, Shiri, J. Comput. Aided Mol. Des. 25, 777 (2011)).
    """
    core = _common_core(molecule, template)
    if core:
        found = _on_core(molecule, template, core, count)
        if found:
            return found
    return _by_shape(molecule, template, count)


def core_distances(poses: Sequence[Chem.Mol], template: Chem.Mol) -> np.ndarray | None:
    """Return how far each pose has the common core from where the template has it; float64, shape (n,), Å.

    The root mean square over the atoms of the core, without moving the pose, by the nearest of the ways in which the
    core matches pose and template; NaN for a pose of a state without it. None if no state has a common core that says
    something.
    """
    known = Chem.RemoveHs(template)
    places = known.GetConformer().GetPositions()
    cores: dict[str, tuple[Chem.Mol | None, list[np.ndarray]]] = {}
    found = []
    for pose in map(Chem.RemoveHs, poses):
        state = Chem.MolToSmiles(pose)
        if state not in cores:
            core = _core_pattern(pose, known)
            ways = () if core is None else known.GetSubstructMatches(core, uniquify=False, maxMatches=_MATCHES)
            cores[state] = core, [places[list(way)] for way in ways]
        pattern, targets = cores[state]
        if pattern is None:
            found.append(float("nan"))
            continue
        own = pose.GetConformer().GetPositions()
        ways = pose.GetSubstructMatches(pattern, maxMatches=_MATCHES)
        gaps = [((own[list(way)] - target) ** 2).sum(axis=1).mean() for way in ways for target in targets]
        found.append(float(np.sqrt(min(gaps, default=np.nan))))
    return None if np.isnan(found).all() else np.array(found)


def _common_core(molecule: Chem.Mol, template: Chem.Mol) -> list[tuple[int, int]]:
    """Return pairs of atoms, of the ligand and of the template; empty if the core is too small."""
    pattern = _core_pattern(Chem.RemoveHs(molecule), Chem.RemoveHs(template))
    if pattern is None:
        return []
    mine, theirs = molecule.GetSubstructMatch(pattern), template.GetSubstructMatch(pattern)
    return list(zip(mine, theirs)) if mine and theirs else []


def _core_pattern(first: Chem.Mol, second: Chem.Mol) -> Chem.Mol | None:
    """Return the common core of two molecules without hydrogens, None if it is too small."""
    answer = rdFMCS.FindMCS(
        [first, second],
        timeout=_MCS_SECONDS,
        atomCompare=rdFMCS.AtomCompare.CompareElements,
        bondCompare=rdFMCS.BondCompare.CompareOrder,
        ringMatchesRingOnly=True,
        completeRingsOnly=True,
    )
    least = max(_LEAST_ATOMS, _LEAST_SHARE * min(first.GetNumAtoms(), second.GetNumAtoms()))
    return Chem.MolFromSmarts(answer.smartsString) if answer.numAtoms >= least and answer.smartsString else None


def _on_core(molecule: Chem.Mol, template: Chem.Mol, core: list[tuple[int, int]], count: int) -> list[Chem.Mol]:
    places = template.GetConformer().GetPositions()
    parameters = AllChem.ETKDGv3()
    parameters.randomSeed = _SEED
    parameters.numThreads = 1
    parameters.timeout = _EMBED_SECONDS
    parameters.SetCoordMap({mine: Point3D(*map(float, places[theirs])) for mine, theirs in core})
    embedded = Chem.Mol(molecule)
    AllChem.EmbedMultipleConfs(embedded, count, parameters)
    # What it returns may name conformers that it did not make in time, such as of the other stereoisomer of the core.
    made = [conformer.GetId() for conformer in embedded.GetConformers()]
    found = []
    for one in made:
        rdMolAlign.AlignMol(embedded, template, prbCid=one, atomMap=core)
        found.append(Chem.Mol(embedded, confId=one))
    return found


def _by_shape(molecule: Chem.Mol, template: Chem.Mol, count: int) -> list[Chem.Mol]:
    parameters = AllChem.ETKDGv3()
    parameters.randomSeed = _SEED
    parameters.numThreads = 1
    parameters.timeout = _EMBED_SECONDS
    probe = Chem.Mol(molecule)
    AllChem.EmbedMultipleConfs(probe, 5 * count, parameters)
    conformers = [conformer.GetId() for conformer in probe.GetConformers()]
    reference = Chem.AddHs(template, addCoords=True)
    scored = []
    for one in conformers:
        alignment = rdMolAlign.GetCrippenO3A(probe, reference, prbCid=one)
        alignment.Align()
        scored.append((-float(alignment.Score()), one))
    return [Chem.Mol(probe, confId=one) for _, one in sorted(scored)[:count]]
