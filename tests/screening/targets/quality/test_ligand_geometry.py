"""Bond lengths of ligands: good ones pass, each kind of distortion is named."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from screening.targets.quality.ligand_geometry import OddBond, ligand_geometry
from screening.targets.quality.quality_report import assess
from screening.targets.target import Atoms, ResidueId, Target

ADENOSINE = ResidueId("E", 351, "", "ADN")
#: Most pairs of elements of the table, in strained, crowded and conjugated molecules.
MOLECULES = (
    "Nc1ncnc2c1ncn2C1OC(COP(=O)(O)OP(=O)(O)O)C(O)C1O", "CC(C)(C)C(C)(C)C(C)(C)C", "C1CC1C#CC#N",
    "C1C2CC1C2", "C1CC2CC1C2",
    "CS(=O)(=O)Nc1ccc(Cl)cc1", "FC(F)(F)c1ccc(Br)cc1", "Ic1ccccc1C(=O)NN", "CSSC", "CP(C)(=O)c1ccccc1", "COP(=S)(OC)OC",
    "O=[N+]([O-])c1ccccc1ON=C(C)C", "C[N+](C)(C)CC(=O)[O-]", "c1ccsc1C1OCCO1", "O=C1OC(=O)C=C1",
    "C1CN1C1CO1", "CN=[N+]=[N-]",
    "C1COCCN1C(=S)Nc1nccs1", "CC(C)(F)CCl", "C1(N=C=O)CCCCC1", "NP(=O)(N)OCC", "O=S(=O)(O)OCC", "C12C3C4C1C5C2C3C45",
)  # fmt: skip


def placed(mol: Chem.Mol) -> tuple[Target, ResidueId]:
    """The heavy atoms of a molecule as a ligand of a target without anything else."""
    heavy = [atom for atom in mol.GetAtoms() if atom.GetAtomicNum() > 1]
    places = mol.GetConformer().GetPositions()[[atom.GetIdx() for atom in heavy]]
    count = len(heavy)
    atoms = Atoms(
        coordinates=places.astype(np.float32), name=np.array([f"{a.GetSymbol()}{i}" for i, a in enumerate(heavy)]),
        element=np.array([atom.GetSymbol().upper() for atom in heavy]), residue_name=np.full(count, "LIG"),
        chain=np.full(count, "A"), number=np.ones(count, np.int32), insertion_code=np.full(count, "", "<U1"),
        altloc=np.full(count, "", "<U1"), hetero=np.ones(count, bool), occupancy=np.ones(count, np.float32),
        b_factor=np.full(count, 20.0, np.float32), residue_index=np.zeros(count, np.int32),
        label_chain=np.full(count, ""), label_number=np.zeros(count, np.int32),
    )  # fmt: skip
    bare = Target("X", "", "", None, atoms, (), (), 0, 1, (), "x", "", "PDB")
    return bare, ResidueId("A", 1, "", "LIG")


def moved(target: Target, name: str, shift: tuple[float, float, float]) -> Target:
    here = (target.atoms.residue_name == "ADN") & (target.atoms.name == name)
    assert here.sum() == 1
    places = target.atoms.coordinates.copy()
    places[here] += np.array(shift, np.float32)
    return dataclasses.replace(target, atoms=dataclasses.replace(target.atoms, coordinates=places))


@pytest.mark.parametrize("smiles", MOLECULES)
def test_molecules_of_a_force_field_are_in_order(smiles: str) -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    assert AllChem.EmbedMolecule(mol, randomSeed=7) == 0
    AllChem.MMFFOptimizeMolecule(mol, maxIters=2000)
    found = ligand_geometry(*placed(mol))
    assert found.problems == ()
    assert found.bonds == Chem.MolFromSmiles(smiles).GetNumBonds()


def test_a_good_ligand(pka: Target) -> None:
    found = ligand_geometry(pka, ADENOSINE)
    assert (found.bonds, found.odd, found.crowded, found.pieces) == (21, (), (), 1)
    finding = next(f for f in assess(pka).findings if f.what == "ligand E:ADN351")
    assert (finding.grade, finding.sentence) == ("good", "Ligand E:ADN351: well placed.")


def test_a_stretched_and_a_squeezed_bond_are_named(pka: Target) -> None:
    atoms = pka.atoms
    here = {str(n): x for n, x, r in zip(atoms.name, atoms.coordinates, atoms.residue_name) if r == "ADN"}
    bond = here["O5'"] - here["C5'"]
    along = bond / np.linalg.norm(bond)
    for length in (1.05, 1.75):
        change = tuple(float(x) for x in along * (length - np.linalg.norm(bond)))
        target = moved(pka, "O5'", (change[0], change[1], change[2]))
        found = ligand_geometry(target, ADENOSINE)
        assert len(found.odd) == 1
        assert set(found.odd[0].atoms) == {"O5'", "C5'"}
        assert found.odd[0].length_A == pytest.approx(length, abs=0.002)
        finding = next(f for f in assess(target).findings if f.what == "ligand E:ADN351")
        assert finding.grade == "fair"
        assert f"{length:.2f} Å, usually 1.19-1.48" in finding.sentence


def test_a_torn_ligand_falls_into_pieces(pka: Target) -> None:
    found = ligand_geometry(moved(pka, "O5'", (30.0, 0.0, 0.0)), ADENOSINE)
    assert (found.bonds, found.pieces) == (20, 2)
    assert found.problems == ("it falls into 2 pieces",)


def test_a_shrunken_ligand_forbids_docking(pka: Target) -> None:
    here = pka.atoms.residue_name == "ADN"
    places = pka.atoms.coordinates.copy()
    centre = places[here].mean(axis=0)
    places[here] = centre + 0.6 * (places[here] - centre)
    target = dataclasses.replace(pka, atoms=dataclasses.replace(pka.atoms, coordinates=places))
    found = ligand_geometry(target, ADENOSINE)
    assert found.crowded
    report = assess(target)
    assert next(f.grade for f in report.findings if f.what == "ligand E:ADN351") == "poor"
    assert report.verdict == "fit for viewing"


def test_of_two_conformers_one_is_judged() -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles("CCO"))
    AllChem.EmbedMolecule(mol, randomSeed=7)
    target, residue = placed(mol)
    both = {}
    for field in dataclasses.fields(Atoms):
        column = getattr(target.atoms, field.name)
        both[field.name] = np.concatenate([column, column + 0.3 if field.name == "coordinates" else column])
    both["altloc"] = np.array(["A"] * 3 + ["B"] * 3)
    both["occupancy"] = np.array([0.4] * 3 + [0.6] * 3, np.float32)
    found = ligand_geometry(dataclasses.replace(target, atoms=Atoms(**both)), residue)
    assert (found.bonds, found.problems) == (2, ())


def test_an_odd_bond_reads_as_words() -> None:
    assert str(OddBond(("C1", "C2"), 1.951, (1.17, 1.59))) == "C1-C2 1.95 Å, usually 1.17-1.59"
