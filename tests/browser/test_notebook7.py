"""The quick start in a real Notebook 7."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_the_quick_start_runs_and_every_output_is_drawn(screen, notebook7) -> None:
    page = screen(height=1400)
    page.page.goto(notebook7.link("01_quickstart.ipynb"))
    # Run as a reader would, through the menu: Notebook 7 keeps its commands from the page.
    page.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.page.wait_for_selector(".jp-NotebookKernelLogo, .jp-Toolbar-kernelName:has-text('Python 3')", state="attached")
    page.page.wait_for_timeout(3000)
    own = list(page.errors)  # Notebook 7.6 throws one of its own while it loads.
    page.page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
    page.page.wait_for_function("() => document.querySelectorAll('[data-wb-view]').length === 2", timeout=90_000)
    page.settle()
    page.page.wait_for_selector("[data-wb-grid][data-wb-drawn='yes']", timeout=120_000)
    views = page.views()
    assert [view["wbDrawn"] for view in views] == ["yes", "yes"]
    for number in range(len(views)):
        picture = page.shoot(f"notebook7_quickstart_{number + 1}", page.page.locator("[data-wb-view]").nth(number))
        assert picture.inked > 60_000
        assert picture.colours > 3_000
    assert page.shoot("notebook7_hits", "[data-wb-grid]").inked > 20_000
    page.shoot("notebook7_page")
    assert page.errors == own
