"""Starting poses laid on a ligand that is already in the site: by the common core, else by shape."""

from __future__ import annotations

from rdkit import Chem
from rdkit.Chem import AllChem, rdFMCS, rdMolAlign
from rdkit.Geometry import Point3D

#: Seconds for the search of the common core, and for one embedding: both have no end of their own.
_MCS_SECONDS, _EMBED_SECONDS = 5, 5
#: A core smaller than this, or than this share of the smaller molecule, says nothing of where the rest lies.
_LEAST_ATOMS, _LEAST_SHARE = 8, 0.4
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


def _common_core(molecule: Chem.Mol, template: Chem.Mol) -> list[tuple[int, int]]:
    """Return pairs of atoms, of the ligand and of the template; empty if the core is too small."""
    first, second = Chem.RemoveHs(molecule), Chem.RemoveHs(template)
    answer = rdFMCS.FindMCS(
        [first, second],
        timeout=_MCS_SECONDS,
        atomCompare=rdFMCS.AtomCompare.CompareElements,
        bondCompare=rdFMCS.BondCompare.CompareOrder,
        ringMatchesRingOnly=True,
        completeRingsOnly=True,
    )
    least = max(_LEAST_ATOMS, _LEAST_SHARE * min(first.GetNumAtoms(), second.GetNumAtoms()))
    if answer.numAtoms < least or not answer.smartsString:
        return []
    query = Chem.MolFromSmarts(answer.smartsString)
    mine, theirs = molecule.GetSubstructMatch(query), template.GetSubstructMatch(query)
    return list(zip(mine, theirs)) if mine and theirs else []


def _on_core(molecule: Chem.Mol, template: Chem.Mol, core: list[tuple[int, int]], count: int) -> list[Chem.Mol]:
    places = template.GetConformer().GetPositions()
    parameters = AllChem.ETKDGv3()
    parameters.randomSeed = _SEED
    parameters.numThreads = 1
    parameters.timeout = _EMBED_SECONDS
    parameters.SetCoordMap({mine: Point3D(*map(float, places[theirs])) for mine, theirs in core})
    embedded = Chem.Mol(molecule)
    made = list(AllChem.EmbedMultipleConfs(embedded, count, parameters))
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
    conformers = list(AllChem.EmbedMultipleConfs(probe, 5 * count, parameters))
    reference = Chem.AddHs(template, addCoords=True)
    scored = []
    for one in conformers:
        alignment = rdMolAlign.GetCrippenO3A(probe, reference, prbCid=one)
        alignment.Align()
        scored.append((-float(alignment.Score()), one))
    return [Chem.Mol(probe, confId=one) for _, one in sorted(scored)[:count]]
