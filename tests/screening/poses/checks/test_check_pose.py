"""Checks of poses: adenosine where the crystal has it passes, pushed into the wall or bent it does not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem, rdMolTransforms

from screening.poses.checks.check import checks_text, failed
from screening.poses.checks.check_pose import checked_pose
from screening.poses.checks.clashes import clashes
from screening.poses.checks.posebusters_validity import posebusters_validity
from screening.poses.checks.strain import LIMIT_KCAL, strain, strain_energy
from screening.poses.interactions.surroundings import pose_surroundings
from screening.poses.pose import Pose
from screening.targets.files.read import read_target
from screening.targets.files.write import pdb_text
from screening.targets.sites.site_around import site_around_ligand

ADENOSINE = "Nc1ncnc2c1ncn2[C@@H]1O[C@H](CO)[C@@H](O)[C@H]1O"


@pytest.fixture(scope="module")
def complex_(data):
    target = read_target(data / "targets" / "1fmo.cif")
    site = site_around_ligand(target, "ADN")
    atoms = target.atoms
    rows = (atoms.residue_name == "ADN") & (atoms.element != "H")
    mol = Chem.MolFromSmiles(ADENOSINE)
    bare = Chem.RWMol()
    conformer = Chem.Conformer(int(rows.sum()))
    for index, row in enumerate(np.flatnonzero(rows)):
        bare.AddAtom(Chem.Atom(str(atoms.element[row])))
        conformer.SetAtomPosition(index, atoms.coordinates[row].astype(float).tolist())
    gaps = np.linalg.norm(atoms.coordinates[rows][:, None] - atoms.coordinates[rows][None], axis=2)
    for first, second in zip(*np.nonzero(np.triu((gaps < 1.75) & (gaps > 0.5), 1))):
        bare.AddBond(int(first), int(second), Chem.BondType.SINGLE)
    bare.AddConformer(conformer)
    typed = AllChem.AssignBondOrdersFromTemplate(mol, bare.GetMol())
    return pose_surroundings(target, site), Chem.AddHs(typed, addCoords=True)


def as_pose(ligand: Chem.Mol, smiles: str = ADENOSINE) -> Pose:
    return Pose(smiles, Chem.MolToMolBlock(ligand), "crystal structure 1FMO", "adenosine")


def test_the_crystal_pose_passes_every_check(complex_) -> None:
    atoms, ligand = complex_
    pose = checked_pose(as_pose(ligand), atoms)
    assert failed(pose.checks) == ()
    assert checks_text(pose.checks) == "passed"
    by_name = {check.name: check for check in pose.checks}
    assert by_name["buried"].value > 0.75
    assert by_name["strain"].value < LIMIT_KCAL
    bonds = {(str(c.residue), c.site_atom) for c in pose.interactions if c.kind == "hydrogen bond"}
    assert {("E:GLU121", "O"), ("E:VAL123", "N")} <= bonds


def test_a_pose_in_the_wall_clashes_and_says_with_what(complex_) -> None:
    atoms, ligand = complex_
    moved = Chem.Mol(ligand)
    shift = np.eye(4)
    shift[0, 3] = 2.5
    rdMolTransforms.TransformConformer(moved.GetConformer(), shift)
    check = clashes(atoms, moved)
    assert check.passed is False
    assert check.value >= 1
    assert "I:ARG18" in check.text


def test_the_mirror_image_is_another_compound(complex_) -> None:
    atoms, ligand = complex_
    mirror = Chem.Mol(ligand)
    rdMolTransforms.TransformConformer(mirror.GetConformer(), np.diag([-1.0, 1, 1, 1]))
    pose = checked_pose(as_pose(mirror), atoms, with_strain=False)
    assert "stereochemistry was inverted" in checks_text(pose.checks)
    other = dataclasses.replace(as_pose(ligand), smiles="c1ccccc1O")
    assert "another molecule" in checks_text(checked_pose(other, atoms, with_strain=False).checks)


def test_strain_rises_when_an_amide_is_twisted_out_of_its_plane() -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles("CC(=O)NC1CCCCC1"))
    AllChem.EmbedMultipleConfs(mol, 10, randomSeed=7)
    energies = [energy for _, energy in AllChem.MMFFOptimizeMoleculeConfs(mol, mmffVariant="MMFF94s")]
    mol = Chem.Mol(mol, confId=int(np.argmin(energies)))
    relaxed = strain_energy(mol)
    rdMolTransforms.SetDihedralDeg(mol.GetConformer(), 0, 1, 3, 4, 90.0)
    twisted = strain_energy(mol)
    assert relaxed is not None
    assert twisted is not None
    assert relaxed < 2.0
    assert twisted > relaxed + 8.0
    assert strain_energy(mol) == twisted


def test_what_the_force_field_does_not_know_is_said() -> None:
    mol = Chem.AddHs(Chem.MolFromSmiles("OB1OCc2ccccc21"))
    AllChem.EmbedMolecule(mol, randomSeed=7)
    check = strain(mol)
    assert check.passed is None
    assert "not computed" in check.text


@pytest.mark.slow
def test_posebusters_agrees_on_the_crystal_pose_and_on_the_one_in_the_wall(complex_, data) -> None:
    pytest.importorskip("posebusters", reason="the extra poses is not installed")
    atoms, ligand = complex_
    target = read_target(data / "targets" / "1fmo.cif")
    text = pdb_text(target, atoms)
    assert posebusters_validity(ligand, text).passed is True
    shift = np.eye(4)
    shift[0, 3] = 2.5
    rdMolTransforms.TransformConformer(ligand.GetConformer(), shift)
    assert "minimum distance" in posebusters_validity(ligand, text).text
