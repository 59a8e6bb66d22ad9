"""A docking layer accounts for every record, repeats to the byte, and goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from screening.compounds.library.prepare import prepare_library
from screening.errors import PlanError, RunError, RunMismatchError, UsageError
from screening.poses.pose import Pose
from screening.runs.damage import run_damage
from screening.runs.docking.dock import dock_library
from screening.runs.docking.docking import Docking, open_docking
from screening.runs.docking.known_ligands import known_records
from screening.runs.status import run_status
from tests.conftest import Run

pytest.importorskip("biotite", reason="receptors with modified residues need biotite (extra poses)")
pytest.importorskip("dimorphite_dl", reason="ligand states need dimorphite_dl (extra poses)")
pytest.importorskip("rustina", reason="docking needs rustina (extra poses)")

#: Small, rigid compounds: seconds each. One has too many rotatable bonds to be docked.
LIBRARY = f"c1cnc2[nH]ccc2c1 azaindole\n{'C' * 42} chain\nnot_a_molecule broken\nOc1ccncc1 pyridone\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    source = folder / "few.smi"
    source.write_text(LIBRARY)
    prepare_library(source, folder / "library")
    return folder / "library"


@pytest.fixture(scope="module")
def docked(data: Path, library: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Docking]:
    out = tmp_path_factory.mktemp("docked") / "run"
    return out, dock_library(
        data / "targets" / "1fmo.cif", "ligand ADN", library, out, poses=2, quick=True, time_limit=900
    )


def _bytes(folder: Path) -> dict[str, str]:
    kept = ("parts", "ledger")
    files = [path for name in kept for path in sorted((folder / name).glob("*.parquet"))]
    files += [folder / name for name in ("docked.parquet", "summary.json", "plan.json", "receptor.pdb")]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_every_record_ends_in_one_state_and_poses_come_back_whole(docked: tuple[Path, Docking]) -> None:
    _, layer = docked
    assert layer.finished
    assert sum(layer.counts.values()) == 4
    assert layer.counts["scored"] == 2
    ledger = {row["name"]: row for row in layer.ledger_table().to_pylist()}
    assert [name for name, _ in layer.failures()] == ["chain"]
    assert ledger["chain"]["state"] == "failed"
    assert "rotatable bonds" in ledger["chain"]["reason"]
    table = layer.table()
    assert set(table["name"].to_pylist()) == {"azaindole", "pyridone"}
    scores = table["ranking_score"].to_pylist()
    assert scores == sorted(scores, reverse=True)
    for record, best in layer.best_poses():
        poses = layer.poses(record)
        assert [pose.rank for pose in poses] == [1, 2]
        assert poses[0] == best
        assert isinstance(best, Pose)
        assert best.receptor_key == layer.plan.receptor_key
        assert best.probability_2A is not None
        assert best.checks
        assert best.interactions
        assert best.molecule().GetNumConformers() == 1
    assert layer.poses(99) == []
    assert layer.receptor_pdb().startswith("ATOM")


def test_a_killed_job_ends_with_the_same_bytes(docked: tuple[Path, Docking], data: Path, library: Path) -> None:
    out, layer = docked
    before = _bytes(layer.folder)
    # As after a kill in the middle: the receipt, the summary and half of a part are not there yet.
    receipt = next((layer.folder / "receipts").glob("*.json"))
    receipt.unlink()
    (layer.folder / "summary.json").unlink()
    part = next((layer.folder / "parts").glob("*.parquet"))
    part.write_bytes(part.read_bytes()[:100])
    assert not open_docking(out).finished  # type: ignore[union-attr]
    with pytest.raises(RunError, match="docking is not finished"):
        open_docking(out).table()  # type: ignore[union-attr]
    again = dock_library(data / "targets" / "1fmo.cif", "ligand ADN", library, out, poses=2, quick=True, time_limit=900)
    assert _bytes(again.folder) == before


def test_another_plan_in_the_same_folder_is_refused(docked: tuple[Path, Docking], data: Path, library: Path) -> None:
    out, _ = docked
    with pytest.raises(RunMismatchError, match="seed 1 instead of 2"):
        dock_library(
            data / "targets" / "1fmo.cif", "ligand ADN", library, out, poses=2, seed=2, quick=True, time_limit=900
        )
    plan = out / "poses" / "plan.json"
    text = plan.read_text()
    plan.write_text(text.replace('"seed": 1', '"seed": 5'))
    with pytest.raises(PlanError, match="does not fit its own key"):
        open_docking(out)
    plan.write_text(text)


def test_bad_settings_are_refused_before_anything_is_done(data: Path, library: Path, tmp_path: Path) -> None:
    target = data / "targets" / "1fmo.cif"
    with pytest.raises(UsageError, match="seed 0"):
        dock_library(target, "ligand ADN", library, tmp_path / "a", seed=0)
    with pytest.raises(PlanError, match="time limit"):
        dock_library(target, "ligand ADN", library, tmp_path / "a", time_limit=0)
    with pytest.raises(UsageError, match="no docking engine"):
        dock_library(target, "ligand ADN", library, tmp_path / "a", engine="other")
    assert not (tmp_path / "a").exists()
    assert open_docking(tmp_path) is None


def test_status_and_damage_know_a_library_docked_without_a_model(docked: tuple[Path, Docking], tmp_path: Path) -> None:
    folder = shutil.copytree(docked[0], tmp_path / "run")
    status = run_status(folder)
    records = docked[1].summary["records"]
    assert (status.state, status.records_done, status.records) == ("finished", records, records)
    assert run_damage(folder) == []
    part = next((folder / "poses" / "parts").glob("*.parquet"))
    part.write_bytes(part.read_bytes() + b"x")
    assert [problem.split(":")[0] for problem in run_damage(folder)] == [str(part)]
    (folder / "poses" / "docked.parquet").write_bytes(b"")
    assert any("docked.parquet" in problem for problem in run_damage(folder))


def test_a_damaged_part_is_named_when_poses_are_read(docked: tuple[Path, Docking]) -> None:
    _, layer = docked
    path = next((layer.folder / "parts").glob("*.parquet"))
    content = path.read_bytes()
    record = layer.table()["record"][0].as_py()
    path.write_bytes(content[:-8] + b"damaged!")
    try:
        with pytest.raises(Exception, match=r"part-000000\.parquet"):
            Docking(layer.folder, layer.plan).poses(record)
    finally:
        path.write_bytes(content)
    assert json.loads((layer.folder / "summary.json").read_text())["records"] == 4
    assert pq.read_table(path).num_rows == 4


def test_known_ligands_are_found_by_structure_and_too_few_are_said(
    docked: tuple[Path, Docking], data: Path, library: Path, workbench: Run, tmp_path: Path
) -> None:
    out, layer = docked
    names = {row["record"]: row["name"] for row in layer.ledger_table().to_pylist()}
    found = known_records(layer, ["c1ccnc2c1cc[nH]2", "CCO", "no structure"])
    assert [names[record] for record in found] == ["azaindole"]
    known = tmp_path / "known.smi"
    known.write_text("c1ccnc2c1cc[nH]2 mine\n")
    said = workbench(
        "dock", data / "targets" / "1fmo.cif", "--site", "ligand ADN", "--library", library, "--out", out, "--poses", 2,
        "--quick", "--time-limit", 900, "--workers", 0, "--known", known,
    )  # fmt: skip
    assert said.returncode == 2
    assert "1 of the 1 known ligands have a pose; expected at least 3 known ligands in the library" in said.stderr
    assert "2 scored" in said.stdout
