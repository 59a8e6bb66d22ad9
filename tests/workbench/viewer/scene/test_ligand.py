from __future__ import annotations

import pytest
from rdkit import Chem

from screening.errors import InputError
from screening.targets.target import ResidueId
from workbench.viewer.scene.ligand import COMPONENTS, bound_ligand


@pytest.mark.parametrize("code", sorted(COMPONENTS))
def test_every_known_component_is_a_molecule(code: str) -> None:
    mol = Chem.MolFromSmiles(COMPONENTS[code])
    assert mol is not None
    assert mol.GetNumHeavyAtoms() >= 6


def test_adenosine_gets_its_bond_orders_and_stereo(target, site) -> None:
    ligand = bound_ligand(target, site.ligand)
    assert ligand.bond_orders
    assert Chem.MolToSmiles(ligand.mol) == Chem.CanonSmiles(COMPONENTS["ADN"])
    assert set(ligand.names) >= {"N6", "O2'", "C1'"}
    assert "V2000" in ligand.mol_block


def test_another_molecule_is_refused_in_one_sentence(target, site) -> None:
    with pytest.raises(InputError, match="is not the molecule bound as E:ADN351; expected a molecule of 19"):
        bound_ligand(target, site.ligand, smiles="c1ccccc1")
    with pytest.raises(InputError, match="cannot be read"):
        bound_ligand(target, site.ligand, smiles="not a smiles")
    with pytest.raises(InputError, match=r"E:XYZ999 is not in the structure"):
        bound_ligand(target, ResidueId("E", 999, "", "XYZ"))


def test_an_unknown_component_is_drawn_with_single_bonds_and_says_so(target) -> None:
    phosphothreonine = ResidueId("E", 197, "", "TPO")
    ligand = bound_ligand(target, phosphothreonine)
    assert not ligand.bond_orders
    assert {bond.GetBondType() for bond in ligand.mol.GetBonds()} == {Chem.BondType.SINGLE}
