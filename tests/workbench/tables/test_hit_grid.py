from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path

import pyarrow as pa
import pytest

from screening.errors import UsageError
from screening.runs.hits import HIT_SCHEMA
from workbench.page import cell, depiction
from workbench.page.cell import Carrier, Place
from workbench.tables import grid as grid_module
from workbench.tables import hit_grid


def hits(*changes: dict) -> pa.Table:
    row = {
        "rank": 1, "record": 0, "id": "0" * 32, "name": "caffeine", "smiles": "Cn1c(=O)c2c(ncn2C)n(C)c1=O",
        "affinity": 6.5, "kind": "pKd", "lower": 5.25, "upper": 7.75, "in_domain": True, "nearest": "theophylline",
        "similarity": 0.81, "known": False, "flags": ["PAINS"], "source": "a/b.smi", "number": 7,
    }  # fmt: skip
    rows = [row | {"rank": i + 1, "record": i} | change for i, change in enumerate(changes)]
    return pa.Table.from_pylist(rows, schema=HIT_SCHEMA)


def payload(html: str) -> dict:
    packed = re.search(r"const PACKED='([\w+/=]+)'", html)
    assert packed is not None
    found: dict = json.loads(gzip.decompress(base64.b64decode(packed[1])))
    return found


def test_every_column_and_a_drawing_travel() -> None:
    html = hit_grid(hits({}, {"name": "second"})).html()
    data = payload(html)
    assert data["name"] == ["caffeine", "second"]
    assert data["affinity"] == [6.5, 6.5]
    assert data["lower"] == [5.25, 5.25]
    assert data["flags"] == [["PAINS"], ["PAINS"]]
    assert all(drawing.startswith("<svg") and "bond-" in drawing for drawing in data["drawing"])


def test_one_grid_of_a_notebook_carries_the_script_and_a_cell_that_runs_again_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grid_module, "_CARRIER", Carrier(again=True))

    def shown(place: Place) -> bool:
        monkeypatch.setattr(cell, "current", lambda: place)
        html = hit_grid(hits({}))._repr_mimebundle_()["text/html"]
        found = re.search(r"const CODE='([\w+/=]*)'", html)
        assert found is not None
        assert bool(found[1]) == ("<style></style>" not in html)
        return bool(found[1])

    assert shown(Place("", "")), "outside notebooks every grid stands alone"
    assert [shown(Place("a", "1")), shown(Place("a", "1")), shown(Place("b", "2"))] == [True, False, False]
    assert shown(Place("a", "3")), "the first cell must not lose it"
    assert shown(Place("b", "4")), "the first cell may be gone by then"
    monkeypatch.setattr(cell, "current", lambda: Place("c", "5"))
    assert "const CODE=''" not in hit_grid(hits({})).html(), "an exported page stands alone"


def test_the_first_rows_are_seen_without_scripts() -> None:
    html = hit_grid(hits(*[{"name": f"compound {i}"} for i in range(30)])).html()
    visible = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    assert visible.count("data:image/png;base64") == 10
    assert "20 more rows" in visible
    assert "5.25 to 7.75" in visible


def test_hostile_names_are_text() -> None:
    bad = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    html = hit_grid(hits({"name": bad, "nearest": bad})).html()
    assert html.count("</script>") == 1
    assert "<img src=x" not in html


def test_numbers_that_are_none_are_shown_as_none() -> None:
    data = payload(hit_grid(hits({"similarity": float("nan"), "nearest": ""})).html())
    assert data["similarity"] == [None]


def test_a_structure_that_cannot_be_read_leaves_its_row() -> None:
    data = payload(hit_grid(hits({"smiles": "not a smiles"})).html())
    assert data["drawing"] == [""]


def test_an_empty_table_and_a_wrong_one() -> None:
    assert "no hits" in hit_grid(hits().slice(0, 0)).html()
    with pytest.raises(UsageError, match="the table has no column 'rank'"):
        hit_grid(pa.table({"name": ["a"]}))


def test_saving_and_text(tmp_path: Path) -> None:
    grid = hit_grid(hits({}), title="Hits on <PKA>")
    text = grid.save_html(tmp_path / "hits.html").read_text(encoding="utf-8")
    assert "<title>Hits on &lt;PKA&gt;</title>" in text
    assert "caffeine" in repr(grid)
    assert set(grid._repr_mimebundle_()) == {"text/html", "text/plain"}


def test_a_drawing_is_small_and_names_its_bonds() -> None:
    drawing = depiction.svg("c1ccccc1O")
    assert len(drawing) < 4000
    assert "<?xml" not in drawing
    assert len(set(re.findall(r"bond-\d+", drawing))) == 7


def test_properties_to_filter_by_are_computed_from_the_smiles() -> None:
    data = payload(hit_grid(hits({}, {"smiles": "not a smiles"})).html())
    assert data["properties"] == {"MW": [194.194, None], "logP": [-1.029, None]}
    data = payload(hit_grid(hits({}), properties=("number", "hbd")).html())
    assert data["properties"] == {"number": [7.0], "donors": [0.0]}
    with pytest.raises(UsageError, match="the table has no column 'colour'"):
        hit_grid(hits({}), properties=("colour",))
