"""A relaxed pose stays where it was docked, loses its overlaps, and is never another compound."""

from __future__ import annotations

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem
from rdkit.Geometry import Point3D

from screening.poses.relaxation import relaxed
from screening.poses.rmsd import symmetric_rmsd
from screening.targets.target import Atoms


def _site(places: list[np.ndarray], element: str = "C") -> Atoms:
    count = len(places)
    text = np.array(["X"] * count)
    return Atoms(
        coordinates=np.array(places, np.float32), name=text, element=np.array([element] * count), residue_name=text,
        chain=text, number=np.arange(count, dtype=np.int32), insertion_code=np.array([""] * count),
        altloc=np.array([""] * count), hetero=np.zeros(count, bool), occupancy=np.ones(count, np.float32),
        b_factor=np.zeros(count, np.float32), residue_index=np.arange(count, dtype=np.int32), label_chain=text,
        label_number=np.arange(count, dtype=np.int32),
    )  # fmt: skip


def _ligand(smiles: str) -> Chem.Mol:
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(mol, randomSeed=7)
    AllChem.MMFFOptimizeMolecule(mol)
    return mol


def test_an_overlap_opens_and_the_pose_stays() -> None:
    pose = _ligand("C[C@H](N)c1ccccc1")
    edge = np.array(pose.GetConformer().GetAtomPosition(6))
    away = edge - pose.GetConformer().GetPositions()[:9].mean(axis=0)
    wall = edge + 2.45 * away / np.linalg.norm(away)  # the limit of PoseBusters is 2.55 Å for two carbons
    after = relaxed(pose, _site([wall]))
    gap = np.linalg.norm(np.array(after.GetConformer().GetAtomPosition(6)) - wall)
    assert 2.55 < gap < 2.8
    assert symmetric_rmsd(after, pose) < 0.4
    assert Chem.MolToSmiles(after) == Chem.MolToSmiles(pose)
    metal = relaxed(pose, _site([wall], "ZN"))
    assert np.linalg.norm(np.array(metal.GetConformer().GetAtomPosition(6)) - wall) < 2.55, "a metal may be so near"


def test_a_stretched_bond_and_a_bent_hydrogen_settle() -> None:
    pose = _ligand("CCO")
    conformer = pose.GetConformer()
    for index, shift in ((2, 0.3), (8, 0.5)):
        x, y, z = conformer.GetAtomPosition(index)
        conformer.SetAtomPosition(index, Point3D(x + shift, y, z))
    after = relaxed(pose, _site([np.full(3, 50.0)]))
    lengths = [AllChem.GetBondLength(after.GetConformer(), *pair) for pair in ((1, 2), (2, 8))]
    assert abs(lengths[0] - 1.41) < 0.05
    assert abs(lengths[1] - 0.97) < 0.05


def test_what_the_force_field_does_not_know_is_left_as_it_is() -> None:
    pose = Chem.AddHs(Chem.MolFromSmiles("OB(O)c1ccccc1"))
    AllChem.EmbedMolecule(pose, randomSeed=1)
    assert relaxed(pose, _site([np.zeros(3)])) is pose
