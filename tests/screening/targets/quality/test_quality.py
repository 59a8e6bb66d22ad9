"""Quality reports: each finding is provoked by a structure made for it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from screening.targets.files.read import read_target
from screening.targets.quality.crystal import cell_vectors, residues_in_crystal_contacts
from screening.targets.quality.incomplete_residues import incomplete_residues
from screening.targets.quality.quality_report import QualityReport, assess, clash_pairs
from screening.targets.sites.site_around import site_around_ligand
from screening.targets.symmetry import Crystal, Operator
from screening.targets.target import Atoms, Target

IDENTITY = Operator("1", ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), (0.0, 0.0, 0.0))


def grade(report: QualityReport, what: str) -> str:
    return next(finding.grade for finding in report.findings if finding.what == what)


def with_atoms(target: Target, **columns: np.ndarray) -> Target:
    return dataclasses.replace(target, atoms=dataclasses.replace(target.atoms, **columns))


def without(target: Target, mask: np.ndarray) -> Atoms:
    return target.atoms.select(~mask)


def test_the_shipped_target_is_fit_for_docking(pka: Target) -> None:
    report = assess(pka, site_around_ligand(pka))
    assert report.verdict == "fit for docking"
    assert grade(report, "resolution") == "good"
    assert grade(report, "R-free") == "unknown"
    assert incomplete_residues(pka)[0][0].name == "THR"


@pytest.mark.parametrize(("resolution", "expected"), [(1.9, "good"), (3.0, "fair"), (4.2, "poor"), (None, "unknown")])
def test_resolution(pka: Target, resolution: float | None, expected: str) -> None:
    report = assess(dataclasses.replace(pka, resolution_A=resolution))
    assert grade(report, "resolution") == expected
    assert (report.verdict == "fit for docking") == (expected in ("good", "fair"))


def test_overfitting_shows_in_r_free(pka: Target) -> None:
    assert grade(assess(dataclasses.replace(pka, r_work=0.19, r_free=0.23)), "R-free") == "good"
    assert grade(assess(dataclasses.replace(pka, r_work=0.15, r_free=0.27)), "R-free") == "fair"
    assert grade(assess(dataclasses.replace(pka, r_free=0.40)), "R-free") == "poor"


def test_a_clash_is_found_and_named(pka: Target) -> None:
    assert clash_pairs(pka) == []
    moved = pka.atoms.coordinates.copy()
    one = (pka.atoms.chain == "E") & (pka.atoms.number == 317) & (pka.atoms.name == "CE")
    other = (pka.atoms.chain == "E") & (pka.atoms.number == 106) & (pka.atoms.name == "CD1")
    moved[one] = moved[other] + np.array([2.4, 0.0, 0.0], np.float32)
    pairs = clash_pairs(with_atoms(pka, coordinates=moved))
    assert any({str(a), str(b)} == {"E:LYS317", "E:LEU106"} for a, b, _ in pairs)


def test_a_gap_at_the_site_forbids_docking(pka: Target, tmp_path: Path) -> None:
    from screening.targets.files.write import cif_text

    gone = (pka.atoms.chain == "E") & (pka.atoms.number >= 121) & (pka.atoms.number <= 123)
    path = tmp_path / "gap.cif"
    path.write_text(cif_text(pka, without(pka, gone)))
    target = read_target(path)
    report = assess(target, site_around_ligand(target))
    assert grade(report, "site gaps") == "poor"
    assert report.verdict == "fit for viewing"
    assert any("E:MET120 to E:ALA124" in reason for reason in report.reasons)


def test_missing_side_chains_at_the_site(pka: Target) -> None:
    gone = (
        (pka.atoms.chain == "E")
        & np.isin(pka.atoms.number, (49, 57, 70))
        & ~np.isin(pka.atoms.name, ("N", "CA", "C", "O"))
    )
    target = dataclasses.replace(pka, atoms=without(pka, gone))
    report = assess(target, site_around_ligand(target))
    assert grade(report, "site atoms") == "poor"


def test_a_loose_site_and_a_poor_prediction(pka: Target) -> None:
    site = site_around_ligand(pka)
    places = {(r.chain, r.number) for r in site.residues}
    here = np.array([(c, n) in places for c, n in zip(pka.atoms.chain.tolist(), pka.atoms.number.tolist())])
    b = np.where(here, 90.0, 30.0).astype(np.float32)
    assert grade(assess(with_atoms(pka, b_factor=b), site), "site order") == "poor"
    model = dataclasses.replace(with_atoms(pka, b_factor=np.where(here, 40.0, 90.0).astype(np.float32)), predicted=True)
    assert grade(assess(model, site), "site order") == "poor"
    assert grade(assess(model), "pLDDT") == "good"


def test_a_sequence_or_dna_is_not_fit(pka: Target, tmp_path: Path) -> None:
    path = tmp_path / "x.fasta"
    path.write_text(">a\nMKVLITGAGSG\n")
    assert assess(read_target(path)).verdict == "not fit"


def test_crystal_contacts_against_brute_force(pka: Target) -> None:
    crystal = Crystal((12.0, 13.0, 40.0), (90.0, 100.0, 90.0), "P 1", (IDENTITY,))
    peptide = dataclasses.replace(pka, atoms=pka.atoms.select(pka.atoms.chain == "I"), chains=pka.chains[1:], groups=())
    target = dataclasses.replace(peptide, crystal=crystal)
    found = residues_in_crystal_contacts(target)
    ours = target.atoms.coordinates.astype(float)
    edges = cell_vectors(crystal)
    expected = set()
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            for k in (-1, 0, 1):
                if (i, j, k) == (0, 0, 0):
                    continue
                copy = ours + edges @ np.array([i, j, k])
                near = (np.linalg.norm(ours[:, None] - copy[None], axis=2) <= 4.5).any(axis=1)
                expected |= {target.atoms.residue_id(int(n)) for n in np.flatnonzero(near)}
    assert found == expected
    assert found
    assert np.linalg.norm(edges[:, 2]) == pytest.approx(40.0)
