"""The part of a box that is searched for a ligand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from rdkit import Chem

from screening.poses.ligand_states.conformers import starting_structures
from screening.poses.receptor.box import box_around, box_for_ligand
from screening.poses.receptor.receptor import DockingBox


def _start(smiles: str) -> Chem.Mol:
    return starting_structures(smiles)[0]


def _places(molecule: Chem.Mol) -> np.ndarray:
    heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    return np.asarray(molecule.GetConformer().GetPositions()[heavy])


def test_a_ligand_of_the_size_of_the_bound_one_is_searched_near_it() -> None:
    phenol = _start("c1ccccc1O")
    box = box_around(_places(phenol))
    assert box.size_A == (20.0, 20.0, 20.0)
    searched = box_for_ligand(box, [phenol])
    assert searched.centre_A == box.centre_A
    assert searched.size_A == tuple(round(max(side + 8, 12.0), 3) for side in np.ptp(_places(phenol), axis=0).tolist())


def test_a_longer_ligand_has_room_and_never_more_than_the_box_of_the_site() -> None:
    box = box_around(_places(_start("c1ccccc1O")))
    sizes = [box_for_ligand(box, [_start("C" * length)]).size_A for length in (6, 10, 14, 30)]
    assert all((np.array(a) <= np.array(b)).all() for a, b in itertools.pairwise(sizes))
    assert sizes[1] != sizes[0]
    assert sizes[-1] == box.size_A


@pytest.mark.parametrize("box", [DockingBox((0, 0, 0), (18, 20, 22))])
def test_a_box_that_was_given_is_searched_whole(box: DockingBox) -> None:
    assert box_for_ligand(box, [_start("c1ccccc1O")]) is box
