"""How far a core lies from a template's, and starting poses on it."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem
from rdkit.Geometry import Point3D

from screening.poses.templates import core_distances, template_starts


def embedded(smiles: str, shift: float = 0.0) -> Chem.Mol:
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(mol, randomSeed=3)
    for index, place in enumerate(mol.GetConformer().GetPositions()):
        mol.GetConformer().SetAtomPosition(index, Point3D(place[0] + shift, place[1], place[2]))
    return mol


def test_a_core_moved_by_three_is_three_away_whichever_way_it_matches() -> None:
    template = embedded("c1ccc2ccccc2c1")
    poses = [embedded("c1ccc2ccccc2c1", shift) for shift in (0.0, 3.0)]
    assert core_distances(poses, template) == pytest.approx([0.0, 3.0], abs=1e-3)
    turned = Chem.RenumberAtoms(poses[0], [9, *range(9), *range(10, poses[0].GetNumAtoms())])
    assert core_distances([turned], template) == pytest.approx([0.0], abs=1e-3), "the numbers of the atoms do not count"


def test_no_common_core_says_nothing() -> None:
    assert core_distances([embedded("CCCCCCCCCC")], embedded("c1ccc2ccccc2c1")) is None


def test_an_analogue_starts_on_the_core() -> None:
    template = embedded("c1ccc2ccccc2c1", 5.0)
    starts = template_starts(embedded("Cc1ccc2cc(CCN)ccc2c1"), template)
    assert starts
    distances = core_distances(starts, template)
    assert distances is not None
    assert np.median(distances) < 0.5


def test_each_state_is_compared_by_its_own_core() -> None:
    """Two tautomers, written with other double bonds, both lie on the template; one is moved."""
    template = embedded("Oc1ccc2ccccc2n1")
    pyridone, hydroxy = embedded("O=c1ccc2ccccc2[nH]1"), embedded("Oc1ccc2ccccc2n1", 3.0)
    distances = core_distances([pyridone, hydroxy], template)
    assert distances is not None
    assert np.isfinite(distances).all()
    assert distances[1] == pytest.approx(3.0, abs=1e-3)


def test_the_nearest_of_two_cores_of_a_ligand_counts() -> None:
    twice = embedded("c1ccc2ccccc2c1.c1ccc2ccccc2c1".replace(".", "CCCC"))
    core = twice.GetSubstructMatches(Chem.MolFromSmarts("c1ccc2ccccc2c1"))
    assert len(core) == 2
    for match in core:
        alone = Chem.RWMol(Chem.RemoveHs(twice))
        for atom in sorted(set(range(alone.GetNumAtoms())) - set(match), reverse=True):
            alone.RemoveAtom(atom)
        Chem.SanitizeMol(alone)
        assert core_distances([twice], alone.GetMol()) == pytest.approx([0.0], abs=1e-3)
