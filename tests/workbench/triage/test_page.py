"""The triage page needs nothing from anywhere else and runs nothing that a file brought."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from screening.targets.files.read import read_target
from screening.targets.files.write import cif_text
from screening.targets.triage.ranking import DEFAULT_WEIGHTS, RankedTarget, rank_targets
from screening.targets.triage.survey import survey_targets
from tests.conftest import Run
from workbench.triage.page import triage_page


@pytest.fixture(scope="module")
def ranked(data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[RankedTarget]:
    place = tmp_path_factory.mktemp("in")
    target = read_target(data / "targets" / "1fmo.cif")
    bad = dataclasses.replace(target, id="<script>alert(1)</script>", title="</script><img onerror=x>")
    (place / "a.cif").write_text(cif_text(target))
    (place / "b.cif").write_text(cif_text(bad))
    return rank_targets(survey_targets([place], tmp_path_factory.mktemp("out"), pockets=False))


def test_page_is_self_contained_and_escaped(ranked: list[RankedTarget]) -> None:
    page = triage_page(ranked, DEFAULT_WEIGHTS, [{"name": "<b>", "state": "rejected", "reason": "x<y"}], {"scored": 2})
    assert "<script>alert" not in page
    assert "<img onerror" not in page
    assert "&lt;b&gt;" in page
    assert not re.search(r"(src|href)=[\"']https?:", page)
    rows = json.loads(re.search(r'id="rows">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
    assert [row["score"] for row in rows] == [target.score for target in ranked]
    assert page == triage_page(
        ranked, DEFAULT_WEIGHTS, [{"name": "<b>", "state": "rejected", "reason": "x<y"}], {"scored": 2}
    )
    for part in DEFAULT_WEIGHTS:
        assert f'name="{part}"' in page


def test_command_ranks_a_folder_and_goes_on(workbench: Run, data: Path, tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    (place / "kinase.cif").write_bytes((data / "targets" / "1fmo.cif").read_bytes())
    (place / "broken.pdb").write_text("HEADER    X\nEND\n")
    arguments = ("target", "triage", place, "--out", tmp_path / "out", "--weight", "quality=1", "--json")
    done = workbench(*arguments)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["counts"] == {"rejected": 1, "scored": 1}
    assert facts["targets"][0]["id"] == "1FMO"
    assert 0.0 < facts["targets"][0]["druggability"] <= 1.0
    assert "E:" in facts["targets"][0]["pocket_residues"]
    for name in ("triage.csv", "triage.html", "triage.png"):
        assert (tmp_path / "out" / name).stat().st_size > 100
    assert workbench(*arguments).stdout == done.stdout
    wrong = workbench("target", "triage", place, "--out", tmp_path / "x", "--weight", "beauty=1")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
