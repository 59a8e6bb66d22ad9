"""Structures as other programs write them: one small file for each kind that was read as something else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from screening.targets.files.read import read_target
from screening.targets.files.residue_numbers import LARGEST, ResidueNumbers, number_field
from screening.targets.files.write import pdb_text
from screening.targets.target import Target
from tests.screening.targets.conftest import pdb_atom, peptide, residue

Write = Callable[..., Path]
CODES = ["ALA", "GLY", "SER", "HIS", "LYS"]


def elements(target: Target, code: str) -> dict[str, str]:
    mine = target.atoms.residue_name == code
    return dict(zip(target.atoms.name[mine].tolist(), target.atoms.element[mine].tolist()))


def with_segment(line: str, segment: str, chain: str = " ") -> str:
    return f"{line[:21]}{chain}{line[22:72]:<50}{segment:<4}{line[76:78]}"


@pytest.mark.parametrize("chain", [" ", "P"])
def test_segments_are_chains(chain: str, write: Write) -> None:
    first = [with_segment(line, "PROA", chain) for line in peptide(CODES)]
    second = [with_segment(line, "PROB", chain) for line in peptide(CODES, y=40.0)]
    target = read_target(write([*first, "TER", *second, "TER", "END"]))
    assert [chain.sequence for chain in target.chains] == ["AGSHK", "AGSHK"]
    assert [c.id for c in target.chains] == (["PROA", "PROB"] if chain == " " else ["P", "PROB"])
    assert any("told apart" in note for note in target.notes)
    assert not any("repeated atoms" in note for note in target.notes)


def test_ter_or_a_numbering_that_starts_again_begins_a_chain(write: Write) -> None:
    bare = [line[:21] + " " + line[22:] for line in peptide(CODES)]
    other = [line[:21] + " " + line[22:] for line in peptide(["GLY", "GLY"], y=40.0, first=6)]
    again = [line[:21] + " " + line[22:] for line in peptide(["SER", "LYS"], y=80.0)]
    target = read_target(write([*bare, "TER", *other, *again, "END"]))
    assert [(c.id, c.sequence) for c in target.chains] == [("A", "AGSHK"), ("B", "GG"), ("C", "SK")]


def test_a_gap_with_ter_and_hydrogens_at_the_end_are_no_new_chain(write: Write) -> None:
    lines = [*peptide(["ALA", "GLY"]), "TER", *residue("SER", 9, 30.4)]
    late = [pdb_atom("H", "GLY", number=2, x=3.8, y=-1.0, element="H")]
    target = read_target(write([*lines, "TER", *late, "END"]))
    assert [(c.id, c.sequence) for c in target.chains] == [("A", "AGS")]


def test_waters_beyond_9999_keep_a_number_each(write: Write) -> None:
    waters = [pdb_atom("O", "HOH", chain="W", number=n, x=3.0 * i, y=20.0, element="O", record="HETATM")
              for i, n in enumerate((9998, 9999, 0, 1, 9998, 9999, 0))]  # fmt: skip
    target = read_target(write([*peptide(CODES), *waters]))
    assert target.waters == 7
    assert any("10000" in note for note in target.notes)
    again = read_target(write(pdb_text(target), "again.pdb"))
    assert again.atoms.number.tolist() == target.atoms.number.tolist()


@pytest.mark.parametrize(("fields", "numbers"), [
    (["9999", "A000", "A001"], [9999, 10000, 10001]),
    (["9999", "2710", "2711"], [9999, 2710, 2711]),
    (["270f", "2710", "2711"], [9999, 10000, 10001]),
])  # fmt: skip
def test_hybrid36_and_hexadecimal_numbers(fields: list[str], numbers: list[int], write: Write) -> None:
    waters = [pdb_atom("O", "HOH", chain="W", number=1, x=3.0 * i, y=20.0, element="O", record="HETATM")
              for i in range(3)]  # fmt: skip
    lines = [line[:22] + field + line[26:] for line, field in zip(waters, fields)]
    target = read_target(write([*peptide(CODES), *lines]))
    assert target.atoms.number[-3:].tolist() == numbers
    assert target.waters == 3


def test_every_number_that_fits_four_columns_reads_back() -> None:
    for number in (-999, 0, 9999, 10_000, 12_345, 1_223_055, 1_223_056, 1_300_000, LARGEST):
        assert len(number_field(number)) == 4
        assert ResidueNumbers().read(number_field(number)) == number


def test_elements_by_chemistry_in_a_file_with_names_at_the_left(write: Write) -> None:
    lines = []
    for line in [*peptide(CODES), pdb_atom("CD1", "LEU", number=9, x=30.0)]:
        lines.append(f"{line[:12]}{line[12:16].strip():<4}{line[16:66]}")
    target = read_target(write(lines))
    assert set(target.atoms.element.tolist()) == {"C", "N", "O"}


def test_an_atom_bonded_to_carbon_is_no_metal(write: Write) -> None:
    places = {"C1": (0.0, 0.0), "CA": (1.5, 0.0), "NA": (2.3, 1.2), "CL1": (-1.74, 0.0), "BR2": (3.0, -1.2),
              "CD": (3.7, 1.3), "HG1": (1.5, -1.09)}  # fmt: skip
    lines = [pdb_atom(name, "LIG", number=301, x=x, y=y + 20, record="HETATM")[:66] for name, (x, y) in places.items()]
    metals = [("ZN", "ZN"), ("CA", "CAL"), ("NA", "SOD"), ("CL", "CLA")]
    lines += [f"{pdb_atom(name, code, number=400 + i, x=9.0 * i, y=40.0, record='HETATM')[:12]}{name:<4}"
              f"{pdb_atom(name, code, number=400 + i, x=9.0 * i, y=40.0, record='HETATM')[16:66]}"
              for i, (name, code) in enumerate(metals)]  # fmt: skip
    target = read_target(write([*peptide(CODES), *lines]))
    assert elements(target, "LIG") == {"C1": "C", "CA": "C", "NA": "N", "CL1": "CL", "BR2": "BR", "CD": "C", "HG1": "H"}
    kinds = {group.residue.name: (group.kind, elements(target, group.residue.name)) for group in target.groups}
    assert kinds["ZN"] == ("metal", {"ZN": "ZN"})
    assert kinds["CAL"] == ("metal", {"CA": "CA"})
    assert kinds["SOD"] == ("metal", {"NA": "NA"})
    assert kinds["CLA"] == ("ion", {"CL": "CL"})


def test_autodock_types_are_elements(write: Write) -> None:
    def typed(line: str, kind: str) -> str:
        return f"{line[:66]}    {0.123:6.3f} {kind:<2}"

    kinds = {"N": "N", "CA": "C", "C": "C", "O": "OA"}
    lines = [typed(line, kinds[line[12:16].strip()]) for line in peptide(CODES)]
    lines += [
        typed(pdb_atom(name, code, number=100 + i, x=9.0 * i, y=20.0, record="HETATM"), kind)
        for i, (name, code, kind) in enumerate((("ZN", "ZN", "Zn"), ("MG", "MG", "Mg"), ("FE", "FE", "Fe")))
    ]
    ligand = (("C1", "A"), ("C2", "A"), ("N1", "NA"), ("S1", "SA"), ("CL", "Cl"), ("H1", "HD"), ("G1", "G0"))
    lines += [typed(pdb_atom(name, "LIG", number=200, x=1.5 * i, y=30.0, record="HETATM"), kind)
              for i, (name, kind) in enumerate(ligand)]  # fmt: skip
    target = read_target(write(lines, "r.pdbqt"))
    assert target.chains[0].sequence == "AGSHK"
    assert [metal.residue.name for metal in target.metals] == ["ZN", "MG", "FE"]
    assert elements(target, "LIG") == {"C1": "C", "C2": "C", "N1": "N", "S1": "S", "CL": "CL", "H1": "H"}
    assert any("AutoDock atom types" in note for note in target.notes)
    assert any("1 pseudo atoms" in note for note in target.notes)


@pytest.mark.parametrize(("code", "read"), [
    ("HSD", "HID"), ("HSE", "HIE"), ("HSP", "HIP"), ("CVAL", "VAL"), ("NALA", "ALA"), ("LYP", "LYS"), ("GLP", "GLH"),
    ("CYN", "CYM"), ("CHIE", "HIE"), ("ASPP", "ASH"), ("HISH", "HIP"), ("CYS2", "CYX"), ("LSN", "LYN"), ("ARN", "ARG"),
])  # fmt: skip
def test_residue_names_of_force_fields(code: str, read: str, write: Write) -> None:
    middle = [f"{line[:17]}{code:<4}{line[21:]}" for line in residue("ALA", 2, 3.8)]
    target = read_target(write([*residue("ALA", 1, 0.0), *middle, *residue("GLY", 3, 7.6)]))
    assert [r.name for r in target.chains[0].residues] == ["ALA", read, "GLY"]
    assert "X" not in target.chains[0].sequence
    assert target.groups == ()


def test_codes_that_are_other_components_stay_what_they_are(write: Write) -> None:
    cyanide = [pdb_atom("C", "CYN", number=101, x=0.0, y=20.0, record="HETATM"),
               pdb_atom("N", "CYN", number=101, x=1.15, y=20.0, element="N", record="HETATM")]  # fmt: skip
    lipid = [pdb_atom(f"C{i}", "OPC", number=102, x=1.5 * i, y=30.0, record="HETATM") for i in range(8)]
    target = read_target(write([*peptide(CODES), *cyanide, *lipid]))
    assert {group.residue.name: group.kind for group in target.groups} == {"CYN": "ion", "OPC": "ligand"}
    assert target.waters == 0


@pytest.mark.parametrize("code", ["SPC", "SPE", "T3P", "T4P", "TP4", "OPC", "HHO", "TIP3", "SOL", "XYZ"])
def test_water_models(code: str, write: Write) -> None:
    lines = []
    sites = [("O", "O", 0.0, 0.0), ("H1", "H", 0.96, 0.0), ("H2", "H", -0.24, 0.93)]
    if code != "XYZ":
        # The place of the charge in models of four points, without an element.
        sites.append(("MW", "", 0.1, 0.1))
    for i in range(2):
        for name, element, dx, dy in sites:
            line = pdb_atom(name, "HOH", number=50 + i, x=5.0 * i + dx, y=20.0 + dy, element=element or "C")
            line = line if element else line[:66]
            lines.append(f"{line[:17]}{code:<4}{line[21:]}")
    target = read_target(write([*peptide(CODES), *lines]))
    assert target.waters == 2
    assert target.groups == ()


def test_a_ligand_called_unl_is_a_ligand(write: Write) -> None:
    lines = [pdb_atom(f"C{i}", "UNL", number=1, x=1.5 * i, y=20.0, record="HETATM") for i in range(7)]
    target = read_target(write([*peptide(CODES), *lines]))
    assert [str(group.residue) for group in target.ligands] == ["A:UNL1"]


def test_a_nucleoside_called_unk_among_the_atoms_of_the_chain_is_a_ligand(write: Write) -> None:
    names = [("C1'", "C"), ("C2'", "C"), ("O4'", "O"), ("N9", "N"), ("C8", "C"), ("C4", "C"), ("N7", "N")]
    ligand = [pdb_atom(name, "UNK", number=900, x=1.4 * at, y=30.0, element=element)
              for at, (name, element) in enumerate(names)]  # fmt: skip
    target = read_target(write([*peptide(CODES), *ligand]))
    assert (target.chains[0].sequence, [group.kind for group in target.groups]) == ("AGSHK", ["ligand"])
    unknown = peptide([*CODES, "UNK"])
    assert read_target(write(unknown)).chains[0].sequence == "AGSHKX"


def test_a_terminal_residue_of_one_atom_belongs_to_its_chain(write: Write) -> None:
    last = pdb_atom("N", "LYS", number=6, x=19.0, element="N")
    target = read_target(write([*peptide(CODES), last]))
    assert target.chains[0].sequence == "AGSHKK"
    assert target.groups == ()


def test_the_end_of_a_side_chain_alone_belongs_to_its_chain(write: Write) -> None:
    # Of an arginine only the far end of its side chain: further from its neighbour than two whole residues are.
    last = pdb_atom("NH2", "ARG", number=6, x=19.0 + 8.0, element="N")
    target = read_target(write([*peptide(CODES), last]))
    assert (target.chains[0].sequence, target.groups) == ("AGSHKR", ())
    far = pdb_atom("NH2", "ARG", number=6, x=60.0, element="N")
    assert read_target(write([*peptide(CODES), far])).chains[0].sequence == "AGSHK"


def test_mmcif_without_a_data_keyword_or_without_chains(write: Write) -> None:
    columns = "group_PDB id type_symbol label_atom_id label_comp_id {} label_seq_id Cartn_x Cartn_y Cartn_z"
    rows = []
    for at, line in enumerate(peptide(CODES)):
        name, code, number = line[12:16].strip(), line[17:20], line[22:26].strip()
        rows.append(f"ATOM {at + 1} {line[76:78].strip()} {name} {code} {{}} {number} {line[30:54]}")

    def text(item: str, first: str, second: str) -> str:
        head = "\n".join(["# by a program", "loop_", *(f"_atom_site.{one}" for one in columns.format(item).split())])
        half = [row.format(first) for row in rows] + [row.format(second) for row in rows]
        return head + "\n" + "\n".join(half) + "\n"

    chemfiles = read_target(write(text("label_asym_id", "E", "I"), "a.cif"))
    babel = read_target(write("data_X\n" + text("label_entity_id", "5", "9"), "b.cif"))
    for target in (chemfiles, babel):
        assert [(chain.id, chain.sequence) for chain in target.chains] == [("E", "AGSHK"), ("I", "AGSHK")]


LIGAND = [("C1", "C"), ("C2", "C"), ("N1", "N"), ("C3", "C"), ("O1", "O"), ("C4", "C"), ("C5", "C")]


def conformer(code: str, letter: str, number: int, y: float, occupancy: float) -> list[str]:
    return [pdb_atom(name, code, number=number, x=1.4 * i, y=y, element=element, altloc=letter, occupancy=occupancy,
                     record="HETATM") for i, (name, element) in enumerate(LIGAND)]  # fmt: skip


def test_of_two_molecules_at_one_place_one_is_kept_and_the_other_named(write: Write) -> None:
    lines = [*peptide(CODES), *conformer("LIG", "A", 301, 8.0, 0.6), *conformer("EDO", "B", 401, 8.3, 0.4)]
    target = read_target(write(lines))
    assert [group.residue.name for group in target.groups] == ["LIG"]
    assert any("A:EDO401 (conformer B) for A:LIG301 (conformer A)" in note for note in target.notes)
    assert len(read_target(write(lines), altloc="all").groups) == 2


def test_a_residue_beside_a_ligand_takes_its_conformer(write: Write) -> None:
    side = [pdb_atom("OG", "SER", number=3, x=x, y=3.0, element="O", altloc=letter, occupancy=0.5)
            for letter, x in (("A", 8.0), ("B", 9.6))]  # fmt: skip
    lines = [*peptide(CODES), *side, *conformer("LIG", "A", 301, 8.0, 0.3), *conformer("LIG", "B", 301, 9.0, 0.7)]
    target = read_target(write(lines))
    assert set(target.atoms.altloc.tolist()) == {"", "B"}
    assert set(read_target(write(lines), altloc="A").atoms.altloc.tolist()) == {"", "A"}


@pytest.mark.parametrize(("head", "b", "expected"), [
    ("TITLE     ESMFOLD V1 PREDICTION FOR INPUT", 88.5, 88.5),
    ("PARENT N/A", 0.88, 88.0),
    ("REMARK   1 COLABFOLD V1.5", 70.25, 70.25),
    ("TITLE     OMEGAFOLD", 42.0, 42.0),
    ("REMARK   1 ROSETTAFOLD2 MODEL", 0.71, 71.0),
    ("HEADER    BOLTZ-2 PREDICTION", 0.71, 71.0),
    ("TITLE     AF2 MODEL RANKED 1", 81.5, 81.5),
])  # fmt: skip
def test_computed_models_of_every_program(head: str, b: float, expected: float, write: Write) -> None:
    lines = [line[:60] + f"{b:6.2f}" + line[66:] for line in peptide(CODES)]
    target = read_target(write([head, *lines, "END"]))
    assert target.predicted
    assert float(target.atoms.b_factor[0]) == pytest.approx(expected)
    assert read_target(write(pdb_text(target), "again.pdb")).predicted


def test_b_factors_that_look_like_a_confidence_are_noted_and_a_crystal_is_no_model(write: Write) -> None:
    values = [0.91, 0.88, 0.72, 0.65, 0.93]
    lines = [line[:60] + f"{values[int(line[22:26]) - 1]:6.2f}" + line[66:] for line in peptide(CODES)]
    target = read_target(write(lines))
    assert not target.predicted
    assert any("pLDDT, 0 to 1" in note for note in target.notes)
    crystal = ["TITLE     SOLVED WITH AN ALPHAFOLD MODEL", "EXPDTA    X-RAY DIFFRACTION", *lines]
    solved = read_target(write(crystal))
    assert not solved.predicted
    assert not any("pLDDT" in note for note in solved.notes)


def test_cif_keywords_in_capitals(write: Write, data: Path) -> None:
    text = (data / "targets" / "1fmo.cif").read_text("utf-8")
    changed = text.replace("data_1FMO", "DATA_1FMO").replace("loop_\n_atom_site", "LOOP_\n_atom_site")
    assert len(read_target(write(changed, "x.cif")).atoms) == 2967


@pytest.mark.parametrize(
    "title",
    [
        "A " * 60 + "END",
        "3-chloro-N-[(1R,2S)-2-phenylcyclopropyl]-5-(1H-pyrrolo[2,3-b]pyridin-5-yloxymethyl)amide IN COMPLEX WITH IT",
    ],
)
def test_a_long_title_reads_back(title: str, write: Write, pka: Target) -> None:
    assert read_target(write(pdb_text(dataclasses.replace(pka, title=title)))).title == title


def test_a_covalent_bond_is_known_from_link_conect_and_distance(write: Write) -> None:
    lines = [*peptide(["ALA", "CYS", "GLY"]), pdb_atom("SG", "CYS", number=2, x=5.0, y=-3.0, element="S", serial=90)]
    ligand = [pdb_atom("C1", "DRG", number=101, x=5.0, y=-4.81, record="HETATM", serial=91),
              pdb_atom("C2", "DRG", number=101, x=5.0, y=-6.3, record="HETATM", serial=92)]  # fmt: skip
    link = "LINK         SG  CYS A   2                 C1  DRG A 101     1555   1555  1.81"
    numbered = [f"{line[:6]}{i:5d}{line[11:]}" for i, line in enumerate([*lines, *ligand], 1)]
    sulfur, carbon = len(lines), len(lines) + 1
    for head, tail, listed in (([], [], False), ([link], [], True), ([], [f"CONECT{sulfur:5d}{carbon:5d}"], True)):
        target = read_target(write([*head, *numbered, *tail, "END"]))
        (bond,) = target.covalent_bonds
        assert [(str(r), name) for r, name in bond.ends] == [("A:CYS2", "SG"), ("A:DRG101", "C1")]
        assert bond.length_A == pytest.approx(1.81)
        assert bond.listed is listed
        assert [str(r) for r in target.groups[0].linked_to] == ["A:CYS2"]
    again = read_target(write(pdb_text(target), "again.pdb"))
    assert again.covalent_bonds == target.covalent_bonds
    assert np.isfinite(again.atoms.coordinates).all()
