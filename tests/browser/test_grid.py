"""The grid of hits in a real browser: thousands of rows, search, substructures, sorting, ticks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow as pa
import pytest
from rdkit import Chem, RDLogger

from screening.compounds.library.prepare import prepare_library
from screening.runs.evidence.text import number_text
from screening.runs.hits import HIT_SCHEMA
from workbench.tables import compound_grid, hit_grid

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PATTERNS = (
    "c1ccccc1", "C(=O)N", "[NX3;H2]", "n1cncc1", "[#6]S(=O)(=O)N", "[R0]", "[r5]", "[r6;#7]", "[!#6;!#1]", "C#N",
    "[N+](=O)[O-]", "[$([NX3;H2,H1;!$(NC=O)])]", "[CH2][CH2]", "a-!@a", "C!@C", "[D3]", "[X2]", "[v4]", "[+]",
    "[F,Cl,Br,I]", "[#7,#8]~[#7,#8]", "O=C1C=CC(=O)C=C1", "[nH]", "[n;H0]", "[C;R]=[C;R]", "*1~*~*~*~*~1",
    "c1ccc2ccccc2c1", "[$(C=O),$(C=S)]", "C.N", "[CX3](=[OX1])[OX2H0]", "[!R]-[R]", "[NH2]-c", "[x3]",
)  # fmt: skip


@pytest.fixture(scope="module")
def hits(data: Path) -> pa.Table:
    RDLogger.DisableLog("rdApp.*")
    rows = []
    for line in (data / "libraries" / "nci.smi").read_text(encoding="utf-8").splitlines()[:3000]:
        text, name = line.split()[:2]
        mol = Chem.MolFromSmiles(text)
        if mol is None:
            continue
        i = len(rows)
        affinity = 9.0 - i / 1000
        rows.append(
            {
                "rank": i + 1, "record": i, "id": f"{i:032x}", "name": name, "smiles": Chem.MolToSmiles(mol),
                "affinity": affinity, "kind": "pKd", "lower": affinity - 1, "upper": affinity + 1,
                "in_domain": i % 3 > 0, "nearest": "staurosporine", "similarity": (i * 37 % 100) / 100,
                "known": i % 50 == 0, "flags": ["alert"] if i % 10 == 0 else [], "source": "nci.smi", "number": i + 1,
            }
        )  # fmt: skip
    RDLogger.EnableLog("rdApp.*")
    return pa.Table.from_pylist(rows, schema=HIT_SCHEMA)


@pytest.fixture
def grid(screen, hits: pa.Table, tmp_path: Path):
    page = screen(width=1200, height=800)
    page.open_file(hit_grid(hits).save_html(tmp_path / "grid.html"))
    page.page.wait_for_selector("[data-wb-grid][data-wb-drawn='yes']", timeout=60_000)
    return page


def shown(page) -> int:
    return int(page.page.inner_text(".wb-count").split(" of ")[0].replace(",", ""))


def test_substructure_search_finds_what_rdkit_finds(grid, hits: pa.Table) -> None:
    mols = [Chem.MolFromSmiles(text) for text in hits.column("smiles").to_pylist()]
    for pattern in PATTERNS:
        grid.page.fill("[aria-label=SMARTS]", pattern)
        grid.page.press("[aria-label=SMARTS]", "Enter")
        query = Chem.MolFromSmarts(pattern)
        expected = {i for i, mol in enumerate(mols) if mol.HasSubstructMatch(query)}
        found = set(grid.page.evaluate("() => document.querySelector('[data-wb-grid]').workbench.state.shown"))
        assert found == expected, pattern
    grid.page.fill("[aria-label=SMARTS]", "c1ccccc1O")
    grid.page.press("[aria-label=SMARTS]", "Enter")
    picture = grid.shoot("grid_smarts")
    assert picture.near("#d0006f", 40) > 200
    grid.page.fill("[aria-label=SMARTS]", "c1ccc(")
    grid.page.press("[aria-label=SMARTS]", "Enter")
    # What is not understood has found nothing.
    assert "SMARTS not understood: a “(” is not closed." in grid.page.inner_text(".wb-count")
    assert shown(grid) == 0
    assert "SMARTS not understood" in grid.page.inner_text(".wb-none")
    grid.shoot("grid_smarts_refused")
    # Searched as one types, without Enter.
    grid.page.fill("[aria-label=SMARTS]", "")
    grid.page.locator("[aria-label=SMARTS]").press_sequentially("[13C]", delay=20)
    grid.page.wait_for_function("() => document.querySelector('.wb-count').textContent === '0 of 2,998 shown'")
    grid.page.fill("[aria-label=SMARTS]", "[R2]")
    there = sum(mol.HasSubstructMatch(Chem.MolFromSmarts("[R2]")) for mol in mols)
    grid.page.wait_for_function(f"() => document.querySelector('.wb-count').textContent.startsWith('{there:,} of')")
    assert grid.errors == []


def test_search_sort_filter_and_scroll(grid, hits: pa.Table) -> None:
    assert shown(grid) == hits.num_rows
    # Only the rows in sight are on the page.
    assert grid.page.locator(".wb-row").count() < 20
    grid.page.fill("[aria-label=Search]", "alert")
    assert shown(grid) == sum(bool(flags) for flags in hits.column("flags").to_pylist())
    grid.page.fill("[aria-label=Search]", "")
    grid.page.get_by_label("in domain only").check()
    assert shown(grid) == sum(hits.column("in_domain").to_pylist())
    grid.page.get_by_label("in domain only").uncheck()
    grid.page.fill("[aria-label='MW max']", "150")
    grid.page.press("[aria-label='MW max']", "Enter")
    masses = grid.page.evaluate("() => document.querySelector('[data-wb-grid]').workbench.data.properties.MW")
    assert shown(grid) == sum(mass <= 150 for mass in masses)
    grid.page.fill("[aria-label='MW max']", "")
    grid.page.press("[aria-label='MW max']", "Enter")
    assert shown(grid) == hits.num_rows
    grid.page.click("button[data-key=similarity]")
    order = grid.page.evaluate("() => document.querySelector('[data-wb-grid]').workbench.state.shown.slice(0, 50)")
    values = hits.column("similarity").to_pylist()
    assert [values[i] for i in order] == sorted(values, reverse=True)[:50]
    grid.page.evaluate("() => { document.querySelector('.wb-scroll').scrollTop = 200000; }")
    grid.page.wait_for_timeout(300)
    assert grid.page.locator(".wb-row").count() < 20
    assert grid.shoot("grid_scrolled").inked > 20_000


def test_ticks_survive_a_reload_and_go_into_the_file(grid) -> None:
    grid.page.locator(".wb-row input").nth(0).check()
    grid.page.locator(".wb-row input").nth(2).check()
    assert "2 ticked" in grid.page.inner_text(".wb-count")
    grid.page.reload()
    grid.page.wait_for_selector("[data-wb-grid][data-wb-drawn='yes']")
    assert "2 ticked" in grid.page.inner_text(".wb-count")
    assert grid.page.get_by_text("Save CSV").inner_text() == "Save CSV: 2 ticked"
    with grid.page.expect_download() as waiting:
        grid.page.click("text=Save CSV")
    lines = Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["rank", "1", "3"]


def test_numbers_are_rounded_as_python_rounds_them(screen, hits: pa.Table, tmp_path: Path) -> None:
    table = hits.slice(0, 4)
    values = pa.array([7.075, 6.005, 5.125, 4.995], pa.float32())
    table = table.set_column(table.schema.get_field_index("affinity"), HIT_SCHEMA.field("affinity"), values)
    page = screen()
    page.open_file(hit_grid(table).save_html(tmp_path / "rounded.html"))
    page.page.wait_for_selector("[data-wb-grid][data-wb-drawn='yes']")
    shown_there = [text.strip() for text in page.page.locator(".wb-row .wb-big").all_inner_texts()]
    assert [re.findall(r"\d+\.\d+", text)[0] for text in shown_there] == [
        number_text(value, 2) for value in values.to_pylist()
    ]
    assert page.page.get_by_text("Save CSV").inner_text() == "Save CSV: 4 rows"


def test_other_ways_of_writing_a_structure_are_found(screen, hits: pa.Table, tmp_path: Path) -> None:
    table = hits.slice(0, 3)
    written = pa.array(["C1=CC=CC=C1O", "OC1CCCCC1", "[H]N([H])C1=CC=CC=C1"])
    table = table.set_column(table.schema.get_field_index("smiles"), HIT_SCHEMA.field("smiles"), written)
    page = screen()
    page.open_file(hit_grid(table).save_html(tmp_path / "kekule.html"))
    page.page.wait_for_selector("[data-wb-grid][data-wb-drawn='yes']")
    page.page.fill("[aria-label=SMARTS]", "c1ccccc1")
    page.page.press("[aria-label=SMARTS]", "Enter")
    assert page.page.evaluate("() => document.querySelector('[data-wb-grid]').workbench.state.shown") == [0, 2]
    assert page.errors == []


def test_names_from_a_file_do_nothing(screen, hits: pa.Table, tmp_path: Path) -> None:
    bad = "=1+1</script><img src=x onerror=window.HACKED=1>"
    table = hits.slice(0, 5)
    table = table.set_column(table.schema.get_field_index("name"), HIT_SCHEMA.field("name"), pa.array([bad] * 5))
    page = screen()
    page.open_file(hit_grid(table).save_html(tmp_path / "hostile.html"))
    page.page.wait_for_selector("[data-wb-grid][data-wb-drawn='yes']")
    assert page.page.evaluate("() => window.HACKED") is None
    assert page.page.locator(".wb-name").nth(0).inner_text() == bad
    with page.page.expect_download() as waiting:
        page.page.click("text=Save CSV")
    # A spreadsheet must not take a name for a formula.
    assert "'=1+1" in Path(waiting.value.path()).read_text(encoding="utf-8")
    assert json.dumps(page.errors) == "[]"


def test_a_phone_shows_every_field_without_scrolling_sideways(screen, hits: pa.Table, tmp_path: Path) -> None:
    page = screen(width=390, height=844)
    page.open_file(hit_grid(hits).save_html(tmp_path / "grid.html"))
    page.page.wait_for_selector(".wb-narrow .wb-row", timeout=60_000)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    cells = page.page.eval_on_selector_all(
        ".wb-row:first-child > *", "all => all.map(one => one.getBoundingClientRect()).map(r => [r.left, r.right])"
    )
    assert len(cells) == 6
    assert all(0 <= left < right <= 390 for left, right in cells)


def test_a_library_is_sorted_by_property_and_searched(screen, data: Path, tmp_path: Path) -> None:
    (tmp_path / "some.smi").write_text(
        "".join((data / "libraries" / "nci.smi").read_text(encoding="utf-8").splitlines(keepends=True)[:300]),
        encoding="utf-8",
    )
    library = prepare_library([tmp_path / "some.smi"], tmp_path / "library")
    page = screen(width=1200, height=800)
    page.open_file(compound_grid(library).save_html(tmp_path / "grid.html"))
    page.page.wait_for_selector("[data-wb-grid][data-wb-drawn='yes']", timeout=60_000)
    assert shown(page) == library.compounds
    rows = pa.concat_tables(list(library.iterate(["name", "smiles", "molecular_weight"])))
    page.page.select_option("select[aria-label='Sort by']", "MW")
    lightest = page.page.inner_text(".wb-row[style*='top: 0px'] .wb-name")
    assert lightest == rows.sort_by("molecular_weight")["name"][0].as_py()
    page.page.fill("input[aria-label='SMARTS']", "c1ccccc1")
    page.page.press("input[aria-label='SMARTS']", "Enter")
    ring = Chem.MolFromSmarts("c1ccccc1")
    wanted = sum(Chem.MolFromSmiles(text).HasSubstructMatch(ring) for text in rows["smiles"].to_pylist())
    assert shown(page) == wanted


def test_grids_of_one_page_share_the_script_whichever_comes_first(screen, hits: pa.Table, tmp_path: Path) -> None:
    """As in a notebook, where one output carries the script and others were saved without it."""
    from workbench.page.fragment import page as page_of

    first, second = (hit_grid(hits.slice(0, count)) for count in (20, 12))
    for name, parts in (
        ("carrier-first", [first._html(carry=True), second._html(carry=False)]),
        ("carrier-last", [second._html(carry=False), first._html(carry=True)]),
    ):
        path = tmp_path / f"{name}.html"
        path.write_text(page_of(parts, title=name), encoding="utf-8")
        page = screen(width=1200, height=800)
        page.open_file(path)
        page.page.wait_for_function(
            "() => document.querySelectorAll('[data-wb-grid][data-wb-drawn=\"yes\"]').length === 2", timeout=60_000
        )
        assert page.page.locator(".wb-flatgrid").count() == 0
        page.shoot(f"grid_{name}")
    path = tmp_path / "alone.html"
    path.write_text(page_of([second._html(carry=False)], title="alone"), encoding="utf-8")
    page = screen(width=1200, height=800)
    page.open_file(path)
    page.page.wait_for_function("() => /run this cell again/.test(document.querySelector('.wb-say').textContent)")
    assert page.page.locator(".wb-flatgrid tr").count() == 11, "the plain table stays"
    page.shoot("grid_without_script")
