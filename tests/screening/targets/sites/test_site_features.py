"""What a site is made of: counted by hand, by RDKit and by SciPy, and report on the command line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import entropy

from screening.errors import SiteError, UsageError
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand, site_from_residues
from screening.targets.sites.site_features import conservation, site_features
from screening.targets.target import ResidueId
from tests.conftest import Run


def test_a_site_of_four_residues_counted_by_hand(data: Path) -> None:
    target = read_target(data / "targets" / "1fmo.cif")
    found = site_features(target, site_from_residues(target, ["E:LYS72", "E:GLU91", "E:ASP184", "E:PHE185"]))
    assert (found.residues, found.metals) == (4, 0)
    assert found.composition == {"D": 1, "E": 1, "F": 1, "K": 1}
    assert found.charge == 1 - 2
    # Each backbone has a donor N and an acceptor O; NZ of Lys is the fifth donor, the carboxylates have four oxygens.
    assert (found.donors, found.acceptors, found.aromatic_atoms) == (5, 8, 6)
    # 9, 9, 8 and 11 heavy atoms, of which 3, 4, 4 and 2 are N or O.
    assert found.polarity == pytest.approx(13 / 37, abs=1e-4)
    # Kyte and Doolittle 1982: Lys -3.9, Glu -3.5, Asp -3.5, Phe 2.8
    assert found.hydropathy == pytest.approx((-3.9 - 3.5 - 3.5 + 2.8) / 4, abs=1e-3)
    assert found.conservation is None


def test_the_volume_is_that_of_the_place_and_not_of_the_residues(data: Path) -> None:
    target = read_target(data / "targets" / "1fmo.cif")
    adenosine = site_features(target, site_around_ligand(target, "ADN"))
    assert 100 < adenosine.volume_A3 < 600  # adenosine itself fills some 220 Å³
    assert adenosine.enclosure > 0.8
    helix = site_features(target, site_from_residues(target, ["E:LYS72"]))
    assert helix.residues == 1


def test_conservation_is_one_minus_entropy(data: Path) -> None:
    target = read_target(data / "targets" / "1fmo.cif")
    (chain,) = [chain for chain in target.chains if chain.id == "E"]
    at = chain.residues.index(ResidueId("E", 72, "", "LYS"))
    changed = [chain.sequence[:at] + letter + chain.sequence[at + 1 :] for letter in "KKRM"]
    found = conservation(target, chain.residues, changed)
    counts = Counter("K" + "KKRM")
    expected = 1 - entropy(np.array(list(counts.values()))) / np.log(20)
    assert found[chain.residues[at]] == pytest.approx(expected, abs=1e-4)
    assert {value for residue, value in found.items() if residue != chain.residues[at]} == {1.0}
    with pytest.raises(UsageError, match="no sequences to compare with"):
        conservation(target, chain.residues, [])


def test_a_site_without_protein_is_refused(data: Path) -> None:
    target = read_target(data / "targets" / "1fmo.cif")
    with pytest.raises(SiteError, match="holds no protein residue"):
        site_features(target, site_from_residues(target, ["E:ADN351"]))


def test_the_command_shows_them(tmp_path: Path, data: Path, workbench: Run) -> None:
    path = data / "targets" / "1fmo.cif"
    target = read_target(path)
    family = tmp_path / "family.fasta"
    (chain,) = [chain for chain in target.chains if chain.id == "E"]
    family.write_text(f">same\n{chain.sequence}\n>other\n{chain.sequence.replace('K', 'R')}\n")
    shown = workbench("target", "show", path, "--site-ligand", "ADN", "--homologs", family)
    assert shown.returncode == 0, shown.stderr
    found = site_features(target, site_around_ligand(target, "ADN"), [chain.sequence, chain.sequence.replace("K", "R")])
    assert f"{found.donors} donors, {found.acceptors} acceptors" in shown.stdout
    assert f"conservation {found.conservation:.2f}" in shown.stdout
    report = json.loads(workbench("target", "show", path, "--site-residues", "E:LYS72", "--json").stdout)
    assert report["site"]["features"]["composition"] == {"K": 1}
    alone = workbench("target", "show", path, "--homologs", family)
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "--homologs without a site" in alone.stderr
