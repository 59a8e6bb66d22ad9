"""The demo as a newcomer runs it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from rdkit import Chem

from tests.conftest import Run


@pytest.mark.timeout(1000)
def test_the_demo_ends_with_hits_that_can_be_opened(workbench: Run, tmp_path: Path) -> None:
    done = workbench("demo", "--out", tmp_path / "demo", "--workers", 2, "--dock", 0, seconds=900)
    assert done.returncode == 0, done.stderr
    assert "1FMO" in done.stdout
    assert re.search(r"\d +staurosporine", done.stdout)
    assert "not seen in training: ROC AUC" in done.stdout
    with open(tmp_path / "demo/hits.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 1000
    best = {row["name"]: row for row in rows[:10]}
    assert best["staurosporine"]["known"] == "true"
    assert sum(1 for _ in Chem.SDMolSupplier(str(tmp_path / "demo/hits.sdf"))) == 1000
    page = (tmp_path / "demo/hits.html").read_text()
    assert "ADN" in page
    assert any((tmp_path / "demo" / f"dossier.{suffix}").is_file() for suffix in ("pdf", "html"))
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=[\"']https?:", page)

    why = workbench("hits", tmp_path / "demo/run", "--why", "NSC5")
    assert why.returncode == 0
    assert "rank" in why.stdout
    # The crystal of bovine kinase that the demo screens is told apart from the human one the model was trained on.
    for command in ("status", "hits"):
        assert "the target is PKAC-alpha: " in workbench(command, tmp_path / "demo" / "run").stdout


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_demo_docks_its_ten_best(workbench: Run, tmp_path: Path) -> None:
    pytest.importorskip("rustina", reason="the docking engine rustina is not installed")
    done = workbench("demo", "--out", tmp_path / "demo", "--workers", 2, seconds=1400)
    assert done.returncode == 0, done.stderr
    assert "This was the quick search" in done.stdout
    with open(tmp_path / "demo/hits.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [bool(row["pose_probability_2A"]) for row in rows[:11]] == [True] * 10 + [False]
