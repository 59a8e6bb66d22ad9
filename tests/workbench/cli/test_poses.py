"""Commands of poses as a newcomer runs them. What docks needs the extra poses and takes a while."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from rdkit import Chem

from screening.targets.files.read import read_target
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.sites.site_around import site_around_ligand
from tests.conftest import Run

needs_engine = pytest.mark.skipif(
    importlib.util.find_spec("rustina") is None and importlib.util.find_spec("vina") is None,
    reason="the extra poses is not installed",
)


@pytest.fixture(scope="module")
def crystal_pose(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = read_target(data / "targets" / "1fmo.cif")
    ligand = bound_ligand(target, site_around_ligand(target, "ADN").ligand)
    path = tmp_path_factory.mktemp("poses") / "adenosine.sdf"
    mol = Chem.AddHs(ligand.mol, addCoords=True)
    mol.SetProp("_Name", "adenosine")
    with Chem.SDWriter(str(path)) as writer:
        writer.write(mol)
    return path


def test_contacts_of_the_bound_ligand(workbench: Run, data: Path, tmp_path: Path) -> None:
    drawing = tmp_path / "map.svg"
    done = workbench("interactions", data / "targets/1fmo.cif", "--map", drawing)
    assert done.returncode == 0, done.stderr
    assert "hydrogen bond" in done.stdout
    assert "E:VAL123" in done.stdout
    assert "shorter than hydrogen bonds are" in " ".join(done.stdout.split())
    assert drawing.read_text("utf-8").startswith("<svg")


def test_contacts_and_checks_of_poses_as_json(workbench: Run, data: Path, crystal_pose: Path, tmp_path: Path) -> None:
    barcode = tmp_path / "bar.svg"
    done = workbench(
        "interactions", data / "targets/1fmo.cif", crystal_pose, "--site", "ADN", "--json", "--must", "hbond VAL123",
        "--no-strain", "--barcode", barcode,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["site"] == "around ligand E:ADN351"
    [pose] = facts["poses"]
    bonds = {(c["residue"], c["site_atom"], c["ligand_is"]) for c in pose["contacts"] if c["kind"] == "hydrogen bond"}
    assert {("E:GLU121", "O", "donor"), ("E:VAL123", "N", "acceptor")} <= bonds
    assert {check["name"]: check["passed"] for check in pose["checks"]}["clashes"] is True
    assert barcode.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--must", "hbond ALA1"], 1, "meets 'hbond ALA1'"),
        (["--must", "near ALA1"], 2, "is no condition on contacts"),
        (["--site", "ZZZ"], 1, "has no ligand ZZZ"),
        (["--site", "residues E:LYS72"], 2, "no ligand is bound in this site"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    workbench: Run, data: Path, arguments: list[str], code: int, words: str
) -> None:
    done = workbench("interactions", data / "targets/1fmo.cif", *arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["dock", "{target}"], "--site and --library and --out missing"),
        (["dock", "{target}", "--top", "5"], "--top and --target go with a run folder"),
        (["pose", "{target}", "CCO", "--site", "ADN", "--waters", "few"], "--waters few is unknown"),
        (["pose", "{target}", "CCO", "--site", "ADN", "--must", "rubbish"], "is no condition on contacts"),
        (
            ["pose", "{target}", "CCO", "--site", "pocket 1", "--template", "bound"],
            "the site was not built around a ligand; expected an SDF file",
        ),
    ],
)
def test_wrong_usage_is_one_sentence(workbench: Run, data: Path, arguments: list[str], words: str) -> None:
    target = str(data / "targets/1fmo.cif")
    done = workbench(*[word.format(target=target) for word in arguments])
    assert done.returncode == 2, done.stderr
    assert words in done.stderr


@needs_engine
@pytest.mark.slow
def test_a_pose_of_phenol_with_all_its_properties(workbench: Run, data: Path, tmp_path: Path) -> None:
    out, page = tmp_path / "poses.sdf", tmp_path / "poses.html"
    given = ["Oc1ccccc1.Cl phenol", "no-smiles bad"]
    done = workbench(
        "pose", data / "targets/1fmo.cif", *given, "--site", "ADN", "--poses", 2, "--out", out, "--page", page
    )
    assert done.returncode == 0, done.stderr
    assert "no pose of bad" in done.stderr
    molecules = list(Chem.SDMolSupplier(str(out), removeHs=False))
    assert 1 <= len(molecules) <= 2
    properties = molecules[0].GetPropsAsDict()
    assert {"score", "score_name", "probability_2A", "origin", "state", "checks"} <= properties.keys()
    assert "docked by" in properties["origin"]
    assert "phenol" in page.read_text("utf-8")
    again = tmp_path / "again.sdf"
    workbench("pose", data / "targets/1fmo.cif", given[0], "--site", "ADN", "--poses", 2, "--out", again)
    assert again.read_bytes() == out.read_bytes()
