"""A ligand is placed in a child process: repeatable, stopped in time, refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem

from screening.errors import InputError, UsageError
from screening.poses.placement import PlacementTimeoutError, Search, lowest_energy, place
from screening.poses.receptor.prepare import prepare_receptor
from screening.poses.receptor.receptor import Receptor
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand

pytest.importorskip("biotite", reason="receptors with modified residues need biotite (extra poses)")
pytest.importorskip("dimorphite_dl", reason="ligand states need dimorphite_dl (extra poses)")
pytest.importorskip("rustina", reason="docking needs rustina (extra poses)")


@pytest.fixture(scope="module")
def receptor(data: Path) -> Receptor:
    target = read_target(data / "targets" / "1fmo.cif")
    return prepare_receptor(target, site_around_ligand(target, "ADN"))


def test_poses_say_what_they_are(receptor: Receptor, capfd: pytest.CaptureFixture[str]) -> None:
    found = place(receptor, "c1cnc2[nH]ccc2c1", name="azaindole", search=Search(poses=9, quick=True))
    assert capfd.readouterr() == ("", ""), "the engine's own messages stay away"
    assert [pose.rank for pose in found] == list(range(1, len(found) + 1))
    energies = [score for pose in found for score in pose.scores if score.name == "Vinardo score"]
    lowest = lowest_energy(receptor, "c1cnc2[nH]ccc2c1", search=Search(quick=True))
    assert lowest == min(energies, key=lambda score: score.value), "without networks, the same energy"
    alone = place(receptor, "c1cnc2[nH]ccc2c1", name="azaindole", search=Search(poses=1, quick=True))
    assert alone == found[:1], "as many poses compete, however many are kept"
    for pose in found:
        assert pose.name == "azaindole"
        assert pose.origin.startswith("docked by rustina ")
        assert pose.origin.endswith(", seed 1, quick search")
        assert pose.state == "neutral, as drawn"
        assert pose.receptor_key == receptor.key
        assert Chem.MolToSmiles(Chem.RemoveHs(pose.molecule())) == pose.smiles


def test_a_ligand_that_takes_too_long_is_stopped(receptor: Receptor) -> None:
    long = "CC(C)CC(NC(=O)C(Cc1ccccc1)NC(=O)C(N)CC(C)C)C(=O)NC(CCCC)C(=O)O"
    with pytest.raises(PlacementTimeoutError, match=r"peptide took longer than 0\.5 s to dock"):
        place(receptor, long, name="peptide", time_limit=0.5)


@pytest.mark.parametrize(
    ("smiles", "said"),
    [("CCO.CCN", "holds 2 fragments"), ("[Mg+2]", "holds no carbon"), ("C(", "is no molecule")],
)
def test_what_cannot_be_placed_is_refused(receptor: Receptor, smiles: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        place(receptor, smiles)


def test_settings_are_checked_before_anything_starts(receptor: Receptor) -> None:
    with pytest.raises(UsageError, match="seed 0"):
        place(receptor, "CCO", seed=0)
    with pytest.raises(UsageError, match="no docking engine 'x'"):
        place(receptor, "CCO", search=Search(engine="x"))
