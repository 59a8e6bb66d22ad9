"""Poses, hits, comparisons, pockets and variants as objects; how they look is judged in tests/browser."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json

import numpy as np
import pyarrow as pa
import pytest
from rdkit import Chem

from screening.errors import SiteError, UsageError
from screening.runs.hits import HIT_SCHEMA
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.sites.site_around import site_from_residues
from screening.targets.variants.placed_variants import place_variants
from tests.workbench.viewer.views.test_views import commands_of, spec_of
from workbench.viewer import Compared, Pose, view_compare, view_hits, view_pockets, view_pose, view_variants


@pytest.fixture(scope="module")
def pose(target, site) -> Pose:
    mol = Chem.AddHs(bound_ligand(target, site.ligand).mol, addCoords=True)
    return Pose(mol, "crystal structure 1FMO", "adenosine", ("measured",))


def table(count: int, **changes: object) -> pa.Table:
    row = {
        "id": "0" * 32, "smiles": "CCO", "affinity": 6.0, "kind": "pKd", "lower": 5.0, "upper": 7.0, "in_domain": False,
        "nearest": "", "similarity": 0.0, "known": True, "flags": ["PAINS"], "source": "a.smi", "number": 1,
    }  # fmt: skip
    rows = [row | {"rank": i + 1, "record": i, "name": f"compound {i}"} | changes for i in range(count)]
    return pa.Table.from_pylist(rows, schema=HIT_SCHEMA)


def test_a_pose_must_say_where_it_comes_from(pose) -> None:
    with pytest.raises(UsageError, match="says not where it comes from"):
        Pose(pose.molecule, " ", "adenosine")
    with pytest.raises(UsageError, match="has no 3D coordinates"):
        Pose(Chem.MolFromSmiles("CCO"), "docked", "ethanol")


def test_only_polar_hydrogens_are_drawn(pose) -> None:
    hydrogens = [atom for atom in pose.mol.GetAtoms() if atom.GetAtomicNum() == 1]
    assert len(hydrogens) == 5
    assert {atom.GetNeighbors()[0].GetAtomicNum() for atom in hydrogens} <= {7, 8}
    assert Chem.MolToSmiles(Chem.RemoveHs(pose.mol)) == Chem.MolToSmiles(Chem.RemoveHs(pose.molecule))
    assert len(pose.coordinates) == 19


def test_a_pose_says_its_origin_and_lists_its_contacts(target, site, pose) -> None:
    html = view_pose(target, site, pose).html(javascript_inside=False)
    assert "Pose: crystal structure 1FMO." in html
    assert "measured" in html
    assert "GLU121" in html


def test_a_pose_in_other_coordinates_is_refused(target, site, pose) -> None:
    away = Chem.Mol(pose.molecule)
    for index, place in enumerate(away.GetConformer().GetPositions() + 60.0):
        away.GetConformer().SetAtomPosition(index, place.tolist())
    with pytest.raises(UsageError, match=r"the pose of adenosine lies \d+ Å from the site"):
        view_pose(target, site, dataclasses.replace(pose, molecule=away))


def test_hits_without_a_pose_say_so_and_nothing_is_drawn_for_them(target, site, pose) -> None:
    html = view_hits(table(3), target, site, {1: pose}).html(javascript_inside=False)
    packed = spec_of(html)["hits"]
    listed = json.loads(gzip.decompress(base64.b64decode(packed)))
    assert [entry["pose"] is None for entry in listed] == [True, False, True]
    assert listed[1]["pose"]["origin"] == "crystal structure 1FMO"
    assert {contact["residue"] for contact in listed[1]["pose"]["contacts"]} >= {"GLU121 E", "VAL123 E"}
    assert listed[0]["tags"] == [["PAINS", "wb-warn"], ["seen in training", "wb-good"], ["out of domain", "wb-warn"]]
    # The protein and the ligand of the structure, and no pose before one is chosen.
    assert commands_of(html).count("addModel(") == 2
    with pytest.raises(UsageError, match="301 hits cannot be shown"):
        view_hits(table(301), target, site)
    with pytest.raises(UsageError, match="0 hits cannot be shown"):
        view_hits(table(0), target, site)


def test_comparing_lays_other_crystals_over_the_first(target, site) -> None:
    angle = np.radians(40)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    atoms = dataclasses.replace(
        target.atoms, coordinates=(target.atoms.coordinates @ turn.T + [30, -10, 5]).astype(np.float32)
    )
    other = dataclasses.replace(target, atoms=atoms, id="turned")
    centre = tuple((np.array(site.centre_A) @ turn.T + [30, -10, 5]).tolist())
    placed = dataclasses.replace(site, target_key=other.key, centre_A=centre)
    html = view_compare([(target, site), (other, placed)]).html(javascript_inside=False)
    assert "RMSD 0.00 Å" in html
    commands = commands_of(html)
    assert commands.count("viewergrid_UNIQUEID[0][1].addModel(") == 2
    cameras = [line for line in commands.splitlines() if "setView(" in line]
    assert cameras[0].split("setView")[1] == cameras[1].split("setView")[1]
    with pytest.raises(UsageError, match="1 panels cannot be compared"):
        view_compare([Compared(target, site)])


def test_pockets_are_ranked_and_belong_to_the_target(target, site) -> None:
    html = view_pockets(target, [site, site_from_residues(target, ["E:TRP30"])]).html(javascript_inside=False)
    assert [surface["group"] for surface in spec_of(html)["surfaces"]] == ["pocket 1", "pocket 2"]
    with pytest.raises(UsageError, match="a pocket was found on another target"):
        view_pockets(dataclasses.replace(target, id="other"), [site])
    with pytest.raises(UsageError, match="no pockets"):
        view_pockets(target, [])


def test_variants_that_cannot_be_placed_are_listed_with_the_reason(target, site) -> None:
    placed = place_variants(target, ["L205R", "Q999P"], site=site, chain="E")
    html = view_variants(target, placed, groups={"L205R": "somatic"}).html(javascript_inside=False)
    assert "somatic (1)" in html
    assert "Q999P" in html
    assert spec_of(html)["notes"] == {"E:205": "L205R"}


def test_a_site_of_another_target_is_refused(target, site, pose) -> None:
    other = dataclasses.replace(target, id="other")
    for show in (lambda: view_pose(other, site, pose), lambda: view_hits(table(1), other, site)):
        with pytest.raises(SiteError, match="another target"):
            show()
