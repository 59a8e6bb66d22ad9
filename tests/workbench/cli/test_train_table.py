"""``workbench train --table`` and ``wb.fill_table``."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import workbench as wb
from screening.models.pairs.pair_boosting import PairBoosting
from screening.models.tables import fillers
from tests.screening.models.tables.conftest import SMILES
from workbench.cli.main import main


def run(*words: object) -> int:
    """Run the program; return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


@pytest.fixture(autouse=True)
def small_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fillers, "PairBoosting", lambda seed: PairBoosting(trees=10, leaves=7, boosters=1, seed=seed))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    rows = ["name,smiles,A,B,C,D"]
    for at, smiles in enumerate(SMILES):
        cells = ["" if rng.random() < 0.3 else f"{6 + at % 8 / 4 + rng.normal() / 5 + way:.2f}" for way in range(4)]
        rows.append(f"c{at},{smiles},{','.join(cells)}")
    path = tmp_path / "panel.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def test_fill_a_table(capsys: pytest.CaptureFixture[str], table: Path, tmp_path: Path) -> None:
    assert run("train", table, "--table", "--next", 4, "--out", tmp_path / "filled") == 0
    shown = capsys.readouterr()
    for word in ("gaps filled by", "mean of the target", "nearest compound", "The 90 % interval held", "Measure next"):
        assert word in shown.out
    assert "filling 160 cells: about" in shown.err
    with open(tmp_path / "filled" / "gaps.csv", encoding="utf-8", newline="") as stream:
        gaps = list(csv.DictReader(stream))
    assert len(gaps) == sum(cell == "" for row in table.read_text().splitlines() for cell in row.split(","))
    assert sorted(row["measure_next"] for row in gaps if row["measure_next"]) == ["1", "2", "3", "4"]
    assert all(float(row["lower"]) < float(row["predicted"]) < float(row["upper"]) for row in gaps)


def test_json_is_the_card(capsys: pytest.CaptureFixture[str], table: Path, tmp_path: Path) -> None:
    out = tmp_path / "filled"
    assert run("train", table, "--table", "--column", "A", "--column", "C", "--json", "--out", out) == 0
    card = json.loads(capsys.readouterr().out)
    assert card == json.loads((out / "card.json").read_text("utf-8"))
    assert card["targets"] == ["A", "C"]
    assert set(card["evaluation"]["cells left out"]["baselines"]) == set(fillers.BASELINES)


@pytest.mark.parametrize(
    ("options", "says", "code"),
    [
        (["--table", "--fast", "--split", "time"], "--split, --fast cannot be used with --table", 2),
        (["--table", "--column", "E"], "no column 'E'", 2),
        (["--table", "--value", "A"], "a long table needs two columns", 2),
        (["--table", "--unit", "M"], "holds no exact value", 1),
        (["--by", "A", "--value", "B"], "they are for --table", 2),
    ],
)
def test_bad_calls_end_in_one_sentence(
    capsys: pytest.CaptureFixture[str], table: Path, tmp_path: Path, options: list[str], says: str, code: int
) -> None:
    assert run("train", table, *options, "--out", tmp_path / "out") == code
    found = capsys.readouterr().err.strip()
    assert says in found
    assert len(found.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_in_python(table: Path, tmp_path: Path) -> None:
    found = wb.fill_table(table, measure_next=3, out=tmp_path / "filled")
    assert len(found.measure_next) == 3
    assert {"predicted", "lower", "upper", "in_domain"} <= set(found.gaps.columns)
    assert (tmp_path / "filled" / "filled.csv").is_file()
    assert "gaps filled" in repr(found)
