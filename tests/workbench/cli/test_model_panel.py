"""``workbench model panel`` and ``wb.off_targets``."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import workbench as wb
from screening.errors import UsageError
from workbench.cli.main import main

AMITRIPTYLINE = "CN(C)CCC=C1c2ccccc2CCc2ccccc12"


def run(*words: object) -> int:
    """Run the program; return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def test_likely_targets_of_a_compound(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("model", "panel", f"{AMITRIPTYLINE} amitriptyline", "--out", tmp_path / "panel.csv") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("amitriptyline: likely at ")
    assert "histamine H1 receptor: predicted pKi" in shown
    assert "no safety panel" in shown
    assert "a reason to measure, no finding" in shown
    with open(tmp_path / "panel.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 15
    assert rows[0]["likely"] == "true"


def test_a_file_with_a_bad_record_keeps_the_others(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "some.smi"
    path.write_text(f"{AMITRIPTYLINE} one\nC1CC broken\nCCO ethanol\n")
    assert run("model", "panel", path, "--json") == 0
    shown = capsys.readouterr()
    assert "left out: broken" in shown.err
    assert {row["name"] for row in json.loads(shown.out)} == {"one", "ethanol"}


def test_alone_it_says_how_good_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("model", "panel") == 0
    shown = capsys.readouterr().out
    for word in ("ChEMBL", "nearest", "interval", "dopamine D3 receptor", "no safety panel"):
        assert word in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("C1CC",), "holds no usable compound"),
        (("nowhere.smi",), "nowhere.smi"),
        (("CCO", "--panel", "nowhere"), "holds no panel"),
    ],
)
def test_bad_calls_end_in_one_sentence(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str) -> None:
    assert run("model", "panel", *words) in (1, 2)
    assert says in capsys.readouterr().err.strip().splitlines()[-1]


def test_in_python() -> None:
    found = wb.off_targets(AMITRIPTYLINE)
    assert len(found) == 15
    assert found[0]["likely"]
    with pytest.raises(UsageError, match="off_targets: 'C1CC'"):
        wb.off_targets(["CCO", "C1CC"])
