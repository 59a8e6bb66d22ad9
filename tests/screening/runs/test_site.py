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
    for text in ("rubbish", "point 1,2 radius 3", "ligand", "pocket 1"):
        with pytest.raises(UsageError, match="describes no site; expected 'ligand NAME'"):
            place_site(kinase, text)


@pytest.mark.parametrize(
    ("site", "target", "code", "words"),
    [
        ("ligand ZZZ", True, 1, "ADN"),
        ("rubbish", True, 2, "describes no site"),
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
