"""The RMSD is that over all ways a molecule's symmetry allows, without moving anything."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem, rdMolAlign
from rdkit.Geometry import Point3D

from screening.errors import InputError
from screening.poses.rmsd import rmsd_matrix, symmetric_rmsd


def _embedded(smiles: str, seed: int) -> Chem.Mol:
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(mol, randomSeed=seed)
    return Chem.RemoveHs(mol)


def test_a_flipped_ring_is_the_same_pose() -> None:
    mol = _embedded("Cc1ccccc1", 1)
    flipped = Chem.Mol(mol)
    match = mol.GetSubstructMatches(Chem.MolFromSmiles("Cc1ccccc1"), uniquify=False)[1]
    for index, other in enumerate(match):
        flipped.GetConformer().SetAtomPosition(index, Point3D(*mol.GetConformer().GetPositions()[other]))
    assert symmetric_rmsd(flipped, mol) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("smiles", ["CC(C)Cc1ccc(cc1)C(C)C(=O)O", "FC(F)(F)c1ccc(cc1)S(=O)(=O)N", "CCCCC"])
def test_it_agrees_with_rdkit(smiles: str) -> None:
    one, other = _embedded(smiles, 1), _embedded(smiles, 7)
    assert symmetric_rmsd(one, other) == pytest.approx(rdMolAlign.CalcRMS(Chem.Mol(one), other), abs=1e-4)
    assert rmsd_matrix([one, other])[0, 1] == pytest.approx(symmetric_rmsd(one, other))


def test_states_of_one_compound_are_compared_and_other_molecules_refused() -> None:
    acid = _embedded("CCC(=O)O", 3)
    moved = Chem.RWMol(acid)
    moved.GetAtomWithIdx(4).SetFormalCharge(-1)
    assert symmetric_rmsd(moved.GetMol(), acid) == pytest.approx(0.0)
    with pytest.raises(InputError, match="not the same molecule"):
        symmetric_rmsd(acid, _embedded("CCCO", 3))
    assert np.all(rmsd_matrix([acid]) == 0)
