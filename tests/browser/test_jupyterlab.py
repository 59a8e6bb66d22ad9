"""The notebooks in a real JupyterLab: run, re-run, reload, untrusted, exported."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PREPARE = """
import workbench as wb
target = wb.open_target(wb.shipped("targets/1fmo.cif"))
site = wb.site_around_ligand(target, "ADN")
"""


def write(lab, name: str, *sources: str) -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, lab.notebooks / name)
    return lab.link(name)


def test_the_quick_start_runs_and_every_output_is_drawn(screen, lab) -> None:
    page = screen(height=1400)
    page.open_notebook(lab.link("01_quickstart.ipynb"), timeout=240)
    page.settle()
    page.page.wait_for_selector("[data-wb-grid][data-wb-drawn='yes']", timeout=60_000)
    views = page.views()
    assert [view["wbDrawn"] for view in views] == ["yes", "yes"]
    for number in range(len(views)):
        picture = page.shoot(f"lab_quickstart_{number + 1}", page.page.locator("[data-wb-view]").nth(number))
        assert picture.inked > 60_000
        assert picture.colours > 3_000
    grid = page.shoot("lab_quickstart_hits", "[data-wb-grid]")
    assert grid.inked > 20_000
    assert page.page.locator(".wb-row svg").count() > 5
    assert page.page.locator(".jp-OutputArea-output img").count() >= 1
    page.shoot("lab_quickstart_page")
    assert page.errors == []


BARS = """
from screening.engine.progress import Progress
from workbench.progress import progress_bar
with progress_bar() as on_progress:
    for stage in ("reading", "scoring"):
        for done in range(5):
            on_progress(Progress(stage, done, 4, "records"))
"the result"
"""


def test_finished_progress_bars_leave_no_gap_and_are_kept(screen, lab) -> None:
    page = screen()
    page.open_notebook(write(lab, "bars.ipynb", BARS))
    page.page.wait_for_selector("pre:text(\"'the result'\")")
    boxes = page.page.evaluate(
        "() => [...document.querySelectorAll('.jp-OutputArea-output')].map(e => e.getBoundingClientRect().toJSON())"
    )
    bars, result = boxes
    assert 20 < bars["height"] < 60, "two lines"
    assert result["top"] - bars["bottom"] < 5
    page.shoot("lab_bars", ".jp-OutputArea")
    page.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.page.wait_for_timeout(1500)
    saved = nbformat.read(lab.notebooks / "bars.ipynb", as_version=4).cells[0].outputs
    assert "4 of 4 records" in saved[0].data["text/plain"]


def test_the_saved_notebook_draws_again_without_a_kernel(screen, lab) -> None:
    link = write(lab, "again.ipynb", PREPARE + "wb.view_site(target, site)")
    page = screen()
    page.open_notebook(link)
    page.settle()
    page.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.page.wait_for_timeout(1500)
    page.page.evaluate("async () => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.open_notebook(link, run=False)
    page.settle()
    assert [view["wbDrawn"] for view in page.views()] == ["yes"]
    assert page.shoot("lab_no_kernel", "[data-wb-view]").colours > 3_000


def test_an_untrusted_notebook_shows_a_picture_and_help(screen, lab) -> None:
    from nbclient import NotebookClient

    name = "untrusted.ipynb"
    write(lab, name, PREPARE + "wb.view_site(target, site)")
    notebook = nbformat.read(lab.notebooks / name, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    nbformat.write(notebook, lab.notebooks / name)
    page = screen()
    page.open_notebook(lab.link(name), run=False)
    page.page.wait_for_selector(".wb-say", timeout=30_000)
    page.page.wait_for_timeout(2000)
    assert page.page.locator("[data-wb-view] canvas").count() == 0
    assert "Trust Notebook" in page.page.inner_text(".wb-say")
    assert page.shoot("lab_untrusted", ".jp-OutputArea-output").inked > 20_000


def test_the_notebook_exported_as_html_draws_from_disk(screen, lab) -> None:
    from nbclient import NotebookClient

    name = "exported.ipynb"
    write(lab, name, PREPARE + "wb.view_target(target)", "wb.view_site(target, site)")
    notebook = nbformat.read(lab.notebooks / name, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    nbformat.write(notebook, lab.notebooks / name)
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", str(lab.notebooks / name)],
        check=True, capture_output=True, timeout=180, env=lab.environment,
    )  # fmt: skip
    page = screen()
    # The page that nbconvert writes asks a public server for its mathematics; that is not ours and is blocked.
    page.open_file((lab.notebooks / name).with_suffix(".html"))
    page.settle()
    assert [view["wbDrawn"] for view in page.views()] == ["yes", "yes"]
    assert page.shoot("nbconvert", page.page.locator("[data-wb-view]").nth(1)).colours > 3_000
    assert all("mathjax" in url.lower() or "require" in url.lower() for url in page.strangers), page.strangers
    page.requests.clear()


def test_running_a_cell_twenty_times_does_not_grow_the_heap(screen, lab) -> None:
    link = write(lab, "rerun.ipynb", PREPARE + "wb.view_site(target, site)")
    page = screen()
    page.open_notebook(link)
    page.settle()

    def heap() -> float:
        page.page.evaluate("() => { if (window.gc) { gc(); gc(); } }")
        page.page.wait_for_timeout(500)
        return float(page.page.evaluate("() => performance.memory.usedJSHeapSize / 1e6"))

    def again() -> None:
        page.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.page.wait_for_timeout(400)
        page.page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
        )
        page.settle()
        page.page.wait_for_selector("[data-wb-surface='1']", timeout=60_000)

    # The first runs fill caches that stay.
    for _ in range(3):
        again()
    before = heap()
    for _ in range(20):
        again()
    after = heap()
    print(f"heap {before:.1f} -> {after:.1f} MB")
    assert after - before < 20
    assert page.page.evaluate("() => Object.keys(window).filter(k => /^viewer_/.test(k)).length") == 1


def test_dark_theme_turns_the_paper_dark(screen, lab) -> None:
    link = write(lab, "dark.ipynb", PREPARE + "wb.view_target(target)")
    page = screen()
    page.open_notebook(link)
    page.settle()
    page.page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    page.page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'", timeout=30_000)
    page.page.wait_for_timeout(1500)
    picture = page.shoot("lab_dark", "[data-wb-view]")
    assert int((picture.pixels.max(axis=2) < 60).sum()) > 60_000
    page.page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
    page.page.wait_for_timeout(500)


def test_a_new_view_of_an_output_draws_too(screen, lab) -> None:
    page = screen()
    page.open_notebook(write(lab, "twice.ipynb", PREPARE + "wb.view_target(target)"))
    page.settle()
    page.page.evaluate(
        """async () => {
          const { commands, shell } = window.jupyterapp;
          shell.currentWidget.content.activeCellIndex = 0;
          await commands.execute('notebook:create-output-view');
        }"""
    )
    page.page.wait_for_function("() => document.querySelectorAll('[data-wb-view]').length === 2")
    page.settle()
    assert [view["wbDrawn"] for view in page.views()] == ["yes", "yes"]
    page.shoot("lab_two_views")


def test_another_cell_draws_after_the_carrier_is_gone(screen, lab) -> None:
    """3Dmol.js comes from JupyterLab itself where no output on the page holds it."""
    page = screen()
    page.open_notebook(write(lab, "first.ipynb", PREPARE + "first = wb.view_target(target)._repr_mimebundle_()"))
    page.ask_python("from IPython.display import clear_output; clear_output()")
    text = page.ask_python("import workbench as wb; html = wb.view_target(target)._repr_mimebundle_()['text/html']; "
                           "print(len(html))")  # fmt: skip
    assert int(text) < 200_000, "the second view of a session does not carry the script"
    page.page.evaluate(
        """async () => {
          const notebook = window.jupyterapp.shell.currentWidget;
          await window.jupyterapp.commands.execute('notebook:insert-cell-below');
          notebook.content.activeCell.model.sharedModel.setSource('wb.view_target(target)');
          await window.jupyterapp.commands.execute('notebook:run-cell');
        }"""
    )
    page.settle()
    assert [view["wbDrawn"] for view in page.views()] == ["yes"]
    assert any("/lab/extensions/target-screening-workbench/static/3Dmol-" in url for url in page.requests)
