"""Take the pictures of the README: ``python tests/browser/pictures.py`` writes docs/hits.png and docs/lab.png.

Needs Chromium and playwright, as the tests beside it. The first picture is the page that ``workbench demo`` writes, the
second the quick start notebook in JupyterLab. ``python tests/browser/pictures.py RUN`` writes docs/review.png instead:
the review page of a docked run, such as ``workbench demo --dock 5`` leaves (``demo/run``); the run is copied first.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402

from tests.browser.lab import Lab  # noqa: E402
from tests.browser.screen import ARGUMENTS, Screen  # noqa: E402


def review(run: Path, docs: Path) -> None:
    """Take the picture of the review page at the best hit that has a pose, with the decisions of two people."""
    from screening.runs.decisions.decide import decide_all
    from screening.runs.docking.docking import open_docking
    from screening.runs.run import open_run
    from tests.workbench.review.conftest import Server

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        name = "kinase A"
        copy = Path(shutil.copytree(run, Path(folder) / name, ignore=shutil.ignore_patterns("review")))
        opened, docking = open_run(copy), open_docking(copy)
        if docking is None or not docking.finished:
            sys.exit(f"{run} was not docked")
        posed = [record for record, _ in docking.best_poses()]
        others = [record for record in opened.hits().column("record").to_pylist()[:6] if record != posed[0]]
        said = {"who": "bo", "action": "decide"}
        decide_all(opened, others[:2], after="accept", reason="interactions", **said)
        decide_all(opened, others[2:3], after="reject", reason="known", **said)
        decide_all(opened, posed[:1], after="hold", reason="strain", text="ask for the crystal structure", **said)
        decide_all(opened, others[1:2], who="ada", action="decide", after="reject", reason="known")
        server = Server(copy, "--who", "ada")
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = Screen(browser, docs, width=1400, height=900)
        page.page.goto(server.link)
        page.page.wait_for_selector("#hit[data-record]")
        page.page.evaluate("record => workbenchReview.show(record)", posed[0])
        page.page.wait_for_selector(".rv-map:not([hidden]) svg", timeout=120_000)
        page.page.wait_for_selector(".rv-atoms svg", timeout=120_000)
        page.page.wait_for_timeout(3000)
        page.page.screenshot(path=docs / "review.png")
        page.close()
        browser.close()
        server.stop()


def main() -> None:
    docs = ROOT / "docs"
    docs.mkdir(exist_ok=True)
    if len(sys.argv) > 1:
        review(Path(sys.argv[1]), docs)
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        notebooks = Path(folder) / "notebooks"
        shutil.copytree(ROOT / "notebooks", notebooks, ignore=shutil.ignore_patterns("out", ".ipynb_checkpoints"))
        with Lab(Path(folder), notebooks) as lab:
            page = Screen(browser, docs, width=1280, height=900)
            page.open_notebook(lab.link("01_quickstart.ipynb"), timeout=400)
            page.settle(200)
            page.page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
            page.page.locator("[data-wb-view]").nth(1).scroll_into_view_if_needed()
            page.page.wait_for_selector("[data-wb-surface='1']", timeout=120_000)
            page.page.wait_for_timeout(1500)
            page.page.screenshot(path=docs / "lab.png")
            page.close()
        exported = notebooks / "out" / "hits.html"
        page = Screen(browser, docs, width=1240, height=1300)
        page.open_file(exported)
        page.settle(120)
        page.page.wait_for_selector("[data-wb-surface='1']", timeout=120_000)
        page.page.screenshot(path=docs / "hits.png")
        page.close()
        browser.close()


if __name__ == "__main__":
    main()
