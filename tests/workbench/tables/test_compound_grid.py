from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path

import pytest

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.errors import UsageError
from workbench.tables import compound_grid


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> PreparedLibrary:
    folder = tmp_path_factory.mktemp("library")
    lines = [f"{'C' * length}O alcohol {length}" for length in range(1, 31)]
    (folder / "alcohols.smi").write_text("\n".join([*lines, "O=[N+]([O-])c1ccccc1 nitrobenzene"]), encoding="utf-8")
    return prepare_library([folder / "alcohols.smi"], folder / "prepared", batch_records=7)


def payload(html: str) -> dict:
    packed = re.search(r"const PACKED='([\w+/=]+)'", html)
    assert packed is not None
    found: dict = json.loads(gzip.decompress(base64.b64decode(packed[1])))
    return found


def test_a_small_library_is_shown_whole(library: PreparedLibrary) -> None:
    data = payload(compound_grid(library).html())
    assert data["record"] == list(range(31))
    assert data["name"][-1] == "nitrobenzene"
    assert data["flags"][-1], "an alert of the default rules"
    assert data["properties"]["MW"][0] == pytest.approx(32.04, abs=0.01)
    assert all(drawing.startswith("<svg") for drawing in data["drawing"])


def test_of_a_large_one_even_steps_over_all_parts(library: PreparedLibrary) -> None:
    assert payload(compound_grid(library, rows=7).html())["record"] == [0, 5, 10, 15, 20, 25, 30]


def test_rows_of_a_search_are_shown_as_they_come(library: PreparedLibrary, tmp_path: Path) -> None:
    rows = library.read_compounds(1).take([3, 0])
    grid = compound_grid(rows, title="Neighbours")
    assert payload(grid.html())["record"] == [10, 7]
    assert "alcohol 11" in repr(grid)
    text = grid.save_html(tmp_path / "neighbours.html").read_text(encoding="utf-8")
    assert "<title>Neighbours</title>" in text
    assert "no compounds" in compound_grid(rows.slice(0, 0)).html()
    with pytest.raises(UsageError, match="no column 'record'"):
        compound_grid(rows.select(["name", "smiles"]))
