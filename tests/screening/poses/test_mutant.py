"""Side chains of variants built onto protein kinase A: sound geometry, nothing else moved, wrong variants refused."""

from __future__ import annotations

import numpy as np
import pytest

from screening.errors import StructureError
from screening.poses.mutant import mutant
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand


@pytest.fixture(scope="module")
def kinase(data):
    return read_target(data / "targets" / "1fmo.cif")


def side_chain(target, number: int, name: str) -> dict[str, np.ndarray]:
    atoms = target.atoms
    rows = np.flatnonzero((atoms.chain == "E") & (atoms.number == number) & (atoms.residue_name == name))
    return {str(atoms.name[i]): atoms.coordinates[i].astype(float) for i in rows}


def test_the_gatekeeper_becomes_a_threonine_and_nothing_else_moves(kinase) -> None:
    built = mutant(kinase, "M120T")
    found = side_chain(built.target, 120, "THR")
    assert set(found) == {"N", "CA", "C", "O", "CB", "OG1", "CG2"}
    assert np.linalg.norm(found["CB"] - found["OG1"]) == pytest.approx(1.43, abs=0.1)
    assert np.linalg.norm(found["CB"] - found["CG2"]) == pytest.approx(1.53, abs=0.1)
    before, after = kinase.atoms, built.target.atoms
    assert len(after) == len(before) - 1
    rest = before.coordinates[~((before.chain == "E") & (before.number == 120))]
    assert np.array_equal(rest, after.coordinates[~((after.chain == "E") & (after.number == 120))])
    assert built.target.key != kinase.key
    assert str(built.residue) == "E:THR120"
    assert built.nearest_A["E:ADN351"] > 3.0
    chain = next(chain for chain in built.target.chains if chain.id == "E")
    assert chain.sequence[chain.residues.index(built.residue)] == "T"
    site = site_around_ligand(built.target, "ADN")
    assert "E:THR120" in {str(residue) for residue in site.residues}


def test_the_observed_side_chain_is_found_again(kinase) -> None:
    """Built onto the bare backbone, a buried side chain lands where the crystal has it."""
    gone = mutant(kinase, "V123A").target
    again = mutant(gone, "A123V").target
    observed, built = side_chain(kinase, 123, "VAL"), side_chain(again, 123, "VAL")
    pairs = [("CG1", "CG1"), ("CG2", "CG2")]
    gaps = [np.linalg.norm(observed[a] - built[b]) for a, b in pairs]
    assert max(gaps) < 0.8


def test_a_variant_has_the_same_atoms_each_time(kinase) -> None:
    first, second = (mutant(kinase, "V123F").target.atoms for _ in range(2))
    assert np.array_equal(first.coordinates, second.coordinates)


@pytest.mark.parametrize("variant", ["T120M", "M9999T", "M120fs"])
def test_what_cannot_be_built_is_one_sentence(kinase, variant: str) -> None:
    with pytest.raises(StructureError, match="cannot be built"):
        mutant(kinase, variant)
