"""The review page in a real browser: two reviewers, keys, links, hostile names, accessibility."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import workbench as wb
from screening.printable import printable
from screening.runs.run import open_run
from tests.workbench.review.conftest import PASSWORD, Asker, Server, put_poses
from workbench.review.people import People

pytestmark = pytest.mark.browser
AXE = "axe-core@4.10.3"
HOSTILE = "</script><img src=x onerror=window.HACKED=1>\u202e=1+1"


@pytest.fixture(scope="module")
def axe(root: Path) -> str:
    """axe-core's script, from npm, kept beside the screenshots."""
    folder = root / "ci-output" / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{AXE.replace('@', '-')}.tgz"
    if not archive.is_file():
        if shutil.which("npm") is None:
            pytest.skip("npm is not installed, and axe-core comes from it")
        done = subprocess.run(["npm", "pack", AXE], cwd=folder, capture_output=True, text=True, timeout=120)
        if done.returncode:
            pytest.skip(f"npm could not get {AXE}")
    with tarfile.open(archive) as found:
        member = found.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


@pytest.fixture(scope="module")
def run_folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of an earlier version, one of its compounds with a name that attacks."""
    folder = tmp_path_factory.mktemp("review") / "run"
    shutil.copytree(root / "tests" / "formats" / "0.1" / "finished.run", folder)
    path = folder / "hits.parquet"
    table = pq.read_table(path)
    names = table.column("name").to_pylist()
    names[1] = HOSTILE
    at = table.schema.get_field_index("name")
    pq.write_table(table.set_column(at, table.schema.field(at), pa.array(names)), path)
    summary = json.loads((folder / "summary.json").read_text())
    summary["hits"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "summary.json").write_text(json.dumps(summary))
    return folder


@pytest.fixture(scope="module")
def server(run_folder: Path) -> Iterator[Server]:
    people = People(run_folder.parent / "people.json")
    for name, role in (("ada", "reviewer"), ("bo", "reviewer"), ("cy", "lead")):
        people.add(name, role, PASSWORD)
    found = Server(run_folder, "--people", people.path)
    yield found
    assert "Traceback" not in found.stop()


@pytest.fixture
def enter(screen: Callable[..., Any], server: Server) -> Callable[..., Any]:
    """Log a person in with the form and wait for the first hit."""

    def start(name: str, **options: Any) -> Any:
        page = screen(**options)
        page.page.goto(f"{server.link}login")
        page.page.fill("input[name=name]", name)
        page.page.fill("input[name=password]", PASSWORD)
        page.page.press("input[name=password]", "Enter")
        page.page.wait_for_selector("#hit[data-record]")
        return page

    return start


def wait_said(page: Any, text: str) -> None:
    page.page.wait_for_function("text => document.getElementById('said').textContent.includes(text)", arg=text)


def record(page: Any) -> int:
    return int(page.page.get_attribute("#hit", "data-record"))


def wait_row(page: Any, number: int, verdict: str) -> None:
    page.page.wait_for_function(
        "([record, verdict]) => window.workbenchReview.rowOf(record).decision === verdict", arg=[number, verdict]
    )


def test_two_reviewers_decide_comment_undo_and_reload(enter: Callable[..., Any], server: Server) -> None:
    ada, bo = enter("ada"), enter("bo")
    first = record(ada)
    name = ada.page.inner_text("#hit h2")
    # Keyboard only: accept, and the next hit is there.
    ada.page.keyboard.press("a")
    wait_said(ada, "accept:")
    ada.page.wait_for_function("first => +document.getElementById('hit').dataset.record !== first", arg=first)
    assert name not in ada.page.inner_text("#hit h2")
    # The other sees it without reloading; her own undecided list is her own.
    wait_row(bo, first, "accept")
    assert record(bo) == first
    bo.page.keyboard.press("r")
    wait_row(ada, first, "disputed")
    bo.page.keyboard.press("c")
    bo.page.keyboard.type("too greasy")
    bo.page.keyboard.press("Enter")
    wait_said(bo, "Comment written")
    ada.page.keyboard.press("u")
    wait_said(ada, "Taken back")
    assert record(ada) == first
    wait_row(bo, first, "reject")
    ada.page.reload()
    ada.page.wait_for_selector("#hit[data-record]")
    assert record(ada) == first
    assert "bo reject" in ada.page.inner_text("#hit")
    assert json.dumps(ada.errors + bo.errors) == "[]"
    ada.shoot("review_hit")


def test_names_from_files_do_nothing(enter: Callable[..., Any], run_folder: Path) -> None:
    page = enter("ada")
    hostile = open_run(run_folder).hits().column("record")[1].as_py()
    for text in (HOSTILE, "<svg onload=window.HACKED=1>"):
        page.page.evaluate(
            "([record, text]) => workbenchReview.ask('/api/comments', {records: [record], text})", [hostile, text]
        )
    page.page.evaluate("record => workbenchReview.show(record)", hostile)
    page.page.wait_for_function(
        "text => document.querySelector('#hit h2').textContent.includes(text)", arg=printable(HOSTILE)
    )
    for view in ("list", "log", "lists"):
        page.page.click(f"nav [data-view={view}]")
        page.page.wait_for_timeout(500)
    assert page.page.evaluate("window.HACKED") is None
    assert "\u202e" not in page.page.inner_text("body")  # it would turn what stands beside it
    assert page.errors == []


def test_list_filters_groups_links_and_decides_for_a_group(enter: Callable[..., Any], run_folder: Path) -> None:
    page = enter("bo")
    page.page.click("nav [data-view=list]")
    page.page.wait_for_selector(".wb-grid:not(.wb-small) .wb-row")
    shown = "() => workbenchReview.grid.state.shown.map(i => workbenchReview.data.record[i])"
    everything = page.page.evaluate(shown)
    page.page.click("text=Filters")
    page.page.fill("[aria-label='Filter Rank']", "<=5")
    assert len(page.page.evaluate(shown)) == 5
    page.page.click("text=Columns")
    page.page.get_by_label("MW", exact=True).check()
    page.page.wait_for_selector(".wb-th[data-column=molecular_weight]")
    page.page.get_by_label("Move MW left").click()
    page.page.fill("[aria-label='Frozen columns']", "2")
    page.page.press("[aria-label='Frozen columns']", "Enter")
    page.page.click("text=Columns")
    page.page.click("button[data-key=molecular_weight]")
    page.page.keyboard.down("Shift")
    page.page.click("button[data-key=rank]")
    page.page.keyboard.up("Shift")
    weights = page.page.evaluate(
        "() => workbenchReview.grid.state.shown.map(i => workbenchReview.data.molecular_weight[i])"
    )
    assert weights == sorted(weights)
    page.shoot("review_list")
    link = page.page.evaluate("() => { workbenchReview.keep(); return location.href; }")
    order = page.page.evaluate(shown)
    page.page.goto("about:blank")
    page.page.goto(link)
    page.page.wait_for_selector(".wb-th[data-column=molecular_weight]")
    assert page.page.evaluate(shown) == order
    assert page.page.evaluate("() => workbenchReview.grid.state.frozen") == 2
    page.page.fill("[aria-label='Filter Rank']", "")
    page.page.click("text=Filters")
    assert len(page.page.evaluate(shown)) == len(everything)
    page.page.select_option("[aria-label='Group by']", "cluster")
    page.page.wait_for_selector(".wb-group")
    page.page.locator(".wb-group >> text=/hold all/").first.click()
    page.page.wait_for_function("() => [...workbenchReview.rows.values()].some(row => row.mine === 'hold')")
    page.shoot("review_groups")
    assert page.errors == []


def test_blind_pass_shortlist_and_signature(enter: Callable[..., Any], server: Server, run_folder: Path) -> None:
    cy, ada = enter("cy"), enter("ada")
    cy.page.click("nav [data-view=agreement]")
    cy.page.get_by_label("blind pass").check()
    cy.page.click("text=Set")
    ada.page.wait_for_function("() => document.getElementById('phase').textContent.includes('blind')")
    told = ada.page.evaluate(
        "() => [...workbenchReview.rows.values()].flatMap(row => row.decisions.map(one => one.who))"
    )
    assert set(told) <= {"ada"}
    cy.page.wait_for_selector("#panel input[type=checkbox]:checked")
    cy.page.get_by_label("blind pass").uncheck()
    cy.page.click("text=Set")
    ada.page.wait_for_function("() => document.getElementById('phase').textContent === ''")
    cy.page.wait_for_selector("text=/were judged by at least two people/")
    cy.shoot("review_agreement")
    cy.page.click("nav [data-view=shortlist]")
    cy.page.get_by_label("how many").fill("4")
    cy.page.click("text=Pick")
    cy.page.wait_for_selector("text=number 1 by score")
    cy.page.click("text=Add a property")
    cy.page.wait_for_selector(".rv-want >> nth=1")
    cy.page.select_option("[aria-label='Property 2']", "molecular_weight")
    cy.page.wait_for_selector(".rv-changes")  # what enters and what leaves
    cy.shoot("review_shortlist")
    cy.page.click("text=Save list")
    cy.page.wait_for_selector("text=/Saved: 4 for purchase|Saved: 24 for purchase/")
    cy.page.click("nav [data-view=lists]")
    cy.page.fill("input[type=password] >> nth=0", PASSWORD)
    cy.page.locator("button", has_text=re.compile("^Sign ")).first.click()
    cy.page.wait_for_selector("text=/It stands/")
    cy.shoot("review_signed")
    listed = cy.page.evaluate("async () => (await workbenchReview.ask('/api/lists')).signatures[0].records")
    ada.page.evaluate("record => workbenchReview.show(record)", listed[0])
    ada.page.wait_for_function("r => +document.getElementById('hit').dataset.record === r", arg=listed[0])
    ada.page.keyboard.press("h")
    wait_said(ada, "hold:")
    cy.page.click("nav [data-view=log]")
    cy.page.click("nav [data-view=lists]")
    cy.page.wait_for_selector("text=/VOID: line/")
    assert cy.errors + ada.errors == []


def test_charts_choose_and_the_list_follows(enter: Callable[..., Any]) -> None:
    page = enter("ada")
    page.page.click("nav [data-view=charts]")
    page.page.wait_for_selector(".rv-chart >> nth=3")
    count = "() => workbenchReview.grid.state.shown.length"
    everything = page.page.evaluate(count)
    for at in range(4):
        box = page.page.locator(".rv-chart svg").nth(at)
        box.scroll_into_view_if_needed()
        place = box.bounding_box()
        assert place is not None
        page.page.mouse.move(place["x"] + 46, place["y"] + 8)
        page.page.mouse.down()
        page.page.mouse.move(place["x"] + place["width"] * 0.55, place["y"] + place["height"] - 20, steps=4)
        page.page.mouse.up()
        page.page.wait_for_selector("text=/hits chosen; the list shows them/")
        chosen = page.page.evaluate(count)
        assert 0 < chosen < everything, at
        if at == 0:
            scores = page.page.evaluate(
                "() => workbenchReview.grid.state.shown.map(i => workbenchReview.data.affinity[i])"
            )
            low, high = page.page.evaluate(
                "() => [Math.min, Math.max].map(one => one(...workbenchReview.data.affinity))"
            )
            assert max(scores) <= low + 0.6 * (high - low)
            assert max(scores) < high
            page.shoot("review_charts_chosen")
            # The choice is part of the link.
            link = page.page.evaluate("() => { workbenchReview.keep(); return location.href; }")
        box.click(position={"x": 60, "y": 12})
        page.page.wait_for_function("n => workbenchReview.grid.state.shown.length === n", arg=everything)
    page.page.goto("about:blank")
    page.page.goto(link)
    page.page.wait_for_selector(".rv-chart >> nth=3")
    assert page.page.evaluate(count) == len(scores)
    assert page.errors == []


def test_the_next_hit_is_there_at_once(enter: Callable[..., Any]) -> None:
    page = enter("bo")
    taken = []
    for _ in range(8):
        before = record(page)
        page.page.wait_for_timeout(700)  # somebody looks at the hit
        page.page.keyboard.press("n")
        page.page.wait_for_function("r => +document.getElementById('hit').dataset.record !== r", arg=before)
        taken.append(int(page.page.get_attribute("#hit", "data-ms")))
    # On a machine with other work the slowest say nothing.
    assert sorted(taken)[2] < 100, taken
    assert page.errors == []


def test_docked_poses_stand_in_the_site_under_one_camera(
    screen: Callable[..., Any], root: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(root / "tests" / "formats" / "0.1" / "finished.run", tmp_path / "run"))
    put_poses(folder, root)
    server = Server(folder)
    try:
        page = screen()
        page.page.goto(server.link)
        page.page.wait_for_selector(".rv-site[data-drawn] [data-wb-drawn=yes]")
        page.page.wait_for_function(
            "() => document.querySelector('.rv-pose').textContent.startsWith('No pose of this')"
        )
        models = (
            "() => document.querySelector('.rv-site [data-wb-view]').workbench.view.viewer.selectedAtoms({}).length"
        )
        bare = page.page.evaluate(models)
        view = "() => workbenchReview.shown.camera()"
        page.page.evaluate(
            "() => { const v = document.querySelector('.rv-site [data-wb-view]').workbench.view.viewer;"
            " v.rotate(30, 'y'); v.render(); }"
        )
        camera = page.page.evaluate(view)
        page.page.evaluate("() => workbenchReview.show(13)")
        page.page.wait_for_function(
            "() => document.querySelector('.rv-pose').textContent.startsWith('Pose: docked by')"
        )
        page.page.wait_for_selector(".rv-map:not([hidden]) svg")
        assert "GLU127" in (page.page.text_content(".rv-map svg") or "").replace(" ", "")
        assert page.page.evaluate(models) > bare
        assert page.page.evaluate(view) == pytest.approx(camera)
        page.page.wait_for_timeout(1500)
        page.shoot("review_pose")
        link = page.page.evaluate("() => { workbenchReview.keep(); return location.href; }")
        page.page.evaluate("() => workbenchReview.show(17)")
        page.page.wait_for_function(
            "() => document.querySelector('.rv-pose').textContent.startsWith('No pose of this')"
        )
        assert page.page.evaluate(models) == bare
        assert page.page.evaluate(view) == pytest.approx(camera)
        # A colleague opens the link: the same hit from the same side.
        page.page.goto("about:blank")
        page.page.goto(link)
        page.page.wait_for_function(
            "() => (document.querySelector('.rv-pose') || {textContent: ''}).textContent.startsWith('Pose: docked by')"
        )
        assert page.page.evaluate(view) == pytest.approx(camera, abs=0.01)
        assert page.errors == []
    finally:
        assert "Traceback" not in server.stop()


def test_buttons_in_the_grid_of_a_notebook_decide(screen: Callable[..., Any], root: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(root / "tests" / "formats" / "0.1" / "finished.run", tmp_path / "run"))
    page = screen()
    page.open_file(wb.open_run(folder).hits(6).save_html(tmp_path / "grid.html"))
    page.page.wait_for_selector("[data-wb-drawn=yes]")
    assert page.page.locator(".wb-deciding").is_hidden()  # nobody is there to write it down
    page.page.evaluate(
        "() => { const grid = document.querySelector('[data-wb-grid]').workbench; window.sent = [];"
        " grid.offer((action, records, text) => { window.sent.push([action, records, text]);"
        " grid.decided(records.map(record => ({record, decision: action})), action, false); }); }"
    )
    page.page.click(".wb-deciding >> text=accept")
    page.page.wait_for_selector("text=/tick rows or choose one first/")
    page.page.locator(".wb-row input[type=checkbox]").nth(0).check()
    page.page.locator(".wb-row input[type=checkbox]").nth(1).check()
    page.page.fill(".wb-deciding input", "hinge")
    page.page.click(".wb-deciding >> text=accept")
    sent = page.page.evaluate("window.sent")
    assert sent == [["accept", [17, 27], "hinge"]]
    assert page.page.locator(".wb-said-accept").count() == 2
    page.shoot("grid_decides")
    assert page.errors == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 1400), ("light", 420), ("dark", 420)])
def test_everybody_can_use_it(enter: Callable[..., Any], axe: str, scheme: str, width: int) -> None:
    page = enter("ada", color_scheme=scheme, width=width, height=900, bypass_csp=True)
    page.page.evaluate(axe)
    for view in ("hit", "list", "charts", "agreement", "shortlist", "lists", "log"):
        page.page.click(f"nav [data-view={view}]")
        page.page.wait_for_timeout(700)
        assert page.page.evaluate("document.documentElement.scrollWidth") <= width, view
        found = page.page.evaluate("async () => (await axe.run(document)).violations")
        serious = [
            (one["id"], one["nodes"][0]["html"][:160], one["nodes"][0].get("failureSummary", "")[:200])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        page.shoot(f"review_{view}_{scheme}_{width}")
        assert serious == [], view


def test_strangers_and_wrong_links_are_told(screen: Callable[..., Any], run_folder: Path) -> None:
    server = Server(run_folder)
    try:
        page = screen()
        page.page.goto(f"http://127.0.0.1:{server.port}/?token=wrong")
        assert "does not open the review" in page.page.inner_text("body")
        page.page.goto(server.link)
        page.page.wait_for_selector("#hit[data-record]")
        assert "token" not in page.page.url
        # A form of another page on this machine.
        evil = run_folder.parent / "evil.html"
        evil.write_text(
            f"<form method=post action='http://127.0.0.1:{server.port}/api/decisions' enctype='text/plain'>"
            '<input name=\'{"records":[0],"verdict":"accept","text":"\' value=\'"}\'></form>'
            "<script>document.forms[0].submit()</script>"
        )
        before = len(Asker(server.port, token=server.token).get("/api/decisions")["lines"])
        page.page.goto(evil.as_uri())
        page.page.wait_for_timeout(1000)
        assert len(Asker(server.port, token=server.token).get("/api/decisions")["lines"]) == before
    finally:
        server.stop()
