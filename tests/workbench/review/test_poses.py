"""What the page shows of a pose, made from the crystal ligand of the shipped kinase."""

from __future__ import annotations

import xml.dom.minidom
from pathlib import Path

import numpy as np
from rdkit import Chem

from screening.poses.interactions.find_contacts import find_contacts
from screening.poses.pose import Pose, Score
from screening.runs.run import open_run
from screening.targets.files.read import read_target
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.sites.site_around import site_around_ligand
from workbench.review.hits.charts import Charts
from workbench.review.hits.hit_data import HitData
from workbench.review.hits.poses import RunPoses, shown
from workbench.review.hits.site_scene import NO_POSE, SiteScene


def test_a_pose_brings_contacts_map_and_origin(data: Path) -> None:
    target = read_target(data / "targets" / "1fmo.cif")
    site = site_around_ligand(target, "ADN")
    assert site.ligand is not None
    ligand = bound_ligand(target, site.ligand)
    protein = target.atoms.select(np.setdiff1d(np.arange(len(target.atoms)), ligand.rows))
    contacts = find_contacts(protein, ligand.mol, ligand.names)
    pose = Pose(
        smiles=Chem.MolToSmiles(ligand.mol), mol_block=Chem.MolToMolBlock(ligand.mol), origin="crystal structure 1FMO",
        name="adenosine</svg><script>", scores=(Score("Vina score", -7.5, "kcal/mol", False),), probability_2A=0.9,
        interactions=tuple(contacts),
    )  # fmt: skip
    found = shown(pose)
    assert found["said"].startswith("Pose: crystal structure 1FMO. Vina score -7.5 kcal/mol (no affinity).")
    assert "0.90" in found["said"]
    assert len(found["pose"]["contacts"]) == len(contacts) > 3
    assert any("GLU121" in contact["residue"] for contact in found["pose"]["contacts"])
    assert "style=" not in found["map"]
    assert "<script" not in found["map"]
    xml.dom.minidom.parseString(found["map"])


def test_a_docked_run_shows_its_poses_in_the_site_that_was_docked_into(docked_run: Path) -> None:
    run = open_run(docked_run)
    poses = RunPoses(run)
    found = poses.pose(13)
    assert found["said"].startswith("Pose: docked by rustina")
    assert "no affinity" in found["said"]
    assert "Checks failed: strain" in found["said"]
    assert any("GLU127" in contact["residue"] for contact in found["pose"]["contacts"])
    assert found["map"].startswith("<svg")
    assert (poses.pose(17)["pose"], poses.pose(17)["said"]) == (None, NO_POSE)  # it took too long
    # The screen had no structure: the scene is that of the docking, and says nothing of where files lie.
    assert run.plan.target is None
    scene = SiteScene(run)
    assert "1FMO" in scene.facts()["html"]
    assert str(docked_run.parent) not in str(scene.facts()["html"])


def test_without_a_structure_it_says_so_and_names_no_folder(run_folder: Path) -> None:
    run = open_run(run_folder)
    said = SiteScene(run).facts()["problem"]
    assert said == "The screen was run without a structure, so there is no 3D view."
    # Its library is gone: the charts show the hits alone.
    points = Charts(run, HitData(run)).points
    assert len(points["hits"]) == run.hits().num_rows
    assert points["library"] == []
    assert points["problem"].startswith("Hits alone: the library of this run is not there")
    assert "/" not in points["problem"]
