"""A library docked into two structures of one target, one of them without the ligand that names the site."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.engine import files
from screening.errors import FileError, PlanError, RunError, RunMismatchError, SiteError, UsageError
from screening.runs.damage import run_damage
from screening.runs.docking.dock import dock_library
from screening.runs.matrix.ensemble import RESULT, EnsembleStructure, dock_ensemble, open_ensemble, plan_ensemble
from screening.runs.open_folder import run_folders
from screening.runs.site import place_site
from screening.runs.status import run_status
from screening.targets.files.read import read_target
from screening.targets.files.write import pdb_text

SITE = "ligand ADN"


@pytest.fixture(scope="module")
def structures(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """A folder with the structure, and with the same protein moved, renumbered and without its ligand."""
    folder = tmp_path_factory.mktemp("structures")
    source = data / "targets" / "1fmo.cif"
    (folder / "a_bound.cif").write_text(source.read_text("utf-8"), "utf-8")
    target = read_target(source)
    protein = target.atoms.select(~np.isin(target.atoms.residue_name, ["ADN"]))
    lines = pdb_text(target, protein).splitlines()
    moved = [
        f"{line[:22]}{int(line[22:26]) + 100:4d}{line[26:30]}{float(line[30:38]) + 5:8.3f}{line[38:]}"
        if line.startswith(("ATOM", "HETATM")) else line
        for line in lines
        if line.startswith(("ATOM", "HETATM", "TER", "END"))
    ]  # fmt: skip
    (folder / "b_empty.pdb").write_text("\n".join(moved) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> PreparedLibrary:
    folder = tmp_path_factory.mktemp("small")
    (folder / "three.smi").write_text("Oc1ccccc1 phenol\nCO methanol\n", "utf-8")
    return prepare_library([folder / "three.smi"], folder / "library")


def test_the_site_is_carried_over_to_a_structure_without_the_ligand(structures: Path) -> None:
    found = plan_ensemble(structures, SITE)
    assert found[0].site == SITE
    bound, empty = (read_target(one.path) for one in found)
    there = [one for one in place_site(bound, SITE).residues if one.chain == "E"]  # the chains that are aligned
    carried = place_site(empty, found[1].site).residues
    assert len(carried) == len(there)
    assert [one.number for one in carried] == [one.number + 100 for one in there]
    assert [one.name for one in carried] == [one.name for one in there]


@pytest.mark.parametrize(
    ("site", "told"), [("ligand XYZ", "XYZ"), ("residues E:LYS72, E:ASP999", "ASP999"), ("somewhere nice", "no site")]
)
def test_a_site_that_no_structure_has(structures: Path, site: str, told: str) -> None:
    with pytest.raises((SiteError, UsageError), match=told):
        plan_ensemble(structures, site)


def test_targets_that_cannot_be_docked_into(tmp_path: Path, structures: Path, data: Path) -> None:
    (tmp_path / "one.fasta").write_text(">one\nMKTAYIAKQRQISFVKSHFSRQ\n")
    with pytest.raises(UsageError, match="sequence without coordinates"):
        plan_ensemble(tmp_path, SITE)
    with pytest.raises(UsageError, match="'EGFR' is no structure"):
        plan_ensemble("EGFR", SITE)


def test_folders_that_hold_something_else(tmp_path: Path, small: PreparedLibrary) -> None:
    one = EnsembleStructure("a", "a.cif", SITE)
    with pytest.raises(UsageError, match="same name"):
        dock_ensemble(small, [one, EnsembleStructure("a", "b.cif", SITE)], tmp_path / "new")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("x")
    with pytest.raises(RunMismatchError, match="not empty"):
        dock_ensemble(small, [one], tmp_path / "other")
    files.write_text(tmp_path / "ens" / "ensemble.json", json.dumps({"library": "x", "structures": []}))
    with pytest.raises(RunMismatchError, match="another ensemble"):
        dock_ensemble(small, [one], tmp_path / "ens")
    with pytest.raises(RunError, match="not finished"):
        _ = open_ensemble(tmp_path / "ens").table
    (tmp_path / "ens" / "ensemble.json").write_text("{")
    with pytest.raises(PlanError, match="no plan"):
        open_ensemble(tmp_path / "ens")
    with pytest.raises(FileError, match="no ensemble"):
        open_ensemble(tmp_path / "other")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_compounds_are_ranked_by_their_best_structure(structures: Path, small: PreparedLibrary, tmp_path: Path) -> None:
    pytest.importorskip("rustina", reason="docking needs rustina (extra poses)")
    planned = plan_ensemble(structures, SITE)
    found = dock_ensemble(small, planned, tmp_path / "ens", quick=True, time_limit=600)
    table = found.table
    assert table.num_rows == 2
    assert found.names == [one.name for one in planned]
    assert np.isfinite(found.scores).all()
    assert table["best"].to_pylist() == found.scores.max(axis=1).tolist() == sorted(found.scores.max(axis=1))[::-1]
    assert table["structure"].to_pylist() == [found.names[at] for at in found.scores.argmax(axis=1)]
    assert found.flat().column(found.names[1]).to_pylist() == found.scores[:, 1].tolist()
    alone = dock_library(planned[0].path, SITE, small.folder, tmp_path / "alone", quick=True, time_limit=600)
    docked = dict(zip(alone.table()["record"].to_pylist(), alone.table()["ranking_score"].to_pylist()))
    assert found.scores[:, 0].tolist() == [docked[record] for record in table["record"].to_pylist()]
    before = (found.folder / RESULT).read_bytes()
    (found.folder / RESULT).unlink()
    again = dock_ensemble(small, planned, tmp_path / "ens", quick=True, time_limit=600)
    assert (again.folder / RESULT).read_bytes() == before
    assert [run_status(one).state for one in run_folders(again.folder)] == ["finished"] * 2
    assert [run_damage(one) for one in run_folders(again.folder)] == [[], []]
    (again.folder / RESULT).write_bytes(before[:-1])
    with pytest.raises(FileError, match="damaged"):
        _ = open_ensemble(again.folder).table
