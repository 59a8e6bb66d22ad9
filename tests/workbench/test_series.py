"""R-groups, matched pairs and cliffs in one line from Python and from the command line, from whatever holds values."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import workbench as wb
from screening.errors import UsageError
from workbench.cli.main import main


@pytest.fixture(scope="module")
def table(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("series") / "measured.csv"
    lines = (data / "affinities" / "nav17.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines[1::10]]), encoding="utf-8")
    return path


def test_r_groups_of_a_table_are_drawn_and_saved(table: Path, tmp_path: Path) -> None:
    found = wb.r_groups(table, "c1ccc(Oc2ccccc2)cc1", rows=5)
    page = found.html()
    assert page.count("<svg") > 10
    assert "<script" not in page
    rows = found.table.to_pylist()
    values = [row["pIC50"] for row in rows if not row["left_out"]]
    assert values == sorted(values, reverse=True)
    assert len(rows) == len(table.read_text(encoding="utf-8").splitlines()) - 1
    lines = found.save(tmp_path / "groups.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(rows) + 1
    assert found.save(tmp_path / "groups.html").stat().st_size < 600_000
    with pytest.raises(UsageError, match=r"groups\.txt"):
        found.save(tmp_path / "groups.txt")


def test_matched_pairs_name_their_pairs(table: Path) -> None:
    found = wb.matched_pairs(table, least_pairs=2, by="pairs")
    counts = found.table.column("pairs").to_pylist()
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 2
    first = found.exchanges[0]
    assert all(found.compounds.names[row] in found.html() for row in first.pairs[0])
    assert "Traceback" not in repr(found)
    with pytest.raises(UsageError, match="cannot be ordered by 'name'"):
        wb.matched_pairs(table, by="name")


def test_cliffs_are_drawn_the_same_way_round_with_the_difference_marked() -> None:
    rows = pa.table(
        {
            "name": ["weak", "tight", "other"],
            "smiles": ["CCCCCCCCc1ccc(C(=O)NC)cc1", "CCCCCCCCc1ccc(C(=O)NCC)cc1", "C1CCNCC1"],
            "value": [5.0, 8.0, 6.0],
        }
    )
    found = wb.cliffs(rows, alike=0.5)
    (one,) = found.cliffs
    assert (one.first, one.second, one.difference) == ("tight", "weak", 3.0)
    page = found.html()
    assert "pIC50" not in page
    assert "3.00</b> log units apart" in page
    # One atom more is marked, in one of the two drawings.
    assert page.count("<ellipse") == 1


def test_a_model_and_what_is_none(table: Path) -> None:
    with pytest.raises(UsageError, match="is no series of compounds"):
        wb.cliffs(7)
    with pytest.raises(UsageError, match="no column 'smiles'"):
        wb.cliffs(pa.table({"name": ["a"], "value": [1.0]}))
    from screening.models.data.measurements import read_measurements

    data = read_measurements(table)
    assert np.array_equal(wb.matched_pairs(data).table["pairs"], wb.matched_pairs(table).table["pairs"])


def run(*words: str) -> int:
    try:
        main(list(words))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_commands(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("series", "cliffs", str(table), "--jump", "0.5", "--alike", "0.6", "--json") == 0
    assert {"first", "second", "difference"} <= set(json.loads(capsys.readouterr().out)[0])
    page, core = tmp_path / "a.html", "c1ccc(Oc2ccccc2)cc1"
    assert run("series", "r-groups", str(table), "--core", core, "--out", str(page)) == 0
    assert "R-groups of" in page.read_text(encoding="utf-8")
    capsys.readouterr()
    assert run("series", "pairs", str(table), "--least-pairs", "2") == 0
    assert "exchanges among" in capsys.readouterr().out
    assert run("series", "r-groups", str(table), "--core", "C1CC") == 2
    assert capsys.readouterr().err.count("\n") == 1
