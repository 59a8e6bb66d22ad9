"""The 2D interaction map and the barcode as drawings: everything on them, nothing over anything else."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from rdkit import Chem

from screening.poses.interactions.find_contacts import find_contacts
from screening.poses.interactions.surroundings import ligand_surroundings
from screening.targets.files.read import read_target
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.sites.site_around import site_around_ligand
from workbench.page.interaction_barcode import interaction_barcode_svg
from workbench.page.interaction_map import InteractionMap, _free, _letters, interaction_map_svg
from workbench.page.map_layout import Box, place_boxes

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def bound(data):
    target = read_target(data / "targets" / "1fmo.cif")
    ligand = bound_ligand(target, site_around_ligand(target, "ADN").ligand)
    return ligand.mol, find_contacts(ligand_surroundings(target, ligand.residue), ligand.mol, ligand.names)


def test_every_residue_and_length_is_on_the_map(bound) -> None:
    mol, contacts = bound
    svg = interaction_map_svg(mol, contacts, title="a <b> & c")
    drawing = ET.fromstring(svg)
    words = "".join(text for element in drawing.iter() if (text := element.text))
    for contact in contacts:
        assert f"{contact.residue.name}{contact.residue.number}" in words
        assert f"{contact.distance_A:.1f}" in words
    assert drawing.get("aria-label") == "a <b> & c"
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert svg == interaction_map_svg(mol, contacts, title="a <b> & c")


def test_boxes_overlap_neither_each_other_nor_the_edge(bound) -> None:
    mol, contacts = bound
    drawing = ET.fromstring(interaction_map_svg(mol, contacts))
    group = drawing.find(f"{SVG}g")
    assert group is not None
    dx, dy = (float(v) for v in re.findall(r"-?[\d.]+", group.get("transform", "")))
    boxes = [
        tuple(float(rect.get(name, "0")) for name in ("x", "y", "width", "height")) for rect in group.iter(f"{SVG}rect")
    ]
    boxes = [(x + dx, y + dy, w, h) for x, y, w, h in boxes if h > 15]
    assert len(boxes) == len({contact.residue for contact in contacts})
    for i, (x, y, w, h) in enumerate(boxes):
        assert x >= 0
        assert x + w <= float(drawing.get("width", "0"))
        assert y >= 0
        for x2, y2, w2, h2 in boxes[i + 1 :]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


def test_a_ligand_without_contacts_is_still_drawn(bound) -> None:
    mol, _ = bound
    assert ET.fromstring(interaction_map_svg(mol, [])).tag == f"{SVG}svg"


def test_hydrogens_of_a_pose_change_nothing_on_the_map(bound) -> None:
    mol, contacts = bound
    with_hydrogens = Chem.AddHs(mol, addCoords=True)
    one = InteractionMap(with_hydrogens, contacts, title="x").svg()
    assert one.count("<text") == InteractionMap(mol, contacts, title="x").svg().count("<text")


def test_boxes_keep_off_the_atoms() -> None:
    atoms = np.array([[x, 0.0] for x in range(0, 200, 20)])
    boxes = [Box(np.array([[float(x), 0.0]]), 60.0, 34.0, True) for x in (0, 40, 80, 120)]
    for box, centre in zip(boxes, place_boxes(boxes, atoms, 200, 60)):
        inside = (np.abs(atoms - centre) < np.array([box.width, box.height]) / 2).all(axis=1)
        assert not inside.any()


def test_the_barcode_marks_each_contact_once(bound) -> None:
    _, contacts = bound
    svg = interaction_barcode_svg({"first": contacts, "second <i>": contacts[:2], "none": []})
    drawing = ET.fromstring(svg)
    titles = [element.text for element in drawing.iter(f"{SVG}title") if element.text and ": " in element.text]
    expected = {(c.kind, str(c.residue)) for c in contacts}
    assert sum(text.startswith("first: ") for text in titles) == len(expected)
    assert ET.fromstring(interaction_barcode_svg({})).tag == f"{SVG}svg"


def test_distances_stand_beside_the_letters_of_atoms(bound) -> None:
    svg = interaction_map_svg(*bound)
    letters = _letters(svg)
    assert len(letters) > 8, "adenosine has nine heteroatoms with letters"
    places = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" font-size="10" text-anchor="middle"', svg)
    assert len(places) >= 6
    for x, y in places:
        free = _free(np.array([float(x), float(y) - 3.5]), (7.0, 4.0), letters)
        assert free > 0, (x, y)
