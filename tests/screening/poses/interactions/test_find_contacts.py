"""Contacts: those of adenosine in PKA that the literature names, and one made-up case for each kind."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from rdkit import Chem

from screening.poses.interactions.contact import KINDS
from screening.poses.interactions.find_contacts import find_contacts
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.target import Atoms


def site_atoms(*rows: tuple[str, str, str, tuple[float, float, float]]) -> Atoms:
    """Atoms (residue, name, element, place), each run of equal residue names one residue."""
    names = [row[0] for row in rows]
    index = np.cumsum([0] + [int(a != b) for a, b in zip(names[1:], names[:-1])])
    size = len(rows)
    columns = {
        "coordinates": np.array([row[3] for row in rows], dtype=np.float32),
        "name": np.array([row[1] for row in rows]),
        "element": np.array([row[2] for row in rows]),
        "residue_name": np.array(names),
        "chain": np.array(["A"] * size),
        "number": (index + 10).astype(np.int32),
        "residue_index": index.astype(np.int32),
        "hetero": np.zeros(size, dtype=bool),
    }
    for field in dataclasses.fields(Atoms):
        if field.name not in columns:
            text = field.name in ("insertion_code", "altloc", "label_chain")
            columns[field.name] = np.array([""] * size) if text else np.zeros(size, dtype=np.float32)
    return Atoms(**columns)


def molecule(smiles: str, places: list[tuple[float, float, float]]) -> Chem.Mol:
    mol = Chem.MolFromSmiles(smiles)
    conformer = Chem.Conformer(mol.GetNumAtoms())
    for index, place in enumerate(places):
        conformer.SetAtomPosition(index, place)
    mol.AddConformer(conformer)
    return mol


def ring(centre: tuple[float, float, float], axis: str = "z", radius: float = 1.39) -> list[tuple[float, float, float]]:
    angles = np.arange(6) * np.pi / 3
    flat = np.column_stack([radius * np.cos(angles), radius * np.sin(angles), np.zeros(6)])
    if axis == "x":
        flat = flat[:, [2, 0, 1]]
    return [tuple(place) for place in (flat + np.array(centre)).tolist()]


PHE = ("CG", "CD1", "CE1", "CZ", "CE2", "CD2")


def test_adenosine_in_pka_holds_the_hinge_as_published(target, site) -> None:
    """Adenine to the backbone of GLU121 and VAL123 and to THR183 (Zheng et al., Biochemistry 1993, 32, 2154)."""
    ligand = bound_ligand(target, site.ligand)
    rest = target.atoms.select(~np.isin(np.arange(len(target.atoms)), ligand.rows))
    found = find_contacts(rest, ligand.mol, ligand.names)
    bonds = {(str(c.residue), c.site_atom, c.ligand_label) for c in found if c.kind == "hydrogen bond"}
    assert {("E:GLU121", "O", "N6"), ("E:VAL123", "N", "N1"), ("E:THR183", "OG1", "N7")} <= bonds
    for contact in found:
        gap = np.linalg.norm(np.subtract(contact.start, contact.end))
        assert gap == pytest.approx(contact.distance_A, abs=0.02)
    assert [KINDS.index(c.kind) for c in found] == sorted(KINDS.index(c.kind) for c in found)


def test_a_charged_pair_is_a_salt_bridge_and_not_a_hydrogen_bond_too() -> None:
    amine = molecule("CC[NH3+]", [(-1.5, 0, 0), (0, 0, 0), (1.4, 0, 0)])
    acid = site_atoms(
        ("ASP", "CB", "C", (6.8, 0, 0)), ("ASP", "CG", "C", (5.4, 0, 0)), ("ASP", "OD1", "O", (4.3, 0.3, 0))
    )
    assert [(c.kind, c.site_atom) for c in find_contacts(acid, amine)] == [("salt bridge", "OD1")]


def test_an_acceptor_opposite_an_acceptor_is_no_hydrogen_bond() -> None:
    ether = molecule("COC", [(-1.2, 0.7, 0), (0, 0, 0), (1.2, 0.7, 0)])
    carbonyl = site_atoms(("GLY", "C", "C", (0, -4.1, 0)), ("GLY", "O", "O", (0, -2.9, 0)))
    assert find_contacts(carbonyl, ether) == []
    alcohol = molecule("CO", [(-1.2, 0.7, 0), (0, 0, 0)])
    assert [c.kind for c in find_contacts(carbonyl, alcohol)] == ["hydrogen bond"]


def test_a_hydrogen_bond_from_behind_does_not_count() -> None:
    alcohol = molecule("CO", [(0, -1.4, 0), (0, 0, 0)])
    carbonyl = site_atoms(("GLY", "C", "C", (3.8, -1.5, 0)), ("GLY", "O", "O", (2.6, -1.3, 0)))
    assert find_contacts(carbonyl, alcohol) == []


@pytest.mark.parametrize(
    ("centre", "axis", "expected"),
    [((0.0, 1.2, 3.6), "z", True), ((0.0, 0.0, 5.0), "x", True), ((5.2, 0.0, 0.0), "z", False)],
    ids=["face to face", "edge to face", "side by side"],
)
def test_pi_stacking_needs_rings_over_each_other(centre, axis, expected) -> None:
    benzene = molecule("c1ccccc1", ring((0.0, 0.0, 0.0)))
    atoms = site_atoms(*(("PHE", name, "C", place) for name, place in zip(PHE, ring(centre, axis))))
    kinds = {contact.kind for contact in find_contacts(atoms, benzene)}
    assert ("pi stacking" in kinds) is expected


def test_a_lysine_over_a_ring_is_cation_pi() -> None:
    benzene = molecule("c1ccccc1", ring((0.0, 0.0, 0.0)))
    atoms = site_atoms(("LYS", "CE", "C", (0, 0, 5.2)), ("LYS", "NZ", "N", (0, 0, 3.9)))
    assert "cation-pi" in {contact.kind for contact in find_contacts(atoms, benzene)}


def test_metal_and_halogen_bonds() -> None:
    chloride = molecule("CCl", [(-1.75, 0, 0), (0, 0, 0)])
    oxygen = site_atoms(("GLY", "C", "C", (4.3, 0, 0)), ("GLY", "O", "O", (3.1, 0, 0)))
    assert [c.kind for c in find_contacts(oxygen, chloride)] == ["halogen bond"]
    sideways = site_atoms(("GLY", "C", "C", (0, 4.3, 0)), ("GLY", "O", "O", (0, 3.1, 0)))
    assert find_contacts(sideways, chloride) == []
    alcohol = molecule("CO", [(-1.4, 0, 0), (0, 0, 0)])
    zinc = site_atoms(("ZN", "ZN", "ZN", (2.0, 0, 0)))
    assert [c.kind for c in find_contacts(zinc, alcohol)] == ["metal"]


def test_what_is_too_close_is_a_clash_and_no_bond() -> None:
    alcohol = molecule("CO", [(-1.2, 0.7, 0), (0, 0, 0)])
    carbonyl = site_atoms(("GLY", "C", "C", (0, -3.0, 0)), ("GLY", "O", "O", (0, -1.8, 0)))
    assert [(c.kind, c.distance_A) for c in find_contacts(carbonyl, alcohol)] == [("clash", 1.8)]
