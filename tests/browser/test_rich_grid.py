"""What a page of hits answers in a real browser: rows that open, charts that select, a score of aims, cards, paper."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from rdkit import Chem
from rdkit.Chem import Descriptors

from screening.engine.csv_table import write_csv
from screening.runs.evidence.nearest_known import NEIGHBOUR
from screening.runs.hits import HIT_SCHEMA
from screening.runs.scoring.profile import read_profile
from screening.runs.scoring.score import scored
from workbench.export.columns import flat
from workbench.tables import hit_grid

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PROFILE = "affinity > 5..8 * 2; logp = -1..1..3..5.5; ligand_efficiency > 0.2..0.5; price < 10..60"


@pytest.fixture(scope="module")
def evidence(data: Path) -> pa.Table:
    rows, more = [], []
    random = np.random.default_rng(3)
    for line in (data / "libraries" / "nci.smi").read_text(encoding="utf-8").splitlines()[200:320]:
        text, name = line.split()[:2]
        mol = Chem.MolFromSmiles(text)
        if mol is None or mol.GetNumHeavyAtoms() < 6 or len(rows) == 60:
            continue
        i, affinity = len(rows), round(9.0 - len(rows) / 15, 3)
        rows.append(
            {
                "rank": i + 1, "record": i, "id": f"{i:032x}", "name": name, "smiles": Chem.MolToSmiles(mol),
                "affinity": affinity, "kind": "pKd", "lower": affinity - 0.9, "upper": affinity + 0.9,
                "in_domain": i % 3 > 0, "nearest": "near", "similarity": (i * 37 % 100) / 100, "known": i == 0,
                "flags": ["a", "b"] if i % 10 == 0 else [], "source": "nci.smi", "number": i + 1,
            }
        )  # fmt: skip
        neighbours = [
            {
                "name": f"known {k}", "smiles": "c1ccccc1O", "similarity": 0.5 - k / 10, "relation": "<" if k else "=",
                "measured": 6.125 + k,
            }
            for k in range(3)
        ]  # fmt: skip
        more.append(
            {
                "logp": Descriptors.MolLogP(mol), "ligand_efficiency": 1.364 * affinity / mol.GetNumHeavyAtoms(),
                "price": f"{random.uniform(5, 80):.2f}" if i % 7 else "", "measured": 7.075 if i == 0 else None,
                "measured_relation": "=" if i == 0 else "", "seen_as": "itself" if i == 0 else "",
                "neighbours": neighbours, "molecular_weight": Descriptors.MolWt(mol),
            }
        )  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=HIT_SCHEMA)
    kinds = {"neighbours": pa.list_(NEIGHBOUR), "price": pa.string(), "measured_relation": pa.string()}
    for name in more[0]:
        kind = kinds.get(name, pa.string() if name == "seen_as" else pa.float32())
        field = pa.field(name, kind, metadata={"decimals": "2", "title": name, "group": "properties"})
        table = table.append_column(field, pa.array([row[name] for row in more], kind))
    return table


@pytest.fixture
def page(screen: Any, evidence: pa.Table, tmp_path: Path) -> Any:
    found = screen(width=1200, height=900)
    found.open_file(hit_grid(evidence).save_html(tmp_path / "grid.html"))
    found.page.wait_for_selector("[data-wb-grid][data-wb-drawn='yes']", timeout=60_000)
    yield found
    assert found.errors == []


def button(page: Any, name: str) -> Any:
    return page.page.get_by_role("button", name=name, exact=True)


def saved(page: Any) -> str:
    with page.page.expect_download() as waiting:
        page.page.click("text=Save CSV")
    return Path(waiting.value.path()).read_text(encoding="utf-8")


def test_a_row_opens_with_measured_values_and_closes(page: Any) -> None:
    page.page.locator(".wb-row .wb-name").first.click()
    opened = page.page.locator(".wb-detailbox")
    text = opened.inner_text()
    assert "Measured of itself: 7.08 (seen in training as itself)" in text
    assert "pKd 6.13" in text
    assert "pKd < 7.13" in text
    assert opened.locator("figure svg").count() == 3
    assert opened.locator(".wb-large svg").bounding_box()["width"] > 300
    assert page.shoot("grid_opened", opened).inked > 3000
    button(page, "Close").click()
    assert not opened.is_visible()


def test_the_page_saves_what_export_writes(page: Any, evidence: pa.Table) -> None:
    stream = io.StringIO(newline="")
    for number, batch in enumerate(flat(evidence.to_reader())):
        assert number == 0
        write_csv(stream, pa.Table.from_batches([batch]), decimals=3)
    assert list(csv.reader(io.StringIO(saved(page)))) == list(csv.reader(io.StringIO(stream.getvalue())))


def test_scores_are_those_of_python(page: Any, evidence: pa.Table) -> None:
    button(page, "Score").click()
    page.page.fill("[aria-label=Aims]", PROFILE)
    page.page.press("[aria-label=Aims]", "Enter")
    data = "document.querySelector('[data-wb-grid]').workbench.data"
    found = {name: page.page.evaluate(f"() => {data}.{name}") for name in ("mpo", "mpo_lower", "mpo_upper", "pareto")}
    wanted = scored(evidence, read_profile(PROFILE)).sort_by("record").to_pydict()
    assert [front == 1 for front in found["pareto"]] == [front == 1 for front in wanted["pareto"]]
    for name in ("mpo", "mpo_lower", "mpo_upper"):
        for own, other in zip(found[name], wanted[name]):
            assert (own is None) == (other is None)
            # The values on a page have three decimals.
            assert own is None or own == pytest.approx(other, abs=0.003)
    rows = list(csv.DictReader(io.StringIO(saved(page))))
    assert "mpo_parts" in rows[0]
    best = [row["mpo"] for row in rows if row["mpo"]]
    assert best == sorted(best, reverse=True)
    # A weight of nothing takes an aim out.
    page.page.locator("[aria-label='Weight of price']").fill("0")
    assert page.page.evaluate(f"() => {data}.mpo").count(None) == 0
    assert "price < 10..60 * 0" in page.page.input_value("[aria-label=Aims]")
    page.page.fill("[aria-label=Aims]", "nothing > 1..2")
    page.page.press("[aria-label=Aims]", "Enter")
    assert "There is no column nothing here." in page.page.inner_text(".wb-panel:not([hidden])")


def test_a_chart_shows_structures_and_selects_rows(page: Any) -> None:
    button(page, "Chart").click()
    page.page.select_option("[aria-label='Chart x']", "similarity")
    page.page.select_option("[aria-label='Chart y']", "affinity")
    box = page.page.locator(".wb-chart").bounding_box()
    scale = box["width"] / 560
    x, y = page.page.evaluate(
        "() => document.querySelector('.wb-chart path[stroke=\"#0072B2\"]').getAttribute('d')"
        ".match(/M([\\d.]+) ([\\d.]+)/).slice(1).map(Number)"
    )
    page.page.mouse.move(box["x"] + x * scale, box["y"] + y * scale)
    assert page.page.locator(".wb-tip svg").count() == 1
    # The upper half of the chart is the better half of the hits.
    page.page.mouse.move(box["x"] + 52 * scale, box["y"] + 14 * scale)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 545 * scale, box["y"] + 158 * scale)
    page.page.mouse.up()
    assert "chosen in a chart" in page.page.inner_text(".wb-count")
    ranks = [int(row["rank"]) for row in csv.DictReader(io.StringIO(saved(page)))]
    assert ranks == list(range(1, len(ranks) + 1))
    assert 20 < len(ranks) < 40
    button(page, "All rows").click()
    assert page.page.inner_text(".wb-count").startswith("60 of 60")


def test_cards_show_every_row_and_open(page: Any) -> None:
    button(page, "Cards").click()
    assert page.page.locator(".wb-card1").count() >= 10
    page.page.locator(".wb-card1").nth(3).click()
    assert page.page.inner_text(".wb-detailbox h3").startswith("4 ·")
    button(page, "Cards").click()
    assert page.page.locator(".wb-row").count() > 3


def test_every_hit_is_printed(page: Any, tmp_path: Path) -> None:
    page.page.pdf(path=tmp_path / "page.pdf")
    try:
        done = subprocess.run(["pdftotext", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        pytest.skip("no pdftotext on this machine (Debian: apt-get install poppler-utils)")
    assert done.stdout.count("predicted pKd") == 60
    assert page.page.locator(".wb-row").count() < 20


def test_a_phone_shows_charts_and_rows_that_open(screen: Any, evidence: pa.Table, tmp_path: Path) -> None:
    found = screen(width=420, height=900)
    found.open_file(hit_grid(evidence).save_html(tmp_path / "grid.html"))
    found.page.wait_for_selector(".wb-narrow .wb-row", timeout=60_000)
    for name in ("Chart", "Score"):
        button(found, name).click()
    found.page.locator(".wb-row .wb-name").first.click()
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 420
    assert found.errors == []
