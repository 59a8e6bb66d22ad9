"""The ranker orders poses by what it knows of all of them, and its file is what the card says."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem
from rdkit.Geometry import Point3D

from screening.errors import ModelError
from screening.poses.pose import Pose, Score
from screening.poses.ranking.features import FEATURES, pose_features
from screening.poses.ranking.rank import ranked
from screening.poses.ranking.ranker import load_pose_ranker
from screening.poses.receptor.prepare import prepare_receptor
from screening.poses.receptor.receptor import Receptor
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand

pytest.importorskip("biotite", reason="receptors with modified residues need biotite (extra poses)")


@pytest.fixture(scope="module")
def receptor(data: Path) -> Receptor:
    target = read_target(data / "targets" / "1fmo.cif")
    return prepare_receptor(target, site_around_ligand(target, "ADN"))


@pytest.fixture(scope="module")
def poses(receptor: Receptor) -> list[Pose]:
    """The same molecule in the site, 1 Å beside it, 6 Å beside it, and once without a score of the network."""
    mol = Chem.AddHs(Chem.MolFromSmiles("Nc1ncnc2[nH]cnc12"))
    AllChem.EmbedMolecule(mol, randomSeed=1)
    centre = np.array(receptor.box.centre_A)
    found = []
    for shift, network, energy in ((0.0, 0.9, -7.0), (1.0, 0.6, -7.4), (6.0, 0.2, -5.0), (9.0, None, -4.0)):
        copy = Chem.Mol(mol)
        for index, place in enumerate(mol.GetConformer().GetPositions()):
            copy.GetConformer().SetAtomPosition(index, Point3D(*map(float, place + centre + [shift, 0, 0])))
        scores = [Score("Vinardo score", energy, "kcal/mol", False)]
        if network is not None:
            scores = [Score("CNN score", network, "", True), Score("CNN affinity", 5.0, "pK", True), *scores]
        found.append(Pose("Nc1ncnc2[nH]cnc12", Chem.MolToMolBlock(copy), "by hand", "adenine", scores=tuple(scores)))
    return found


def test_the_features_are_what_they_are_called(poses: list[Pose], receptor: Receptor) -> None:
    table = dict(zip(FEATURES, pose_features(poses, receptor).T))
    assert table["cnn_logit"][0] == pytest.approx(np.log(9))
    assert table["cnn_lead"][0] == pytest.approx(0.7)  # the next pose more than 2 Å away has 0.2
    assert table["agreement"][0] == pytest.approx(1.5 / 1.7)
    assert np.allclose(table["energy_gap"], [0.4, 0.0, 2.4, 3.4])
    assert np.allclose(table["energy_per_atom"], np.array([-7.0, -7.4, -5.0, -4.0]) / 10)
    assert (table["heavy_atoms"] == 10).all()
    assert (table["torsions"] == 0).all()
    assert np.isnan(table["cnn_logit"][3])
    assert ((table["buried"] >= 0) & (table["buried"] <= 1)).all()


def test_the_order_does_not_depend_on_the_order_given(poses: list[Pose], receptor: Receptor) -> None:
    found = ranked(poses, receptor)
    turned = ranked(poses[::-1], receptor)
    assert [pose.mol_block for pose in found] == [pose.mol_block for pose in turned]
    assert [pose.rank for pose in found] == [1, 2, 3, 4]
    assert [pose.score.value for pose in found[:3] if pose.score] == [0.9, 0.6, 0.2]
    probability = [pose.probability_2A for pose in found]
    assert probability[3] is None, "without a score of the network there is no probability"
    assert all(0 <= value < 1 for value in probability[:3])  # type: ignore[operator]
    assert ranked([], receptor) == []


def test_distinct_poses_come_before_copies_of_better_ones(poses: list[Pose], receptor: Receptor) -> None:
    found = ranked(poses, receptor, distinct=True)
    assert [pose.rank for pose in found] == [1, 2, 3, 4]
    scores = [pose.score.value if pose.score_named("CNN score") and pose.score else None for pose in found]
    assert scores == [0.9, 0.2, None, 0.6], "the one 1 Å beside the first comes last"


def test_poses_of_an_engine_without_network_are_scored_by_one(poses: list[Pose], receptor: Receptor) -> None:
    pytest.importorskip("rustina", reason="scoring by a network needs rustina (extra poses)")
    bare = [dataclasses.replace(pose, scores=(pose.scores[-1],)) for pose in poses[:2]]
    found = ranked(bare, receptor)
    assert all(pose.score_named("CNN score") for pose in found)
    assert all(pose.score.name == "Vinardo score" for pose in found if pose.score)
    assert all(pose.probability_2A is not None for pose in found)


def test_without_a_network_the_empirical_score_orders_the_poses_of_all_states(
    poses: list[Pose], receptor: Receptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screening.poses.ranking.rank.importlib.util.find_spec", lambda name: None)
    bare = [dataclasses.replace(pose, scores=(pose.scores[-1],)) for pose in poses]
    found = ranked(bare, receptor)
    assert [pose.score.value for pose in found if pose.score] == [-7.4, -7.0, -5.0, -4.0]
    assert all(pose.probability_2A is None for pose in found)


def test_the_card_says_how_good_the_ranker_is() -> None:
    card = load_pose_ranker().card
    figures = card["figures"]
    assert figures["complexes"] == len(card["complexes"])
    assert set(card["features"]) <= set(FEATURES)
    assert {"top_1_within_2A", "top_5_within_2A", "reliability"} <= set(figures)


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    from screening.poses.ranking.ranker import default_folder

    copy = tmp_path / "poses"
    shutil.copytree(default_folder(), copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (copy / "poses.skops").write_bytes((copy / "poses.skops").read_bytes() + b" ")
    with pytest.raises(ModelError, match="was changed"):
        load_pose_ranker(str(copy))
    card = json.loads((copy / "card.json").read_text())
    del card["features"]
    (copy / "card.json").write_text(json.dumps(card))
    with pytest.raises(ModelError, match="card cannot be read"):
        load_pose_ranker(str(copy) + "/")
    with pytest.raises(ModelError, match="holds no pose ranker"):
        load_pose_ranker(str(tmp_path / "none"))


def test_a_template_puts_the_core_where_it_lies(poses: list[Pose], receptor: Receptor) -> None:
    farther = poses[2].molecule()
    found = ranked(poses, receptor, template=farther)
    assert found[0].mol_block == poses[2].mol_block
    assert {pose.mol_block for pose in found} == {pose.mol_block for pose in poses}
    unlike = Chem.AddHs(Chem.MolFromSmiles("CCCCCCCCCC"))
    AllChem.EmbedMolecule(unlike, randomSeed=1)
    order = [pose.mol_block for pose in ranked(poses, receptor)]
    assert [pose.mol_block for pose in ranked(poses, receptor, template=unlike)] == order, "no common core, no change"
