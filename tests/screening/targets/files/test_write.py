"""What our writers write is read back as the same target, by us and by Biopython."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from Bio.PDB.MMCIF2Dict import MMCIF2Dict

from screening.errors import StructureError
from screening.targets.files.cif_text import quoted
from screening.targets.files.read import read_target
from screening.targets.files.write import cif_text, pdb_text
from screening.targets.target import Target
from tests.screening.targets.conftest import pdb_atom, peptide

Write = Callable[..., Path]


def test_mmcif_round_trip_keeps_every_fact(pka: Target, write: Write) -> None:
    again = read_target(write(cif_text(pka), "again.cif"))
    for name in ("id", "title", "method", "resolution_A", "chains", "groups", "waters", "altlocs"):
        assert getattr(again, name) == getattr(pka, name), name
    for name in pka.atoms.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(again.atoms, name), getattr(pka.atoms, name), err_msg=name)
    assert cif_text(again) == cif_text(pka)


def test_pdb_becomes_mmcif_with_labels_of_its_own(write: Write) -> None:
    lines = ["SEQRES   1 A    4  MET ALA GLY SER", *peptide(["ALA", "GLY"], first=101)]
    lines += [pdb_atom("C1", "DRG", number=201, y=9.0, record="HETATM")]
    lines += [pdb_atom("O", "HOH", number=301, y=15.0, element="O", record="HETATM")]
    target = read_target(write(lines))
    again = read_target(write(cif_text(target), "x.cif"))
    assert again.chains[0].positions == (2, 3)
    assert [str(residue) for residue in again.chains[0].residues] == ["A:ALA101", "A:GLY102"]
    assert again.atoms.label_number[0] == 2
    assert list(dict.fromkeys(again.atoms.label_chain.tolist())) == ["A", "B", "C"]
    assert (again.chains[0].seqres, again.waters) == ("MAGS", 1)


def test_long_chain_ids_are_renamed_in_pdb_and_told(pka: Target, write: Write) -> None:
    text = cif_text(pka).replace(" E N 1\n", " EE N 1\n")
    lines = [line.replace(" E ", " EE ") if line.startswith(("ATOM", "HETATM")) else line for line in text.split("\n")]
    target = read_target(write("\n".join(lines), "x.cif"))
    assert {chain.id for chain in target.chains} == {"EE", "I"}
    written = pdb_text(target)
    assert "REMARK 999 CHAIN A IS EE" in written
    assert {chain.id for chain in read_target(write(written)).chains} == {"A", "I"}


def test_only_some_atoms_can_be_written(pka: Target) -> None:
    ligand = pka.atoms.select(pka.atoms.residue_name == "ADN")
    lines = [line for line in pdb_text(pka, ligand).split("\n") if line.startswith("HETATM")]
    assert len(lines) == 19
    assert lines[0][12:16] == " C5'"
    assert all(len(line) == 78 for line in lines)


def test_what_pdb_cannot_hold_is_refused(write: Write) -> None:
    text = "data_x\nloop_\n" + "".join(
        f"_atom_site.{item}\n"
        for item in ("group_PDB", "type_symbol", "label_atom_id", "label_comp_id", "label_asym_id", "label_seq_id",
                     "Cartn_x", "Cartn_y", "Cartn_z", "auth_seq_id")
    )  # fmt: skip
    base = "ATOM N N ALA A 1 0 0 0 1\nATOM C CA ALA A 1 1 0 0 1\nATOM C C ALA A 1 2 0 0 1\n"
    for row, words in (
        ("HETATM C C1 A1BCD B . 9 9 9 1\n", "component A1BCD"),
        ("HETATM C C1 DRG B . 9 9 9 99999999\n", "residue numbers beyond the columns"),
        ("HETATM C C1 DRG B . 99999 9 9 1\n", "beyond the columns"),
    ):
        target = read_target(write(text + base + row, "x.cif"))
        with pytest.raises(StructureError, match=words):
            pdb_text(target)


@pytest.mark.parametrize(
    "value", ["plain", "two words", "it's", 'a "b" c\'s', "_x", "data_x", "?", ".", "", "#1", "a;b", ";x", "é"]
)
def test_cif_values_survive_biopython(value: str, tmp_path: Path) -> None:
    path = tmp_path / "x.cif"
    path.write_text(f"data_x\n_a.b {quoted(value)}\n_a.c end\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = MMCIF2Dict(str(path))
    assert found["_a.c"] == ["end"]
    assert found["_a.b"] == [value or "?"]
