"""The demo as a newcomer runs it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from rdkit import Chem

from tests.conftest import Run


@pytest.mark.demo
def test_make_demo_ends_with_hits_that_can_be_opened(workbench: Run, root: Path) -> None:
    """Looks at ``demo/``, which ``make demo`` has just written; fewer than ten may have been docked."""
    looked_at(root / "demo", workbench)
    assert 2 <= docked_rows(root / "demo") <= 10


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_demo_in_a_folder_of_its_own(workbench: Run, tmp_path: Path) -> None:
    done = workbench("demo", "--out", tmp_path / "demo", "--workers", 2, seconds=1400)
    assert done.returncode == 0, done.stderr
    assert "1FMO" in done.stdout
    assert re.search(r"\d +staurosporine", done.stdout)
    assert "not seen in training: ROC AUC" in done.stdout
    assert "This was the quick search" in done.stdout
    looked_at(tmp_path / "demo", workbench)
    assert docked_rows(tmp_path / "demo") == 10


def docked_rows(demo: Path) -> int:
    """Return how many of the hits have a pose."""
    with open(demo / "hits.csv", newline="", encoding="utf-8") as stream:
        return sum(1 for row in csv.DictReader(stream) if row.get("pose_probability_2A"))


def looked_at(demo: Path, workbench: Run) -> None:
    """Open what the demo wrote, as a newcomer would."""
    with open(demo / "hits.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 1000
    best = {row["name"]: row for row in rows[:10]}
    assert best["staurosporine"]["known"] == "true"
    # A docked hit has a record for each of its poses.
    assert len({mol.GetProp("rank") for mol in Chem.SDMolSupplier(str(demo / "hits.sdf"))}) == 1000
    page = (demo / "hits.html").read_text()
    assert "ADN" in page
    assert any((demo / f"dossier.{suffix}").is_file() for suffix in ("pdf", "html"))
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=[\"']https?:", page)

    why = workbench("hits", demo / "run", "--why", "NSC5")
    assert why.returncode == 0
    assert "rank" in why.stdout
    # The crystal of bovine kinase that the demo screens is told apart from the human one the model was trained on.
    for command in ("status", "hits"):
        assert "the target is PKAC-alpha: " in workbench(command, demo / "run").stdout
