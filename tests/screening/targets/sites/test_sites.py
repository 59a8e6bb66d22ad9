"""Binding sites, checked by brute force over all pairs of atoms."""

from __future__ import annotations

import numpy as np
import pytest

from screening.errors import SiteError, UsageError
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import find_residue, site_around_ligand, site_from_point, site_from_residues
from screening.targets.target import ResidueId, Target


def residues_within(target: Target, points: np.ndarray, radius: float, skip: set[str]) -> set[str]:
    found = set()
    for i in range(len(target.atoms)):
        name = str(target.atoms.residue_id(i))
        if name not in skip and np.linalg.norm(points - target.atoms.coordinates[i], axis=1).min() <= radius:
            found.add(name)
    return found


def test_site_around_the_bound_ligand(pka: Target) -> None:
    site = site_around_ligand(pka)
    ligand = pka.atoms.coordinates[pka.atoms.residue_name == "ADN"]
    assert {str(residue) for residue in site.residues} == residues_within(pka, ligand, 5.0, {"E:ADN351"})
    assert site.ligand == ResidueId("E", 351, "", "ADN")
    assert site.origin == "around ligand E:ADN351"
    assert site.target_key == pka.key
    np.testing.assert_allclose(site.centre_A, ligand.mean(axis=0), atol=1e-3)
    # Hinge and catalytic lysine/aspartate region of protein kinase A, as in the paper of 1FMO.
    assert {"E:VAL123", "E:GLU121", "E:LEU49", "E:GLU127"} <= {str(residue) for residue in site.residues}


@pytest.mark.parametrize("name", ["ADN", "adn", "E:ADN351", "e:adn351"])
def test_a_ligand_is_found_by_code_or_id(pka: Target, name: str) -> None:
    assert site_around_ligand(pka, name) == site_around_ligand(pka)


def test_a_short_peptide_chain_can_be_the_ligand(pka: Target) -> None:
    site = site_around_ligand(pka, "I")
    assert site.origin == "around ligand chain I"
    assert {residue.chain for residue in site.residues} == {"E"}


def test_a_ligand_that_is_not_there_lists_those_that_are(pka: Target) -> None:
    with pytest.raises(SiteError, match=r"has no ligand AQ4; expected one of E:ADN351, chain I"):
        site_around_ligand(pka, "AQ4")


def test_site_from_residues(pka: Target) -> None:
    site = site_from_residues(pka, ["E:LYS72", "E:184"])
    assert [str(residue) for residue in site.residues] == ["E:LYS72", "E:ASP184"]
    assert site_from_residues(pka, [ResidueId("E", 184), "E:LYS72"]) == site


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("E:ASP72", "residue 72 of chain E is LYS"),
        ("E:5", "was not observed in this structure"),
        ("E:900", "is not in the structure"),
        ("Z:1", "has no chain Z; expected one of E, I"),
    ],
)
def test_residues_that_are_not_there_are_explained(pka: Target, text: str, words: str) -> None:
    with pytest.raises(SiteError, match=words):
        find_residue(pka, text)


def test_site_from_a_point(pka: Target) -> None:
    point = site_around_ligand(pka).centre_A
    site = site_from_point(pka, point, 6.0)
    assert {str(residue) for residue in site.residues} == residues_within(pka, np.array([point]), 6.0, set())
    with pytest.raises(SiteError, match=r"nearest atom is \d+"):
        site_from_point(pka, (500.0, 0.0, 0.0), 5.0)
    for radius in (0.0, -1.0, float("nan")):
        with pytest.raises(UsageError, match="is no radius"):
            site_from_point(pka, point, radius)
    with pytest.raises(UsageError, match="is no point"):
        site_from_point(pka, (float("inf"), 0.0, 0.0), 5.0)


def test_a_sequence_has_no_site(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "x.fasta"
    path.write_text(">a\nMKVLITGAGSGIG\n")
    with pytest.raises(SiteError, match="sequence without coordinates"):
        site_around_ligand(read_target(path))
