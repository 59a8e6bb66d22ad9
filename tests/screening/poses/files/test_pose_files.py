"""Poses are written and read back whole, and those of other programs are read with the direction of their scores."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from screening.errors import FileError, InputError, UsageError
from screening.poses.files.read_poses import read_poses
from screening.poses.files.write_poses import write_poses
from screening.poses.ligand_states.pdbqt import ligand_pdbqt
from screening.poses.pose import Pose, Score


def _molecule(smiles: str) -> Chem.Mol:
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(mol, randomSeed=3)
    return mol


@pytest.fixture
def pose() -> Pose:
    mol = _molecule("C[C@H](O)c1ccc(C(=O)[O-])cc1")
    return Pose(
        smiles=Chem.MolToSmiles(Chem.RemoveHs(mol)),
        mol_block=Chem.MolToMolBlock(mol),
        origin="docked by rustina 0.9.0, seed 1",
        name="acid 1",
        rank=2,
        scores=(Score("CNN score", 0.7312, "", True), Score("Vinardo score", -7.25, "kcal/mol", False)),
        probability_2A=0.65,
        state="charge -1, as drawn",
        receptor_key="ab12",
    )


def test_what_is_written_comes_back(pose: Pose, tmp_path: Path) -> None:
    path = tmp_path / "poses.sdf"
    assert write_poses([pose, pose], path) == 2
    found = read_poses(path)
    assert len(found) == 2
    assert found[0].scores == pose.scores
    for name in ("smiles", "origin", "name", "rank", "probability_2A", "state", "receptor_key"):
        assert getattr(found[0], name) == getattr(pose, name)
    assert found[0].mol_block.splitlines()[3:] == pose.mol_block.splitlines()[3:]
    for expected in ("score", "score_name", "probability_2A", "origin", "state"):
        assert f">  <{expected}>" in path.read_text()
    again = tmp_path / "again.sdf"
    write_poses(found, again)
    assert again.read_bytes() == path.read_bytes()
    rdkit = next(Chem.SDMolSupplier(str(path)))
    assert rdkit.GetProp("score_name") == "CNN score"
    with pytest.raises(InputError, match="no pose to write"):
        write_poses([], path)


def test_scores_of_other_programs_have_a_direction_or_are_not_ranked_by(pose: Pose, tmp_path: Path) -> None:
    path = tmp_path / "gnina.sdf.gz"
    tags = ">  <minimizedAffinity>\n-8.1\n\n>  <CNNscore>\n0.9\n\n>  <my_score>\n12.5\n\n$$$$\n"
    path.write_bytes(gzip.compress((pose.mol_block + tags).encode()))
    (found,) = read_poses(path)
    assert {score.name: score.higher_is_better for score in found.scores} == {"Vina score": False, "CNN score": True}
    assert found.origin == "imported from gnina.sdf.gz"
    (chosen,) = read_poses(path, score_tag="my_score", higher_is_better=True, unit="points")
    assert chosen.score == Score("my_score", 12.5, "points", True)
    with pytest.raises(UsageError, match="direction of the score my_score is not known"):
        read_poses(path, score_tag="my_score")
    with pytest.raises(FileError, match=r"record 1: has no property other; expected one of its own: minimizedAffinity"):
        read_poses(path, score_tag="other", higher_is_better=True)


def test_a_pdbqt_file_gets_its_bond_orders_from_the_smiles(tmp_path: Path) -> None:
    smiles = "C[C@H](O)c1ccc(C(=O)N)cc1"
    mol = _molecule(smiles)
    text = "MODEL 1\nREMARK VINA RESULT:    -7.4      0.000      0.000\n" + ligand_pdbqt(mol).text + "ENDMDL\n"
    path = tmp_path / "out.pdbqt"
    path.write_text(text + text.replace("MODEL 1", "MODEL 2").replace("-7.4", "-7.1"))
    found = read_poses(path, smiles=smiles)
    assert [str(pose.score) for pose in found] == ["Vina score -7.4 kcal/mol", "Vina score -7.1 kcal/mol"]
    assert found[0].smiles == Chem.CanonSmiles(smiles)
    assert Chem.MolToSmiles(Chem.RemoveHs(found[0].molecule())) == Chem.CanonSmiles(smiles)
    with pytest.raises(UsageError, match="holds no bond orders; expected the SMILES"):
        read_poses(path)
    with pytest.raises(FileError, match=r"out.pdbqt, model 1: is not the molecule CCO"):
        read_poses(path, smiles="CCO")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n\n$$$$\n", "holds no record"),
        ("nothing of the kind\n$$$$\n", "record 1: is no molecule"),
        (Chem.MolToMolBlock(Chem.MolFromSmiles("CCO")) + "$$$$\n", "record 1: has no three-dimensional coordinates"),
    ],
)
def test_files_that_hold_no_poses_are_refused_by_record(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.sdf"
    path.write_text(text)
    with pytest.raises(FileError, match=said):
        read_poses(path)
    other = tmp_path / "poses.txt"
    other.write_text("x")
    with pytest.raises(FileError, match=r"ends in \.sdf"):
        read_poses(other)


def test_a_score_that_is_no_number_is_named(pose: Pose, tmp_path: Path) -> None:
    path = tmp_path / "bad.sdf"
    path.write_text(pose.mol_block + ">  <minimizedAffinity>\nlow\n\n$$$$\n")
    with pytest.raises(FileError, match="record 1: minimizedAffinity is 'low'; expected a number"):
        read_poses(path)
