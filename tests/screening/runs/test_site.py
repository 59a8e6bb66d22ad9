"""A site in a few words, placed before any work."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.errors import SiteError, UsageError
from screening.runs.plan import ScreenPlan
from screening.runs.site import place_site
from screening.targets.files.read import read_target
from screening.targets.target import Target
from tests.conftest import Run


@pytest.fixture(scope="module")
def kinase(data: Path) -> Target:
    return read_target(data / "targets" / "1fmo.cif")


def test_three_ways(kinase: Target) -> None:
    around = place_site(kinase, "ligand ADN")
    assert around.ligand is not None
    assert around.ligand.name == "ADN"
    assert place_site(kinase, around.origin) == around
    residues = place_site(kinase, f"residues {around.residues[0]}, {around.residues[1]}")
    assert residues.residues == around.residues[:2]
    x, y, z = around.centre_A
    point = place_site(kinase, f"point {x:.2f}, {y:.2f}, {z:.2f} radius 8")
    assert set(point.residues) & set(around.residues)


def test_what_is_not_there(kinase: Target) -> None:
    with pytest.raises(SiteError, match="ADN"):
        place_site(kinase, "ligand ZZZ")
    with pytest.raises(SiteError, match="has no ligand rubbish; expected one of E:ADN351"):
        place_site(kinase, "rubbish")
    with pytest.raises(SiteError, match="has no pocket 99; expected a pocket from 1 to"):
        place_site(kinase, "pocket 99")
    with pytest.raises(UsageError, match="a point without a radius"):
        place_site(kinase, "1, 2, 3")
    for text in ("some rubbish", "point 1,2 radius 3", "", "around ADN"):
        with pytest.raises(UsageError, match="describes no site; expected 'ADN' or 'ligand E:ADN351'"):
            place_site(kinase, text)


def test_short_forms_mean_the_same(kinase: Target) -> None:
    around = place_site(kinase, "ligand ADN")
    assert place_site(kinase, "ADN") == place_site(kinase, "E:ADN351") == around
    wide = place_site(kinase, "ADN", radius_A=8)
    assert wide == place_site(kinase, "ligand ADN radius 8") == place_site(kinase, wide.origin)
    assert len(wide.residues) > len(around.residues)
    pair = place_site(kinase, "E:LYS72,E:ASP184")
    assert pair == place_site(kinase, "residues E:LYS72, E:ASP184")
    assert place_site(kinase, "E:LYS72").residues == pair.residues[:1]
    peptide = place_site(kinase, "ligand I")
    assert place_site(kinase, peptide.origin) == peptide


def test_a_pocket_is_a_site(kinase: Target) -> None:
    pocket = place_site(kinase, "pocket 1")
    assert pocket.origin.startswith("pocket 1, p=")
    assert place_site(kinase, pocket.origin) == pocket


@pytest.mark.parametrize(
    ("site", "target", "code", "words"),
    [
        ("ligand ZZZ", True, 1, "ADN"),
        ("some rubbish", True, 2, "describes no site"),
        ("rubbish", True, 1, "has no ligand rubbish"),
        ("ligand ADN", False, 2, "--target FILE"),
    ],
)
def test_the_command_refuses_before_any_work(
    tmp_path: Path,
    plan: ScreenPlan,
    model: Path,
    data: Path,
    workbench: Run,
    site: str,
    target: bool,
    code: int,
    words: str,
) -> None:
    given = ["--target", data / "targets" / "1fmo.cif"] if target else []
    done = workbench(
        "screen", "--library", plan.library, "--model", model, "--out", tmp_path / "run", "--site", site, *given
    )
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert not (tmp_path / "run").exists()
