"""A receptor is complete, the same every time, and says what was done to it."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem
from scipy.spatial import cKDTree

from screening.errors import SiteError, StructureError, UsageError
from screening.poses.receptor.prepare import prepare_receptor
from screening.poses.receptor.protonation import turned_amides
from screening.poses.receptor.receptor import DockingBox, Receptor
from screening.targets.binding_site import BindingSite
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand, site_from_point
from screening.targets.target import Target

pytest.importorskip("biotite", reason="components other than amino acids need biotite (extra poses)")


@pytest.fixture(scope="module")
def kinase(data: Path) -> Target:
    return read_target(data / "targets" / "1fmo.cif")


@pytest.fixture(scope="module")
def site(kinase: Target) -> BindingSite:
    return site_around_ligand(kinase, "ADN")


@pytest.fixture(scope="module")
def receptor(kinase: Target, site: BindingSite) -> Receptor:
    return prepare_receptor(kinase, site)


def _residue(receptor: Receptor, number: int, chain: str = "E") -> dict[str, np.ndarray]:
    atoms = receptor.atoms
    rows = np.flatnonzero((atoms.number == number) & (atoms.chain == chain))
    return {str(atoms.name[row]): atoms.coordinates[row] for row in rows}


def test_the_same_input_gives_the_same_bytes(kinase: Target, site: BindingSite, receptor: Receptor) -> None:
    again = prepare_receptor(kinase, site)
    assert again.pdb() == receptor.pdb()
    assert again.pdbqt() == receptor.pdbqt()
    assert again.key == receptor.key


def test_no_residue_within_reach_is_dropped_without_a_word(kinase: Target, receptor: Receptor) -> None:
    atoms, box = kinase.atoms, receptor.box
    low = np.array(box.centre_A) - np.array(box.size_A) / 2
    inside = ((atoms.coordinates >= low) & (atoms.coordinates <= low + np.array(box.size_A))).all(axis=1)
    near = {atoms.residue_id(int(row)) for row in np.flatnonzero(inside)}
    kept = {receptor.atoms.residue_id(row) for row in range(len(receptor.atoms))}
    named = {change.residue for change in receptor.changes if change.kind == "left out"}
    assert not near - kept - named
    assert receptor.ligand is not None
    assert receptor.ligand in named


def test_heavy_atoms_stay_where_the_file_has_them(kinase: Target, receptor: Receptor) -> None:
    original = cKDTree(kinase.atoms.coordinates)
    heavy = receptor.atoms.element != "H"
    built = sum(len(c.text.split(",")) for c in receptor.changes if c.text.startswith("missing side-chain atoms"))
    assert (original.query(receptor.atoms.coordinates[heavy])[0] > 1e-3).sum() == built


def test_hydrogens_have_the_lengths_and_numbers_of_the_textbook(receptor: Receptor) -> None:
    places = receptor.atoms.coordinates.astype(float)
    lengths = [
        np.linalg.norm(places[a] - places[b])
        for a, b, _ in receptor.bonds
        if "H" in (receptor.atoms.element[a], receptor.atoms.element[b])
    ]
    assert min(lengths) > 0.85
    assert max(lengths) < 1.45
    lysine = _residue(receptor, 72)
    assert sum(name.startswith("HZ") for name in lysine) == 3
    assert not any(name.startswith("HD") for name in _residue(receptor, 184)), "an aspartate carries no proton"
    assert {"HA1", "HA2"} <= set(_residue(receptor, 50))  # glycine


def test_charges_are_those_of_the_residues(receptor: Receptor) -> None:
    totals: dict[str, set[int]] = {}
    owner = receptor.atoms.residue_index
    for _, rows in itertools.groupby(range(len(receptor.atoms)), key=lambda row: int(owner[row])):
        listed = list(rows)
        name = str(receptor.atoms.residue_name[listed[0]])
        totals.setdefault(name, set()).add(sum(receptor.formal_charge[row] for row in listed))
    assert totals["LYS"] == {1}
    assert totals["ARG"] == {1}
    assert totals["ASP"] <= {-1, -2}  # one is the end of its chain
    assert totals["VAL"] == {0}
    assert totals["TPO"] == {-2}  # phosphorylated threonine


def test_what_is_written_can_be_read(receptor: Receptor, tmp_path: Path) -> None:
    path = tmp_path / "receptor.pdb"
    path.write_text(receptor.pdb())
    again = read_target(path)
    assert len(again.atoms) == len(receptor.atoms)
    assert np.abs(again.atoms.coordinates - receptor.atoms.coordinates).max() < 2e-3
    types = {line[77:79].strip() for line in receptor.pdbqt().splitlines()}
    assert {"C", "A", "N", "NA", "OA", "SA", "HD"} >= types - {"P", "S"}


def test_missing_side_chains_are_built_where_the_true_ones_are(kinase: Target, site: BindingSite) -> None:
    """Each valine near the site loses its side chain in turn; most come back within 1 Å of where they were."""
    atoms = kinase.atoms
    gaps = []
    for number in (57, 79, 98, 104, 119, 123):
        cut = (atoms.number == number) & (atoms.chain == "E") & np.isin(atoms.name, ["CG1", "CG2"])
        if cut.sum() != 2 or "VAL" not in atoms.residue_name[cut]:
            continue
        built = prepare_receptor(dataclasses.replace(kinase, atoms=atoms.select(~cut)), site)
        assert any("CG1, CG2" in one.text and one.residue.number == number for one in built.changes if one.residue)
        found = _residue(built, number)
        true = {str(atoms.name[row]): atoms.coordinates[row] for row in np.flatnonzero(cut)}
        gaps.append(max(np.linalg.norm(found[name] - true[name]) for name in true))
    assert len(gaps) >= 4
    assert np.median(gaps) < 1.0


def test_an_amino_acid_is_built_with_its_own_handedness(receptor: Receptor) -> None:
    for number in np.unique(receptor.atoms.number[receptor.atoms.chain == "E"]):
        one = _residue(receptor, int(number))
        if {"N", "CA", "C", "CB"} <= set(one):
            n, c, b = (one[name] - one["CA"] for name in ("N", "C", "CB"))
            assert np.dot(np.cross(n, c), b) > 0, number


def test_waters_and_named_residues_follow_the_caller(kinase: Target, site: BindingSite, receptor: Receptor) -> None:
    centre = np.array(site.centre_A, np.float32)
    water = kinase.atoms.select(np.array([0]))
    water = dataclasses.replace(
        water, coordinates=centre[None], name=np.array(["O"]), element=np.array(["O"]), residue_name=np.array(["HOH"]),
        chain=np.array(["W"]), number=np.array([900], np.int32), hetero=np.array([True]),
        residue_index=np.array([kinase.atoms.residue_index.max() + 1], np.int32),
    )  # fmt: skip
    columns = [one.name for one in dataclasses.fields(water)]
    atoms = type(water)(**{n: np.concatenate([getattr(kinase.atoms, n), getattr(water, n)]) for n in columns})
    wet = dataclasses.replace(kinase, atoms=atoms)
    assert (receptor.atoms.residue_name == "HOH").sum() == 0
    assert any(change.text == "1 waters" for change in prepare_receptor(wet, site).changes)
    everything = prepare_receptor(wet, site, waters="all")
    assert (everything.atoms.residue_name == "HOH").sum() == 3  # with its hydrogens
    assert (prepare_receptor(wet, site, keep=["W:HOH900"]).atoms.residue_name == "HOH").sum() == 3
    dry = prepare_receptor(wet, site, waters="all", leave_out=["HOH"])
    assert any(change.text == "as asked for" for change in dry.changes)
    with pytest.raises(SiteError, match="X:ABC999 is not in the structure"):
        prepare_receptor(kinase, site, leave_out=["X:ABC999"])
    with pytest.raises(UsageError, match="expected one of none, bound, all"):
        prepare_receptor(kinase, site, waters="some")


@pytest.mark.parametrize(
    ("box", "said"),
    [
        (DockingBox((0, 0, 0), (150, 20, 20)), "150 x 20 x 20 Å; expected at most 40"),
        (DockingBox((0, 0, 0), (0, 20, 20)), "the box is empty"),
        (DockingBox((0, 0, float("nan")), (20, 20, 20)), "not finite"),
        (DockingBox((900, 0, 0), (20, 20, 20)), "no atom of the protein lies near the box"),
    ],
)
def test_boxes_that_cannot_be_searched_are_refused(
    kinase: Target, site: BindingSite, box: DockingBox, said: str
) -> None:
    with pytest.raises(SiteError, match=said):
        prepare_receptor(kinase, site, box=box)


def test_a_structure_without_side_chains_is_refused(kinase: Target) -> None:
    backbone = np.isin(kinase.atoms.name, ["N", "CA", "C", "O"]) & ~kinase.atoms.hetero
    bare = dataclasses.replace(kinase, atoms=kinase.atoms.select(backbone))
    site = site_from_point(bare, tuple(map(float, bare.atoms.coordinates.mean(axis=0))), 10.0)
    bare = dataclasses.replace(bare, atoms=bare.atoms.select(bare.atoms.residue_name != "GLY"))
    with pytest.raises(StructureError, match="no side chains around the site"):
        prepare_receptor(bare, site)


def test_protons_follow_the_surroundings(tmp_path: Path) -> None:
    """A zinc finger's cysteine is a thiolate; carboxylates that face each other share a proton."""
    lines = [
        "ATOM      1  N   CYS A   1       0.000   1.450   0.000  1.00  0.00           N",
        "ATOM      2  CA  CYS A   1       0.000   0.000   0.000  1.00  0.00           C",
        "ATOM      3  C   CYS A   1       1.420  -0.530   0.000  1.00  0.00           C",
        "ATOM      4  O   CYS A   1       2.370   0.240   0.000  1.00  0.00           O",
        "ATOM      5  CB  CYS A   1      -0.770  -0.530   1.210  1.00  0.00           C",
        "ATOM      6  SG  CYS A   1      -2.500   0.050   1.280  1.00  0.00           S",
        "HETATM    7 ZN    ZN A 101      -3.400   1.200   3.080  1.00  0.00          ZN",
    ]
    path = tmp_path / "zinc.pdb"
    path.write_text("\n".join([*lines, "END", ""]))
    target = read_target(path)
    receptor = prepare_receptor(target, site_from_point(target, (0.0, 0.0, 0.0), 6.0))
    atoms = receptor.atoms
    charge = dict(zip(atoms.name.tolist(), receptor.formal_charge))
    assert charge["SG"] == -1
    assert charge["ZN"] == 2
    assert not any(name.startswith("HG") for name in atoms.name)
    assert any("thiolate" in change.text for change in receptor.changes)
    assert receptor.atom_type[atoms.name.tolist().index("ZN")] == "Zn"


def test_an_amide_that_is_turned_over_is_told() -> None:
    """The oxygen faces a carbonyl and the nitrogen a lysine; the other way round nothing is said."""
    codes = ["ASN", "ALA", "LYS"]
    places = [np.array([[0.0, 0, 0], [1.1, 2, 0], [-1.1, 2, 0]]), np.array([[2.0, 4.7, 0]]), np.array([[-2.0, 4.7, 0]])]
    assert turned_amides(codes, [["CG", "OD1", "ND2"], ["O"], ["NZ"]], places) == [0]
    assert turned_amides(codes, [["CG", "ND2", "OD1"], ["O"], ["NZ"]], places) == []
    assert turned_amides(codes[:2], [["CG", "OD1", "ND2"], ["O"]], places[:2]) == [], "one neighbour is no proof"


def test_capped_ends_are_closed(tmp_path: Path) -> None:
    """Acetyl and N-methyl caps are bonded to the chain: two amides, no charge, twelve hydrogens."""
    mol = Chem.AddHs(Chem.MolFromSmiles("CC(=O)N[C@@H](C)C(=O)NC"))
    AllChem.EmbedMolecule(mol, randomSeed=3)
    names = "ACE:CH3 ACE:C ACE:O ALA:N ALA:CA ALA:CB ALA:C ALA:O NME:N NME:C".split()
    lines = []
    for number, (text, place) in enumerate(zip(names, mol.GetConformer().GetPositions()), start=1):
        residue, name = text.split(":")
        record, where = ("ATOM  ", 2) if residue == "ALA" else ("HETATM", 1 if residue == "ACE" else 3)
        x, y, z = place
        lines.append(
            f"{record}{number:5d}  {name:<3s} {residue} A{where:4d}    {x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00"
            f"          {name[0]:>2s}"
        )
    path = tmp_path / "capped.pdb"
    path.write_text("\n".join([*lines, "END", ""]))
    target = read_target(path)
    receptor = prepare_receptor(target, site_from_point(target, (0.0, 0.0, 0.0), 6.0))
    assert set(receptor.atoms.residue_name) == {"ACE", "ALA", "NME"}
    assert (receptor.atoms.element == "H").sum() == 12
    assert not any(receptor.formal_charge)
    assert receptor.pdbqt().count(" HD") == 2


@pytest.mark.slow
def test_the_awkward_structures_prepare(bench: Path) -> None:
    """Covalent ligands, altlocs, insertion codes, metals: whole benchmark files."""
    for name in ("5UG8", "5HG8"):
        target = read_target(bench / "egfr" / f"{name}.pdb.gz")
        receptor = prepare_receptor(target, site_around_ligand(target))
        assert any("CYS797, which is taken as free" in change.text for change in receptor.changes)
        assert "HG" in _residue(receptor, 797, "X")
