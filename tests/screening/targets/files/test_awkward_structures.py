"""The 48 awkward structure files: each is read or refused with a sentence, and facts agree with Biopython 1.88."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from screening.errors import ScreeningError
from screening.targets.describe import describe
from screening.targets.files.read import read_target
from screening.targets.target import Target

REFUSED = {
    "biopython__1MOM_min.cif": "without an atom table",
    "biopython__4CUP.mmtf": "MMTF",
    "biopython__d256ba_.ent": "holds no atoms",
    "biopython__header.pdb": "holds no atoms",
    "gemmi__5moo_header.pdb.gz": "holds no atoms",
    "gemmi__misc.cif": "without an atom table",
}

#: Where our facts differ from those of Biopython's tree, and why.
EXPLAINED: dict[tuple[str, str], str] = {
    # Two residues at one position: we count both, Biopython's tree shows one at a time.
    ("biopython__3JQH.cif.gz", "atoms"): "SER/PRO 1 and ARG/GLN/GLU 15 share a position",
    ("biopython__3JQH.cif.gz", "altlocs"): "the same",
    ("biopython__a_structure.pdb.gz", "atoms"): "several positions of model 2 hold two residues",
    ("biopython__a_structure.pdb.gz", "altlocs"): "the same",
    ("biotite__altloc.cif", "atoms"): "one position holds two residues",
    ("biotite__altloc.cif", "altlocs"): "the same",
    # The ends of this RNA are modified nucleotides (GTP, CCC): part of the chain for us, hetero for Biopython.
    ("biotite__4gxy.cif.gz", "nucleotides"): "163 with both modified ends, 161 without",
    # Residue numbers repeat under HETATM and ATOM; Biopython refuses the second and drops its atom.
    ("posebusters__mol_issue_80.pdb", "atoms"): "one more atom is kept",
}


@pytest.fixture(scope="module")
def structures(bench: Path) -> Path:
    return bench / "structures"


@pytest.fixture(scope="module")
def facts(structures: Path) -> dict[str, dict[str, str]]:
    with open(structures / "facts_biopython_1.88.csv", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    # One name stands twice in the file; the second row is the file that is there.
    return {row["file"]: row for row in rows}


def all_models(path: Path) -> list[Target]:
    first = read_target(path, altloc="all")
    return [first, *(read_target(path, altloc="all", model=i) for i in range(2, first.models + 1))]


def facts_of(models: list[Target]) -> dict[str, int]:
    """Count what the facts file counts, over all models; the conformers of one atom are one atom."""
    counts = {"models": len(models), "chains": 0, "atoms": 0, "altlocs": 0, "insertion_codes": 0, "nucleotides": 0}
    inserted = set()
    for target in models:
        atoms = target.atoms
        names = list(zip(atoms.residue_index.tolist(), atoms.name.tolist(), atoms.altloc.tolist()))
        counts["atoms"] += len({name[:2] for name in names})
        counts["altlocs"] += len({name[:2] for name in names if name[2]})
        counts["chains"] = len(set(models[0].atoms.chain.tolist()))
        inserted |= {atoms.residue_id(int(at)) for at in atoms.residue_starts if atoms.insertion_code[at]}
        counts["nucleotides"] += sum(len(chain.residues) for chain in target.chains if chain.kind in ("DNA", "RNA"))
    return {**counts, "insertion_codes": len(inserted)}


def test_every_file_is_read_or_refused_with_a_sentence(structures: Path) -> None:
    files = [path for path in sorted(structures.iterdir()) if not path.name.startswith("facts")]
    assert len(files) == 48
    refused = {}
    for path in files:
        try:
            target = read_target(path)
        except ScreeningError as error:
            refused[path.name] = str(error)
        else:
            assert len(target.atoms) > 0
            # Plain JSON values only, however the positions were found.
            json.dumps(describe(target))
    assert refused.keys() == REFUSED.keys()
    for name, words in REFUSED.items():
        assert words in refused[name]


@pytest.mark.slow
def test_facts_agree_with_biopython(structures: Path, facts: dict[str, dict[str, str]]) -> None:
    differences, compared = set(), 0
    for name, row in facts.items():
        if name in REFUSED or not row["models"]:
            continue
        for fact, count in facts_of(all_models(structures / name)).items():
            if count != int(row[fact]):
                differences.add((name, fact))
        compared += 1
    assert compared == 40
    assert differences == EXPLAINED.keys()


def test_binary_cif_is_the_same_structure_as_its_text(structures: Path) -> None:
    text = read_target(structures / "biopython__1GBT.cif.gz")
    binary = read_target(structures / "biopython__1gbt.bcif.gz")
    for name in ("id", "title", "method", "resolution_A", "chains", "groups", "waters", "r_free"):
        assert getattr(binary, name) == getattr(text, name), name
    for name in text.atoms.__dataclass_fields__:
        ours, theirs = getattr(binary.atoms, name), getattr(text.atoms, name)
        if ours.dtype.kind == "f":
            np.testing.assert_allclose(ours, theirs, atol=2e-3, err_msg=name)
        else:
            np.testing.assert_array_equal(ours, theirs, err_msg=name)
    models = [read_target(structures / "biotite__1l2y.bcif", model=i) for i in (1, 38)]
    others = [read_target(structures / "biotite__1l2y.pdb.gz", model=i) for i in (1, 38)]
    for ours_, theirs_ in zip(models, others):
        np.testing.assert_allclose(ours_.atoms.coordinates, theirs_.atoms.coordinates, atol=2e-3)


@pytest.mark.parametrize("stem", ["biopython__1A8O", "biotite__1aki", "biotite__1k6p", "p2rank__1o6u"])
def test_pdb_and_mmcif_of_one_entry_agree(structures: Path, stem: str) -> None:
    ours, theirs = (read_target(structures / f"{stem}.{end}.gz") for end in ("pdb", "cif"))
    np.testing.assert_allclose(ours.atoms.coordinates, theirs.atoms.coordinates, atol=1e-3)
    for mine, other in zip(ours.chains, theirs.chains):
        assert (mine.id, mine.kind, mine.sequence, mine.seqres) == (other.id, other.kind, other.sequence, other.seqres)
        # PDB has no label numbers: ours come from SEQRES and must be those that mmCIF states.
        assert (mine.positions, mine.missing, mine.breaks) == (other.positions, other.missing, other.breaks)
    assert [(g.residue, g.kind) for g in ours.groups] == [(g.residue, g.kind) for g in theirs.groups]
    assert (ours.waters, ours.altlocs, ours.resolution_A) == (theirs.waters, theirs.altlocs, theirs.resolution_A)


def test_covalent_ligand_glycans_and_a_broken_chain(structures: Path) -> None:
    trypsin = read_target(structures / "biopython__1GBT.cif.gz")
    inhibitor = trypsin.ligands[0]
    assert (inhibitor.residue.name, [str(r) for r in inhibitor.linked_to]) == ("GBS", ["A:SER195"])
    receptor = read_target(structures / "biopython__7DDO.pdb.gz")
    assert {group.residue.name: group.kind for group in receptor.groups} == {"NAG": "glycan", "ZN": "metal"}
