"""Every structure file that cannot be used is refused with one sentence that names the file."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from screening.errors import FileError, ScreeningError, StructureError
from screening.targets.files.read import read_target
from screening.targets.files.write import cif_text, pdb_text
from screening.targets.target import Target
from tests.screening.targets.conftest import pdb_atom, peptide

Write = Callable[..., Path]


def refused(path: Path, kind: type[ScreeningError], *words: str) -> str:
    with pytest.raises(kind) as caught:
        read_target(path)
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    for word in words:
        assert word in sentence
    return sentence


def test_missing_empty_and_directory(tmp_path: Path, write: Write) -> None:
    refused(tmp_path / "absent.pdb", FileError, "no such file")
    refused(write("", "empty.pdb"), FileError, "is empty")
    refused(write(" \n\n", "blank.pdb"), FileError, "holds nothing")
    refused(tmp_path, FileError, "is a directory")


def test_gzip_cut_or_damaged(pka: Target, write: Write) -> None:
    whole = gzip.compress(cif_text(pka).encode())
    refused(write(whole[: len(whole) // 2], "cut.cif.gz"), FileError, "truncated gzip")
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    refused(write(bytes(damaged), "bad.cif.gz"), FileError, "damaged gzip")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x01\x02\x03" * 100, "binary data"),
        (bytes(range(1, 30)) * 50, "binary data"),
        (b"PK\x03\x04 and so on", "ZIP archive"),
        (b"%PDF-1.7", "PDF document"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b'{"error": "not found"}', "JSON"),
        (b"smiles,name\nCCO,ethanol\n", "no known structure format"),
        (b"\n  RDKit\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n$$$$\n", "small molecules"),
        (b"\x87\xabmmtfVersion\xa51.0.0", "MMTF"),
    ],
)
def test_other_formats_are_named(content: bytes, words: str, write: Write) -> None:
    refused(write(content, "x.pdb"), FileError, words, "expected a PDB, mmCIF, BinaryCIF or FASTA file")


def test_no_atoms_and_only_water(write: Write) -> None:
    header = "HEADER    TRANSFERASE                             24-JUL-97   1FMO              \nEND\n"
    refused(write(header), StructureError, "holds no atoms (only the header of 1FMO)")
    waters = [pdb_atom("O", "HOH", number=i, x=3.0 * i, element="O", record="HETATM") for i in range(1, 4)]
    refused(write(waters), StructureError, "holds only water (3 molecules)")


def test_broken_coordinates_name_the_line(write: Write) -> None:
    lines = ["HEADER    X", *peptide(["ALA", "GLY"])]
    bad = [*lines[:3], lines[3][:30] + "   abc  " + lines[3][38:], *lines[4:]]
    refused(write(bad), StructureError, "line 4", "coordinate")
    for missing in (60, 30, 5):
        # Cut inside the coordinates, inside the B-factor, inside the element.
        cut = "\n".join(lines)[:-missing]
        refused(write(cut), StructureError, f"line {len(lines)}", "coordinate")
    number = [*lines[:3], lines[3][:22] + "  xx" + lines[3][26:], *lines[4:]]
    refused(write(number), StructureError, "line 4", "residue number 'xx'")


def test_mmcif_cut_in_the_middle_of_the_atoms(pka: Target, write: Write) -> None:
    text = cif_text(pka)
    middle = text.index("\nATOM 500 ") + 30
    refused(write(text[:middle], "cut.cif"), StructureError, "atom table is cut off")
    refused(write(text.replace(" -6.693 ", " x.693 ", 1), "x.cif"), StructureError, "'x.693' is no number", "atom 1")


def test_cif_without_a_structure(write: Write) -> None:
    refused(write("data_x\n_cell.length_a 10\n", "x.cif"), FileError, "without an atom table")


def test_a_pdb_file_cut_between_two_records_is_told(write: Write) -> None:
    header = "HEADER    TRANSFERASE                             24-JUL-97   1FMO              "
    cut = read_target(write([header, *peptide(["ALA", "GLY", "SER"])]))
    assert any("may be cut off" in note for note in cut.notes)
    whole = read_target(write([header, *peptide(["ALA", "GLY", "SER"]), "END"]))
    assert whole.notes == ()
    without_newline = "\n".join(peptide(["ALA", "GLY", "SER"]))
    assert read_target(write(without_newline)).chains[0].sequence == "AGS"


def test_fasta_with_other_letters_or_no_sequence(write: Write) -> None:
    refused(write(">a\nMKV\n>b\n>c\nMK\n", "x.fasta"), FileError, "record 2 (b)", "no sequence")
    refused(write(">a\n", "x.fasta"), FileError, "record 1 (a)", "no sequence")
    refused(write(">a\nMKV*LL1\n", "x.fasta"), FileError, "record 1 (a)", "holds '1'")
    refused(write("MKVLITGAGSGIGRAIALRL\nAKEGAK\n", "x.fasta"), FileError, "bare sequence without the header line")


def test_180_chains_are_read_from_mmcif_and_refused_as_pdb(write: Write) -> None:
    rows, names = [], []
    for i in range(180):
        name = f"{chr(65 + i // 26)}{chr(65 + i % 26)}"
        names.append(name)
        for j, (atom, element, dx) in enumerate((("N", "N", 0.0), ("CA", "C", 1.2), ("C", "C", 2.5))):
            rows.append(f"ATOM {3 * i + j + 1} {element} {atom} . ALA {name} 1 1 ? {dx} {10.0 * i} 0 1 20 1 {name} 1")
    items = ("group_PDB", "id", "type_symbol", "label_atom_id", "label_alt_id", "label_comp_id", "label_asym_id",
             "label_entity_id", "label_seq_id", "pdbx_PDB_ins_code", "Cartn_x", "Cartn_y", "Cartn_z", "occupancy",
             "B_iso_or_equiv", "auth_seq_id", "auth_asym_id", "pdbx_PDB_model_num")  # fmt: skip
    text = "data_capsid\nloop_\n" + "".join(f"_atom_site.{item}\n" for item in items) + "\n".join(rows) + "\n#\n"
    target = read_target(write(text, "capsid.cif"))
    assert [chain.id for chain in target.chains] == names
    with pytest.raises(StructureError, match="has 180 chains, PDB files can hold 62; expected mmCIF output"):
        pdb_text(target)
    assert len(read_target(write(cif_text(target), "again.cif")).chains) == 180
