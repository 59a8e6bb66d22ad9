"""A compound becomes the states that a chemist would draw at pH 7.4, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem

from screening.errors import InputError
from screening.poses.ligand_states.conformers import starting_structures
from screening.poses.ligand_states.pdbqt import ligand_pdbqt, moved_text, rotatable_bonds, with_coordinates
from screening.poses.ligand_states.states import ligand_states

pytest.importorskip("dimorphite_dl", reason="ligand states need dimorphite_dl (extra poses)")

IMATINIB = "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1"


@pytest.mark.parametrize(
    ("compound", "charge"),
    [
        ("CC(=O)O", -1),
        ("CCN", 1),
        ("CN1CCN(C)CC1", 1),  # one proton for two nitrogens two bonds apart
        ("NC(=N)c1ccccc1", 1),
        ("Nc1ccccc1", 0),
        ("Oc1ccccc1", 0),
        ("OP(=O)(O)OC", -2),
        ("N[C@@H](C)C(=O)O", 0),  # zwitterion
        ("c1nnn[nH]1", -1),
        ("O=c1cccc[nH]1", 0),
        ("O=c1cc[nH]c(=O)[nH]1", 0),
        ("Oc1ccncc1", 0),
        (IMATINIB, 1),
        ("O=C(O)c1ccccc1O", -1),  # salicylic acid: the phenol has 13
        ("O=c1cc(-c2ccc(O)cc2)oc2cc(O)cc(O)c12", 0),
        ("Oc1ccc(cc1)[N+](=O)[O-]", -1),
        ("Oc1c(Cl)cccc1Cl", -1),
        ("O=C1CNC(=O)N1", 0),
        ("O=C1CSC(=O)N1", -1),
        ("O=C1NS(=O)(=O)c2ccccc12", -1),
        ("COC(=O)C1=C(C)NC(C)=C(C(=O)OC)C1", 0),
        ("N#CNC(=N)NC", 0),
        ("Nc1ccncc1", 1),
        ("Nc1ncnc2ccccc12", 0),
        ("Nc1ccc(cc1)S(=O)(=O)Nc1ncccn1", -1),
        ("Nc1ccc(cc1)S(=O)(=O)Nc1ccccn1", 0),
        ("NS(=O)(=O)c1ccccc1", 0),
    ],
)
def test_the_first_state_has_the_charge_of_the_textbook(compound: str, charge: int) -> None:
    states = ligand_states(compound)
    assert Chem.GetFormalCharge(Chem.MolFromSmiles(states[0].smiles)) == charge
    assert states[0].rank == 1


def test_open_stereocentres_are_enumerated_to_a_cap_and_said() -> None:
    states = ligand_states("CC(F)C(Cl)Br", stereoisomer_count=3)
    assert len(states) == 3
    assert len({state.smiles for state in states}) == 3
    assert all("stereoisomer" in state.text for state in states)
    assert [state.smiles for state in ligand_states("C[C@H](F)Cl")] == [Chem.CanonSmiles("C[C@H](F)Cl")]


def test_tautomers_come_after_the_one_that_was_drawn() -> None:
    states = ligand_states("O=c1cccc[nH]1", tautomer_count=3)
    assert states[0].smiles == Chem.CanonSmiles("O=c1cccc[nH]1")
    assert Chem.CanonSmiles("Oc1ccccn1") in [state.smiles for state in states]


@pytest.mark.parametrize(
    ("smiles", "said"),
    [
        ("not a molecule", "is no molecule"),
        ("", "is no molecule"),
        ("CCO.CCN.O", "holds 3 fragments; expected one molecule"),
        ("[Zn+2]", "holds no carbon"),
        ("*CCO", "open attachment point"),
        ("C" * 101, "101 heavy atoms"),
        ("CCCCC" * 13, "rotatable bonds"),
    ],
)
def test_what_cannot_be_docked_is_refused_in_one_sentence(smiles: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        ligand_states(smiles)


def test_rotatable_bonds_are_those_of_the_field() -> None:
    def count(smiles: str) -> int:
        return len(rotatable_bonds(Chem.AddHs(Chem.MolFromSmiles(smiles))))

    assert count("CCCC") == 1
    assert count("CC(=O)NC") == 0  # amide
    assert count("c1ccccc1-c1ccccc1") == 1
    assert count("OCCO") == 1  # hydroxyl hydrogens do not score
    assert count("C1CCCCC1") == 0
    assert count("CCC(=O)N(C)CC") == 3  # tertiary amide with two different substituents
    assert count("CC#CC") == 0
    assert count(IMATINIB) == 7


def test_a_docked_ligand_comes_back_whole() -> None:
    """Every atom returns to its place: heavy atoms exactly, hydrogens by geometry, stereo unchanged."""
    smiles = "C[C@H](O)[C@@H](N)C(=O)N[C@H]1CC[C@@H](CC1)c1ccc(Cl)cc1"
    state = ligand_states(smiles)[0]
    molecule = starting_structures(state.smiles)[0]
    ligand = ligand_pdbqt(molecule, "x")
    places = molecule.GetConformer().GetPositions()
    assert all(line[30:54].count(".") == 3 for line in ligand.text.splitlines() if line.startswith("ATOM"))
    assert ligand.text.count("\nBRANCH") == ligand.torsions == ligand.text.count("ENDBRANCH")
    turn = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]], float)
    moved = with_coordinates(molecule, ligand, places[list(ligand.order)] @ turn.T + 5.0)
    assert Chem.MolToSmiles(Chem.RemoveHs(moved)) == state.smiles
    assert moved.GetNumAtoms() == molecule.GetNumAtoms()
    heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    assert np.allclose(moved.GetConformer().GetPositions()[heavy], (places @ turn.T + 5.0)[heavy])
    gaps = Chem.Get3DDistanceMatrix(moved) + 10 * np.eye(moved.GetNumAtoms())
    assert gaps.min() > 0.9
    assert moved_text(ligand, molecule) == ligand.text


def test_starting_structures_repeat_and_rings_pucker() -> None:
    smiles = "C[C@H]1CC[C@@H](N)CC1"
    first, again = starting_structures(smiles)[0], starting_structures(smiles)[0]
    assert Chem.MolToMolBlock(first) == Chem.MolToMolBlock(again)
    assert len(starting_structures(smiles, 3)) >= 2
    assert len(starting_structures("c1ccccc1CC", 3)) == 1
