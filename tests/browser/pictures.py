"""Take the pictures of the README: ``python tests/browser/pictures.py`` writes docs/hits.png and docs/lab.png.

Needs Chromium and playwright, as the tests beside it. The first picture is the page that ``workbench demo`` writes, the
second the quick start notebook in JupyterLab.
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


def main() -> None:
    docs = ROOT / "docs"
    docs.mkdir(exist_ok=True)
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
