"""Real entries through the writers of other programs and back: the same chains, ligands, waters, metals and pocket."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from screening.errors import StructureError
from screening.targets.files.read import read_target
from screening.targets.pockets.find import find_pockets
from screening.targets.target import Target
from tests.screening.targets.files.other_programs import NEEDS, WRITERS, charmm, facts

#: Awkward entries of the bench: conformers, insertion codes, glycans, nucleic acids, modified residues, covalent
#: ligands, metals.
ENTRIES = (
    "biopython__1A8O.cif.gz", "biopython__1GBT.cif.gz", "biopython__1LCD.cif.gz", "biopython__2BEG.pdb.gz",
    "biopython__4CUP.cif.gz", "biopython__4ZHL.cif.gz", "biopython__7DDO.pdb.gz", "biopython__ions.pdb",
    "biotite__1aki.cif.gz", "biotite__1bna.cif.gz", "biotite__1igy.cif.gz", "biotite__1k6p.cif.gz",
    "biotite__1l2y.bcif", "biotite__3o5r.cif.gz", "biotite__4gxy.cif.gz", "biotite__5h73.pdb.gz",
    "gemmi__1lzh.pdb.gz", "gemmi__1pfe.cif.gz", "gemmi__4oz7.pdb.gz", "p2rank__1o6u.cif.gz",
)  # fmt: skip


def written(target: Target, writer: str, folder: Path) -> Target:
    package = NEEDS.get(writer)
    if package and importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    return read_target(WRITERS[writer](target, folder))


@pytest.mark.parametrize("writer", sorted(WRITERS))
def test_protein_kinase_a_comes_back(writer: str, pka: Target, tmp_path: Path) -> None:
    again = written(pka, writer, tmp_path)
    assert facts(again) == facts(pka)
    np.testing.assert_allclose(again.atoms.coordinates, pka.atoms.coordinates, atol=2e-3)


@pytest.mark.parametrize("writer", ["biotite_cif", "every_atom_numbered", "autodock"])
def test_the_first_pocket_stays_where_it_was(writer: str, pka: Target, tmp_path: Path) -> None:
    ours, theirs = find_pockets(pka)[0], find_pockets(written(pka, writer, tmp_path))[0]
    np.testing.assert_allclose(theirs.centre_A, ours.centre_A, atol=0.05)
    assert theirs.residues == ours.residues


def test_segments_and_names_of_charmm(pka: Target, tmp_path: Path) -> None:
    again = read_target(charmm(pka, tmp_path))
    assert [(chain.id, chain.sequence) for chain in again.chains] == [
        (f"PR{chain.id}", chain.sequence) for chain in pka.chains
    ]
    assert [group.residue.name for group in again.ligands] == ["ADN"]
    assert any("HSD is HID (" in note for note in again.notes)
    assert {"HID"} == {str(code) for code in np.unique(again.atoms.residue_name) if code.startswith("HI")}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["5UG8", *ENTRIES])
def test_awkward_entries_come_back(name: str, bench: Path, tmp_path: Path) -> None:
    target = read_target(bench / "egfr" / "5UG8.pdb.gz" if name == "5UG8" else bench / "structures" / name)
    expected = facts(target)
    different = []
    for writer in sorted(WRITERS):
        if NEEDS.get(writer) and importlib.util.find_spec(NEEDS[writer]) is None:
            continue
        try:
            again = read_target(WRITERS[writer](target, tmp_path))
        except StructureError:
            # What fixed columns cannot hold is refused by our writer of PDB.
            assert writer in ("own_pdb", "no_elements", "autodock")
            continue
        found = facts(again)
        different += [(writer, fact) for fact in expected if found[fact] != expected[fact]]
    assert different == []
