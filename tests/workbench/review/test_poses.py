"""What the page shows of a pose, made from the crystal ligand of the shipped kinase."""

from __future__ import annotations

import xml.dom.minidom
from pathlib import Path

import numpy as np
from rdkit import Chem

from screening.poses.interactions.find_contacts import find_contacts
from screening.poses.pose import Pose, Score
from screening.targets.files.read import read_target
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.sites.site_around import site_around_ligand
from workbench.review.hits.poses import shown


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
