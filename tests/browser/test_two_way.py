"""Clicks, ticks and pictures reach Python; interrupting the kernel stops a screen that then goes on."""

from __future__ import annotations

import json

import pytest

from tests.browser.test_jupyterlab import PREPARE, write

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

GRID = """
import pyarrow as pa
from screening.runs.hits import HIT_SCHEMA
from workbench.tables import hit_grid
row = dict(affinity=6.5, kind="pKd", lower=6, upper=8, in_domain=True, nearest="x", similarity=0.5, known=False,
    flags=[], source="a.smi")
rows = [row | dict(rank=i + 1, record=100 + i, id=f"{i:032x}", name=f"compound {i}", smiles="C" * (i + 1), number=i + 1)
    for i in range(6)]
grid = hit_grid(pa.Table.from_pylist(rows, schema=HIT_SCHEMA))
link = grid.live()
grid
"""


def wait_for(page, code: str, wanted: str, tries: int = 60) -> str:
    text = ""
    for _ in range(tries):
        text = page.ask_python(code)
        if wanted in text:
            return text
        page.page.wait_for_timeout(250)
    raise AssertionError(f"{code} printed {text!r}, expected {wanted!r}")


def test_a_click_and_a_picture_reach_python(screen, lab) -> None:
    link = write(
        lab, "clicks.ipynb", PREPARE + "view = wb.view_site(target, site, surface=False)\nlink = view.live()\nview"
    )
    page = screen()
    page.open_notebook(link)
    page.settle()
    wait_for(page, "print(link.attached)", "True")
    page.page.locator("[data-wb-view]").scroll_into_view_if_needed()
    spot = page.page.evaluate(
        """() => {
          const viewer = document.querySelector('[data-wb-view]').workbench.view.viewer;
          const atom = viewer.selectedAtoms({model: 1}).find(a => a.elem === 'N');
          const at = viewer.modelToScreen(atom);
          return [at.x, at.y];
        }"""
    )
    page.page.mouse.click(*spot)
    picked = json.loads(wait_for(page, "import json; print(json.dumps(dict(link.picked)))", '"element": "N"'))
    assert picked["text"].startswith("E:ADN351")
    page.ask_python("link.png('slide.png', width=1600)")
    wait_for(page, "print(link.saved)", "slide.png")
    content = (lab.notebooks / "slide.png").read_bytes()
    import io

    from PIL import Image

    assert abs(Image.open(io.BytesIO(content)).width - 1600) <= 2
    (page.shots / "slide.png").write_bytes(content)
    # A reload of the page finds the same view again.
    page.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.page.wait_for_timeout(1500)
    assert page.errors == []


def test_ticks_reach_python_and_survive_a_restart(screen, lab) -> None:
    link = write(lab, "ticks.ipynb", GRID)
    page = screen()
    page.open_notebook(link)
    page.page.wait_for_selector("[data-wb-grid][data-wb-drawn='yes']")
    wait_for(page, "print(link.attached)", "True")
    page.page.locator(".wb-row input").nth(1).check()
    page.page.locator(".wb-row input").nth(3).check()
    wait_for(page, "print(link.selected)", "[101, 103]")
    page.page.locator(".wb-name").nth(2).click()
    wait_for(page, "print(link.chosen)", "102")
    page.page.evaluate("async () => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.page.wait_for_timeout(1500)
    page.run_all()
    page.page.wait_for_selector("[data-wb-grid][data-wb-drawn='yes']")
    wait_for(page, "print(link.selected)", "[101, 103]")
    assert page.page.locator(".wb-row input:checked").count() == 2


def test_interrupting_a_screen_loses_nothing_and_the_next_run_goes_on(screen, lab) -> None:
    setup = """
import workbench as wb
target = wb.open_target(wb.shipped("targets/1fmo.cif"))
from pathlib import Path
groups = ["F", "Cl", "Br", "I", "O", "OC", "C#N", "C(=O)N", "S(=O)(=O)N", "C(F)(F)F"]
made = [f"{'C' * i}N{'C' * j}c1ccc({group})cc1" for i in range(1, 50) for j in range(1, 50) for group in groups]
library = Path("out/made.smi")
library.parent.mkdir(exist_ok=True)
library.write_text("\\n".join(made))
"""
    # From a raw file and large enough that a finger is quicker than the screen on any machine.
    work = """
run = wb.screen(library=library, model=wb.shipped("models/kinome"), target=target, out="out/interrupted", workers=1)
print("finished", sum(run.counts.values()) == run.run.records)
"""
    page = screen()
    page.open_notebook(write(lab, "interrupt.ipynb", setup, work), run=False)
    page.page.wait_for_function(
        "() => { const s = window.jupyterapp.shell.currentWidget.sessionContext.session;"
        " return !!(s && s.kernel && s.kernel.status === 'idle'); }",
        timeout=60_000,
    )
    page.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.page.wait_for_selector("text=standardising", timeout=120_000)
    page.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
    page.page.wait_for_selector("text=KeyboardInterrupt", timeout=60_000)
    page.shoot("lab_interrupted")
    page.run_all(timeout=240)
    page.page.wait_for_selector("text=finished True", timeout=120_000)
    page.shoot("lab_interrupted_and_finished")
