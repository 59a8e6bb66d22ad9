"""What is read from structure files, checked against Biopython's own tree and against files made by hand."""

from __future__ import annotations

import gzip
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from Bio.PDB import MMCIFParser, PDBParser

from screening.errors import StructureError, UsageError
from screening.targets.assembly import chain_copies
from screening.targets.files.read import read_target, require_protein
from screening.targets.files.write import cif_text, pdb_text
from screening.targets.target import ResidueId, Target
from tests.screening.targets.conftest import pdb_atom, peptide, residue

Write = Callable[..., Path]


def test_the_shipped_target_holds_what_its_paper_says(pka: Target) -> None:
    assert (pka.id, pka.method, pka.resolution_A) == ("1FMO", "X-RAY DIFFRACTION", 2.2)
    kinase, peptide_chain = pka.chains
    assert (kinase.id, kinase.label_id, kinase.kind) == ("E", "A", "protein")
    assert kinase.missing == ((1, 12),)
    assert kinase.seqres.startswith("GNAAAAKKGSEQESVKEFLAKAKEDFLKKWE")
    assert (len(kinase.seqres), len(kinase.sequence)) == (350, 338)
    assert peptide_chain.sequence == "TTYADFIASGRTGRRNAIHD"
    assert [str(group.residue) for group in pka.ligands] == ["E:ADN351"]
    assert {(str(g.residue), g.parent) for g in pka.groups if g.kind == "modified residue"} == {
        ("E:TPO197", "T"),
        ("E:SEP338", "S"),
    }
    assert pka.sequence == kinase.seqres


def assert_same_atoms(target: Target, atoms: list[Any]) -> None:
    """Compare with the atoms of a Biopython tree, which is in the order of chains, not of the file."""
    theirs = {}
    for atom in atoms:
        _, number, icode = atom.parent.id
        key = (atom.parent.parent.id, number, icode.strip(), atom.parent.resname, atom.name)
        theirs[key] = (*atom.coord.tolist(), atom.bfactor, atom.occupancy, atom.element)
    ours = {}
    for i in range(len(target.atoms)):
        residue = target.atoms.residue_id(i)
        key = (residue.chain, residue.number, residue.insertion_code, residue.name, str(target.atoms.name[i]))
        numbers = (*target.atoms.coordinates[i].tolist(), target.atoms.b_factor[i], target.atoms.occupancy[i])
        ours[key] = (*numbers, str(target.atoms.element[i]))
    assert ours.keys() == theirs.keys()
    for key, values in ours.items():
        assert values[:5] == pytest.approx(theirs[key][:5], abs=1e-4), key
        assert values[5] == theirs[key][5]


def test_mmcif_atoms_are_those_of_biopython(data: Path, pka: Target) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = MMCIFParser(QUIET=True).get_structure("x", str(data / "targets" / "1fmo.cif"))
    assert_same_atoms(pka, list(tree.get_atoms()))


def test_pdb_atoms_are_those_of_biopython(pka: Target, write: Write) -> None:
    path = write(pdb_text(pka))
    target = read_target(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        atoms = list(PDBParser(QUIET=True).get_structure("x", str(path)).get_atoms())
    assert_same_atoms(target, atoms)
    assert [chain.sequence for chain in target.chains] == [chain.sequence for chain in pka.chains]


def test_gzip_and_a_wrong_name_are_read_and_the_name_is_told(pka: Target, write: Write) -> None:
    path = write(gzip.compress(cif_text(pka).encode()), "kinase.pdb.gz")
    target = read_target(path)
    assert target.format == "mmCIF"
    assert any("named as PDB but its content is mmCIF" in note for note in target.notes)
    plain = read_target(write(pdb_text(pka), "kinase.cif.gz"))
    assert plain.format == "PDB"
    assert any("not compressed" in note for note in plain.notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings_and_line_ends_change_nothing(encoding: str, write: Write) -> None:
    text = "TITLE     PROTÉINE\r\n" + "\r\n".join(peptide(["ALA", "GLY", "SER"])) + "\r\n"
    target = read_target(write(text.encode(encoding)))
    assert (target.title, target.chains[0].sequence) == ("PROTÉINE", "AGS")


def test_altlocs_are_chosen_by_the_whole_residue(write: Write) -> None:
    lines = peptide(["ALA", "SER"])
    lines += [
        pdb_atom("CB", "SER", number=2, x=5.0, y=1.5, altloc="A", occupancy=0.4),
        pdb_atom("CB", "SER", number=2, x=5.1, y=1.6, altloc="B", occupancy=0.6),
        pdb_atom("OG", "SER", number=2, x=6.0, y=2.5, altloc="A", occupancy=0.7, element="O"),
        pdb_atom("OG", "SER", number=2, x=6.1, y=2.6, altloc="B", occupancy=0.3, element="O"),
    ]
    path = write(lines)
    # Mean occupancy of A is 0.55, of B 0.45: all atoms come from A although B's CB is better.
    chosen = read_target(path)
    assert set(chosen.atoms.altloc.tolist()) == {"", "A"}
    assert chosen.altlocs == (ResidueId("A", 2, "", "SER"),)
    assert any("read: highest occupancy" in note for note in chosen.notes)
    assert set(read_target(path, altloc="B").atoms.altloc.tolist()) == {"", "B"}
    assert len(read_target(path, altloc="all").atoms) == len(chosen.atoms) + 2
    assert chosen.key != read_target(path, altloc="B").key
    with pytest.raises(UsageError, match="alternative locations"):
        read_target(path, altloc="best")


def test_a_mutated_position_is_read_as_one_residue(write: Write) -> None:
    lines = residue("ALA", 1, 0.0)
    lines += residue("SER", 2, 3.8, altloc="A", occupancy=0.3) + residue("THR", 2, 3.8, altloc="B", occupancy=0.7)
    lines += residue("GLY", 3, 7.6)
    target = read_target(write(lines))
    assert target.chains[0].sequence == "ATG"
    assert read_target(write(lines), altloc="A").chains[0].sequence == "ASG"


def test_insertion_codes_make_residues_of_their_own(write: Write) -> None:
    lines = residue("ALA", 52, 0.0) + residue("SER", 52, 3.8, icode="A") + residue("GLY", 53, 7.6)
    chain = read_target(write(lines)).chains[0]
    assert [str(r) for r in chain.residues] == ["A:ALA52", "A:SER52A", "A:GLY53"]
    assert chain.breaks == ()


def test_missing_residues_are_found_by_aligning_seqres(write: Write) -> None:
    # MAGSAGSLK with A2 to A5 unseen: letters repeat, so the break of the chain must decide.
    seqres = ["SEQRES   1 A    9  MET ALA GLY SER ALA GLY SER LEU LYS"]
    lines = residue("MET", 1, 0.0) + residue("GLY", 6, 30.0) + residue("SER", 7, 33.8) + residue("LEU", 8, 37.6)
    chain = read_target(write(seqres + lines)).chains[0]
    assert chain.positions == (1, 6, 7, 8)
    assert all(type(position) is int for position in chain.positions)
    assert chain.missing == ((2, 5), (9, 9))
    assert [(str(a), str(b)) for a, b in chain.breaks] == [("A:MET1", "A:GLY6")]


def test_missing_residues_come_from_remark_465_if_it_adds_up(write: Write) -> None:
    header = ["SEQRES   1 A    5  ALA ALA ALA ALA GLY", "REMARK 465", "REMARK 465     ALA A     1"]
    header += ["REMARK 465     ALA A     2"]
    lines = residue("ALA", 3, 0.0) + residue("ALA", 4, 3.8) + residue("GLY", 5, 7.6)
    target = read_target(write(header + lines))
    assert target.chains[0].missing == ((1, 2),)
    assert target.atoms.label_number[target.atoms.residue_starts].tolist() == [3, 4, 5]


def test_header_facts_of_a_pdb_file(write: Write) -> None:
    header = [
        "HEADER    TRANSFERASE                             24-JUL-97   1FMO              ",
        "TITLE     CRYSTAL STRUCTURE OF A PROTEIN THAT HAS A VERY LONG NAME INDEED AND",
        "TITLE    2 MORE OF IT",
        "EXPDTA    X-RAY DIFFRACTION",
        "REMARK   2 RESOLUTION.    2.20 ANGSTROMS.",
        "REMARK   3   R VALUE            (WORKING SET) : 0.182",
        "REMARK   3   FREE R VALUE                     : 0.241",
        "REMARK 350 BIOMOLECULE: 1",
        "REMARK 350 AUTHOR DETERMINED BIOLOGICAL UNIT: DIMERIC",
        "REMARK 350 APPLY THE FOLLOWING TO CHAINS: A",
        "REMARK 350   BIOMT1   1  1.000000  0.000000  0.000000        0.00000",
        "REMARK 350   BIOMT2   1  0.000000  1.000000  0.000000        0.00000",
        "REMARK 350   BIOMT3   1  0.000000  0.000000  1.000000        0.00000",
        "REMARK 350   BIOMT1   2 -1.000000  0.000000  0.000000       50.00000",
        "REMARK 350   BIOMT2   2  0.000000 -1.000000  0.000000        0.00000",
        "REMARK 350   BIOMT3   2  0.000000  0.000000  1.000000        0.00000",
        "CRYST1   73.580   76.280   80.580  90.00  90.00  90.00 P 21 21 21    4",
    ]
    target = read_target(write(header + peptide(["ALA", "GLY"])))
    assert target.title.endswith("NAME INDEED AND MORE OF IT")
    assert (target.id, target.deposited, target.resolution_A) == ("1FMO", "1997-07-24", 2.2)
    assert (target.r_work, target.r_free) == (0.182, 0.241)
    assert target.crystal is not None
    assert target.crystal.space_group == "P 21 21 21"
    (assembly,) = target.assemblies
    assert chain_copies(assembly, target.chains) == 2
    assert assembly.parts[0][1][1].translation == (50.0, 0.0, 0.0)


def test_several_models_are_told_and_each_can_be_read(write: Write) -> None:
    lines = ["MODEL        1", *peptide(["ALA", "GLY"]), "ENDMDL", "MODEL        2"]
    lines += [*peptide(["ALA", "GLY"], y=5.0), "ENDMDL", "END"]
    path = write(lines)
    first, second = read_target(path), read_target(path, model=2)
    assert first.models == second.models == 2
    assert any("2 models; model 1 was read" in note for note in first.notes)
    assert second.atoms.coordinates[0, 1] == pytest.approx(5.0)
    assert first.key != second.key
    with pytest.raises(StructureError, match=r"no model 3; expected 1 to 2"):
        read_target(path, model=3)


def test_dna_alone_is_read_and_is_no_protein_target(write: Write) -> None:
    lines = []
    for i, code in enumerate(["DG", "DC", "DA", "DT"]):
        lines += [
            pdb_atom("P", code, number=i + 1, x=6.0 * i, element="P"),
            pdb_atom("C1'", code, number=i + 1, x=6.0 * i + 2.0),
            pdb_atom("O3'", code, number=i + 1, x=6.0 * i + 4.5, element="O"),
        ]
    target = read_target(write(lines))
    assert (target.chains[0].kind, target.chains[0].sequence) == ("DNA", "GCAT")
    with pytest.raises(StructureError, match="holds only DNA; expected at least one protein chain"):
        require_protein(target)


def test_groups_are_told_apart(write: Write) -> None:
    lines = peptide(["ALA", "CYS", "ASN", "GLY"])
    lines += [pdb_atom("SG", "CYS", number=2, x=5.0, y=-3.0, element="S")]
    lines += [pdb_atom("ND2", "ASN", number=3, x=8.8, y=-3.0, element="N")]
    hetero = {"record": "HETATM"}
    lines += [pdb_atom("C1", "DRG", number=101, x=5.0, y=-4.8, **hetero),
              pdb_atom("C2", "DRG", number=101, x=5.0, y=-6.2, **hetero)]  # fmt: skip
    lines += [pdb_atom("C1", "NAG", number=102, x=8.8, y=-4.4, **hetero),
              pdb_atom("C2", "NAG", number=102, x=8.8, y=-5.9, **hetero)]  # fmt: skip
    lines += [pdb_atom("ZN", "ZN", number=103, x=0.0, y=9.0, element="ZN", **hetero)]
    lines += [pdb_atom("C1", "GOL", number=104, x=20.0, y=9.0, **hetero),
              pdb_atom("O1", "GOL", number=104, x=20.0, y=10.4, element="O", **hetero)]  # fmt: skip
    lines += [pdb_atom("CL", "CL", number=105, x=30.0, y=9.0, element="CL", **hetero)]
    lines += [pdb_atom("O", "HOH", number=200 + i, x=3.0 * i, y=15.0, element="O", **hetero) for i in range(3)]
    target = read_target(write(lines))
    kinds = {group.residue.name: group.kind for group in target.groups}
    assert kinds == {"DRG": "ligand", "NAG": "glycan", "ZN": "metal", "GOL": "solvent", "CL": "ion"}
    drug = target.ligands[0]
    assert [str(residue) for residue in drug.linked_to] == ["A:CYS2"]
    assert target.waters == 3


def test_a_free_amino_acid_is_a_ligand_and_a_modified_residue_is_not(write: Write) -> None:
    lines = residue("ALA", 1, 0.0) + residue("MSE", 2, 3.8, record="HETATM") + residue("GLY", 3, 7.6)
    lines += residue("GLU", 201, 40.0, record="HETATM")
    target = read_target(write(lines))
    assert target.chains[0].sequence == "AMG"
    assert [(str(group.residue), group.kind) for group in target.groups] == [
        ("A:MSE2", "modified residue"),
        ("A:GLU201", "ligand"),
    ]


def test_repeated_atoms_and_a_missing_chain_id_are_told(write: Write) -> None:
    lines = [line[:21] + " " + line[22:] for line in peptide(["ALA", "GLY"])]
    target = read_target(write([*lines, lines[0]]))
    assert target.chains[0].id == "_"
    assert any("no chain id" in note for note in target.notes)
    assert any("1 repeated atoms" in note for note in target.notes)


def test_fasta_gives_sequences_without_coordinates(write: Write) -> None:
    path = write(">sp|P05132|KAPCA_MOUSE kinase\nGNAAAAKKGS\nEQESVK*\n>dna\nACGTACGTACGT\n", "x.fasta")
    target = read_target(path)
    assert [(chain.id, chain.kind) for chain in target.chains] == [("P05132", "protein"), ("dna", "DNA")]
    assert target.sequence == "GNAAAAKKGSEQESVK"
    assert len(target.atoms) == 0
    assert target.format == "FASTA"


def test_alphafold_models_are_recognised(pka: Target, write: Write) -> None:
    text = cif_text(pka).replace("_exptl.method 'X-RAY DIFFRACTION'", "_ma_qa_metric.id 1")
    assert read_target(write(text, "AF-P05132-F1.cif")).predicted
    assert not pka.predicted
    header = ["TITLE     ALPHAFOLD MONOMER V2.0 PREDICTION FOR KINASE (P05132)"]
    assert read_target(write(header + peptide(["ALA", "GLY"]))).predicted


def test_targets_pickle_and_their_key_follows_the_bytes(pka: Target, data: Path, write: Write) -> None:
    import pickle

    again = pickle.loads(pickle.dumps(pka))
    assert again.key == pka.key
    text = (data / "targets" / "1fmo.cif").read_text()
    assert read_target(write(text, "same.cif")).key == pka.key
    assert read_target(write(text + "#\n", "other.cif")).key != pka.key


def test_a_metabolite_is_a_ligand_in_a_pocket_and_an_additive_on_the_surface(pka: Target, tmp_path: Path) -> None:
    """Eight atoms of the bound adenosine called succinate, where they are and far from the protein."""
    rows = pdb_text(pka).splitlines()
    ligand = [row for row in rows if row[17:20] == "ADN" and row.startswith("HETATM")]
    assert len(ligand) > 8
    kept = [row for row in rows if row[17:20] != "ADN" or not row.startswith("HETATM")]
    end = next(at for at, row in enumerate(kept) if row.startswith(("CONECT", "END")))
    kinds = []
    for code, away in (("SIN", 0.0), ("SIN", 60.0), ("MES", 0.0)):
        moved = [f"{row[:17]}{code}{row[20:30]}{float(row[30:38]) + away:8.3f}{row[38:]}" for row in ligand[9:17]]
        path = tmp_path / "a.pdb"
        path.write_text("\n".join([*kept[:end], *moved, "END"]) + "\n")
        kinds += [group.kind for group in read_target(path).groups if group.residue.name == code]
    assert kinds == ["ligand", "solvent", "solvent"]
