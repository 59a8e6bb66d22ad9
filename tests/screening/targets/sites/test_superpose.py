"""Superposition and site comparison."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from Bio.SVDSuperimposer import SVDSuperimposer

from screening.errors import StructureError
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand
from screening.targets.sites.site_comparison import compare_site
from screening.targets.sites.superpose import kabsch, superpose
from screening.targets.target import Target


def turned(target: Target) -> Target:
    angle = 0.7
    rotation = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    moved = (target.atoms.coordinates @ rotation.T + np.array([5.0, -3.0, 2.0])).astype(np.float32)
    return dataclasses.replace(target, atoms=dataclasses.replace(target.atoms, coordinates=moved))


def test_kabsch_agrees_with_biopython() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(20, 3)), rng.normal(size=(20, 3))
    tool = SVDSuperimposer()
    tool.set(a, b)
    tool.run()
    rotation, translation, rmsd = kabsch(a, b)
    assert rmsd == pytest.approx(tool.get_rms(), abs=1e-9)
    np.testing.assert_allclose(b @ rotation.T + translation, tool.get_transformed(), atol=1e-9)
    assert np.linalg.det(rotation) == pytest.approx(1.0)


def test_a_moved_structure_is_brought_back(pka: Target) -> None:
    found = superpose(pka, turned(pka))
    assert found.rmsd_A < 1e-4
    np.testing.assert_allclose(found.move(turned(pka)).atoms.coordinates, pka.atoms.coordinates, atol=1e-3)
    site = site_around_ligand(pka)
    on_site = superpose(pka, turned(pka), site)
    assert {a for a, _ in on_site.pairs} <= set(site.residues)


def test_too_few_common_residues_are_refused(pka: Target, tmp_path: Path) -> None:
    path = tmp_path / "x.fasta"
    path.write_text(">a\nMKVLITGAGSG\n")
    with pytest.raises(StructureError, match="has no protein chain to superpose"):
        superpose(pka, read_target(path))


def test_kinase_sites_match_residue_by_residue(pka: Target, bench: Path) -> None:
    """EGFR and PKA are 25 % identical: their catalytic lysine, gatekeeper and DFG aspartate must correspond."""
    egfr = read_target(bench / "egfr" / "5UG8.pdb.gz")
    wild = read_target(bench / "egfr" / "5HG8.pdb.gz")
    found = compare_site(egfr, site_around_ligand(egfr), [wild, pka])
    partner = {str(position.residue): position.counterparts for position in found.positions}
    assert str(partner["X:LYS745"][1]) == "E:LYS72"
    assert str(partner["X:MET790"][1]) == "E:MET120"
    assert str(partner["X:MET793"][1]) == "E:VAL123"
    assert str(partner["X:THR854"][1]) == "E:THR183"
    assert all(str(residue) == str(others[0]) for residue, others in partner.items())
    assert found.identity[0] > 0.98 > 0.35 > found.identity[1]
    assert found.superpositions[1].rmsd_A < 2.0
    assert "X:CYS797" in {str(position.residue) for position in found.selective_positions()}
