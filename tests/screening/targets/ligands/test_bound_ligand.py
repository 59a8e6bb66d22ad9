"""Bond orders of bound ligands: from the file, a SMILES, the dictionary, and from the geometry."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from screening.errors import InputError
from screening.targets.files.read import read_target
from screening.targets.ligands import component_dictionary
from screening.targets.ligands.bond_orders import DICTIONARY, FILE, GEOMETRY, SMILES
from screening.targets.ligands.bound_ligand import BoundLigand, bound_ligand
from screening.targets.target import ResidueId, Target

ADENOSINE = "Nc1ncnc2c1ncn2[C@@H]1O[C@H](CO)[C@@H](O)[C@H]1O"
needs_dictionary = pytest.mark.skipif(
    not component_dictionary.installed(), reason="biotite is not installed (extra poses)"
)


def adenosine(target: Target) -> ResidueId:
    return target.ligands[0].residue


@needs_dictionary
def test_the_dictionary_gives_adenosine_its_bond_orders_and_stereo(pka: Target) -> None:
    ligand = bound_ligand(pka, adenosine(pka))
    assert ligand.bond_orders
    assert ligand.bond_source == DICTIONARY
    assert ligand.smiles == Chem.CanonSmiles(ADENOSINE)
    assert set(ligand.names) >= {"N6", "O2'", "C1'"}
    assert "V2000" in ligand.mol_block
    assert [atom.GetPDBResidueInfo().GetName().strip() for atom in ligand.mol.GetAtoms()] == list(ligand.names)


def test_a_smiles_comes_first(pka: Target) -> None:
    ligand = bound_ligand(pka, adenosine(pka), smiles=ADENOSINE)
    assert ligand.bond_source == SMILES
    assert ligand.smiles == Chem.CanonSmiles(ADENOSINE)


def test_without_the_dictionary_the_geometry_is_used_and_said(pka: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(component_dictionary, "dictionary_component", lambda code: None)
    monkeypatch.setattr("screening.targets.ligands.bond_orders.dictionary_component", lambda code: None)
    monkeypatch.setattr("screening.targets.ligands.bond_orders.installed", lambda: False)
    ligand = bound_ligand(pka, adenosine(pka))
    assert ligand.bond_source == GEOMETRY
    assert not ligand.bond_orders
    assert "[poses]" in ligand.notes[0]
    assert ligand.smiles == Chem.CanonSmiles(ADENOSINE)


def test_another_molecule_is_refused_in_one_sentence(pka: Target) -> None:
    with pytest.raises(InputError, match="is not the molecule bound as E:ADN351; expected a molecule of 19"):
        bound_ligand(pka, adenosine(pka), smiles="c1ccccc1")
    with pytest.raises(InputError, match="cannot be read"):
        bound_ligand(pka, adenosine(pka), smiles="not a smiles")
    with pytest.raises(InputError, match=r"E:XYZ999 is not in the structure"):
        bound_ligand(pka, ResidueId("E", 999, "", "XYZ"))


def laid_out(smiles: str, folder: Path, code: str = "LIG", names: dict[int, str] | None = None) -> BoundLigand:
    """A molecule with ideal coordinates, written as a ligand of a PDB file without bonds, and read back."""
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(mol, randomSeed=7)
    AllChem.MMFFOptimizeMolecule(mol)
    mol = Chem.RemoveHs(mol)
    lines = []
    for atom, (x, y, z) in zip(mol.GetAtoms(), mol.GetConformer().GetPositions()):
        symbol = atom.GetSymbol()
        name = (names or {}).get(atom.GetIdx(), f"{symbol}{atom.GetIdx() + 1}")
        field = f"{name:<4}" if len(symbol) == 2 or len(name) > 3 else f" {name:<3}"
        lines.append(f"HETATM{atom.GetIdx() + 1:5d} {field} {code} A   1    {x:8.3f}{y:8.3f}{z:8.3f}"
                     f"  1.00 10.00          {symbol.upper():>2}")  # fmt: skip
    path = folder / "ligand.pdb"
    path.write_text("\n".join([*lines, "END", ""]), "ascii")
    target = read_target(path)
    return bound_ligand(target, ResidueId("A", 1, "", code))


@pytest.mark.parametrize(
    "smiles",
    [
        "CC(=O)Nc1ccc(O)cc1", "CC(C)Cc1ccc(cc1)C(C)C(=O)O", "NS(=O)(=O)c1ccc(C#N)cc1", "O=[N+]([O-])c1ccc(Cl)cc1",
        "CN1CCN(CC1)c1ccncc1", "OP(=O)(O)OCC1CCCO1", "CC#Cc1cccnc1", "N=C(N)c1ccccc1", "O=c1[nH]cnc2[nH]cnc12",
        "CSCCC(N)C(=O)O", "FC(F)(F)c1ccc(Br)cc1", "C1C2CC1C2",
    ],
)  # fmt: skip
def test_geometry_alone_gives_the_bonds_of_well_built_molecules(smiles: str, tmp_path: Path) -> None:
    ligand = laid_out(smiles, tmp_path)
    # Which of two tautomers it is cannot be seen without hydrogens.
    found, wanted = (Chem.MolToInchi(Chem.MolFromSmiles(s)).split("/")[1:3] for s in (ligand.smiles, smiles))
    assert ligand.bond_source == GEOMETRY
    assert found == wanted


@needs_dictionary
def test_a_code_of_the_dictionary_that_is_another_molecule_is_noticed(tmp_path: Path) -> None:
    ligand = laid_out("CC(=O)Nc1ccc(O)cc1", tmp_path, code="ADN")
    assert ligand.bond_source == GEOMETRY
    assert ligand.notes == ("The dictionary's ADN is another molecule.",)


@needs_dictionary
def test_a_ligand_with_its_own_atom_names_is_laid_over_the_dictionarys(tmp_path: Path) -> None:
    ligand = laid_out("NC(=N)c1ccccc1", tmp_path, code="BEN")
    assert ligand.bond_source == DICTIONARY
    assert Chem.MolToInchi(ligand.mol) == Chem.MolToInchi(Chem.MolFromSmiles("NC(=N)c1ccccc1"))


def test_the_oxygen_nearer_to_carbon_is_the_double_bond(tmp_path: Path) -> None:
    ligand = laid_out("OC(=O)c1ccccc1", tmp_path, names={0: "OH", 2: "OD"})
    again = bound_ligand(_target_of(tmp_path), ligand.residue, smiles="c1ccccc1C(=O)O")
    carbonyl = again.mol.GetSubstructMatch(Chem.MolFromSmarts("O=C"))[0]
    assert again.names[carbonyl] == "OD"


def _target_of(folder: Path) -> Target:
    return read_target(folder / "ligand.pdb")


def test_bonds_that_the_file_lists_are_used(write, pka: Target) -> None:
    rows = bound_ligand(pka, adenosine(pka), smiles=ADENOSINE)
    mol = Chem.Mol(rows.mol)
    Chem.Kekulize(mol, clearAromaticFlags=True)
    words = {1: "sing", 2: "doub"}
    bonds = []
    for bond in mol.GetBonds():
        first, second = rows.names[bond.GetBeginAtomIdx()], rows.names[bond.GetEndAtomIdx()]
        bonds.append(f'ADN "{first}" "{second}" {words[int(bond.GetBondTypeAsDouble())]}')
    text = Path(pka.source).read_text("utf-8")
    table = ["loop_", *(f"_chem_comp_bond.{item}" for item in ("comp_id", "atom_id_1", "atom_id_2", "value_order"))]
    target = read_target(write(text + "\n".join([*table, *bonds, "#", ""]), "listed.cif"))
    ligand = bound_ligand(target, adenosine(target))
    assert ligand.bond_source == FILE
    assert ligand.smiles == Chem.CanonSmiles(ADENOSINE)


def test_an_atom_without_density_is_told(write, pka: Target) -> None:
    lines = [
        line for line in Path(pka.source).read_text("utf-8").splitlines() if ' "N6" ' not in line and " N6 " not in line
    ]
    target = read_target(write("\n".join(lines) + "\n", "short.cif"))
    ligand = bound_ligand(target, adenosine(target), smiles=ADENOSINE)
    assert ligand.mol.GetNumAtoms() == 18
    assert ligand.notes == ("1 heavy atoms of the SMILES are not in the structure.",)
    assert np.isfinite(ligand.coordinates).all()
