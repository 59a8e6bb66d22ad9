"""Areas against Biopython's own Shrake-Rupley, an independent program."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from Bio.PDB import MMCIFParser
from Bio.PDB.SASA import ShrakeRupley

from screening.targets.surface_area import atom_areas, residue_exposure
from screening.targets.target import Target


def test_area_of_one_atom_is_that_of_its_sphere() -> None:
    (area,) = atom_areas(np.zeros((1, 3)), np.array(["C"]))
    assert area == pytest.approx(4 * np.pi * (1.70 + 1.4) ** 2)


def test_areas_agree_with_biopython(pka: Target, data: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = MMCIFParser(QUIET=True).get_structure("x", str(data / "targets" / "1fmo.cif"))
    chain = tree[0]["I"]
    for other in list(tree[0]):
        if other.id != "I":
            tree[0].detach_child(other.id)
    ShrakeRupley(n_points=400).compute(tree, level="A")
    theirs = {(atom.full_id[3][1], atom.name): atom.sasa for atom in chain.get_atoms()}
    part = pka.atoms.select(pka.atoms.chain == "I")
    ours = atom_areas(part.coordinates, part.element)
    pairs = [(area, theirs[(int(part.number[i]), str(part.name[i]))]) for i, area in enumerate(ours)]
    mine, other_ = np.array(pairs).T
    # Biopython takes 1.52 Å for N's 1.55 and the like, and other points on the sphere.
    assert np.corrcoef(mine, other_)[0, 1] > 0.99
    assert mine.sum() == pytest.approx(other_.sum(), rel=0.03)


def test_exposure_lies_between_buried_and_free(pka: Target) -> None:
    exposure = residue_exposure(pka.atoms.select(pka.atoms.chain == "E"))
    values = np.array(list(exposure.values()))
    assert values.min() >= 0.0
    assert values.max() <= 1.0
    # Most of a globular protein is buried or half buried.
    assert 0.05 < np.median(values) < 0.45
