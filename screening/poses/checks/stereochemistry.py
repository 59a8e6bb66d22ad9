"""Whether a pose is still the compound that was docked: same bonds, same stereochemistry."""

from __future__ import annotations

from rdkit import Chem

from screening.poses.checks.check import Check


def stereochemistry(ligand: Chem.Mol, smiles: str) -> Check:
    """Compare the stereochemistry of the coordinates with that of the SMILES.

    Centres and double bonds that the SMILES leaves open may be either.

    Parameters
    ----------
    ligand
        The pose.
    smiles
        The state that was docked.
    """
    asked = Chem.MolFromSmiles(smiles)
    if asked is None:
        return Check("stereochemistry", None, "stereochemistry not compared: no SMILES")
    found = Chem.RemoveHs(Chem.Mol(ligand), sanitize=True)
    Chem.AssignStereochemistryFrom3D(found)
    if found.HasSubstructMatch(asked, useChirality=True) and found.GetNumAtoms() == asked.GetNumAtoms():
        return Check("stereochemistry", True, "stereochemistry as asked")
    if not found.HasSubstructMatch(asked):
        return Check("stereochemistry", False, "another molecule than was asked for")
    return Check("stereochemistry", False, "stereochemistry was inverted")
