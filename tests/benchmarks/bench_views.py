"""What a view costs: to make, to keep in a notebook, and until its first picture in a browser.

Run: ``python tests/benchmarks/bench_views.py``. The browser part needs Chromium and playwright and is left out, with a
word, where they are absent.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.runs.hits import HIT_SCHEMA
from screening.targets.files import write
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand
from workbench.page.fragment import Fragment
from workbench.tables import hit_grid
from workbench.viewer import view_site, view_target

ROOT = Path(__file__).resolve().parents[2]
#: As in tests/browser/screen.py: WebGL in software.
ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
#: What the cells above a view have done.
PREPARED = """
import workbench as wb
target = wb.open_target(wb.shipped("targets/1fmo.cif"))
site = wb.site_around_ligand(target, "ADN")
wb.view_site
"""
DRAWN = "() => !!document.querySelector('[data-wb-view][data-wb-drawn=yes]')"


def hits(count: int) -> pa.Table:
    rows = []
    for line in (ROOT / "data" / "libraries" / "nci.smi").read_text(encoding="utf-8").splitlines()[:count]:
        i = len(rows)
        rows.append(
            {
                "rank": i + 1, "record": i, "id": f"{i:032x}", "name": line.split()[1], "smiles": line.split()[0],
                "affinity": 9 - i / 1000, "kind": "pKd", "lower": 7.0, "upper": 9.5, "in_domain": True,
                "nearest": "staurosporine", "similarity": 0.5, "known": False, "flags": [], "source": "nci.smi",
                "number": i + 1,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=HIT_SCHEMA)


def main() -> None:
    target = read_target(ROOT / "data" / "targets" / "1fmo.cif")
    site = site_around_ligand(target, "ADN")
    plain = len(write.pdb_text(target))
    print(f"{target.id}: {len(target.atoms)} atoms, {plain / 1000:.0f} kB as PDB text")
    table = hits(1000)
    made: dict[str, Callable[[], Fragment]] = {
        "view_target": lambda: view_target(target),
        "view_site": lambda: view_site(target, site),
        "hit_grid, 10 rows": lambda: hit_grid(table.slice(0, 10)),
        "hit_grid, 1,000 rows": lambda: hit_grid(table),
    }
    with tempfile.TemporaryDirectory() as folder:
        pages = {}
        for number, (name, make) in enumerate(made.items()):
            make().html()
            seconds = []
            for _ in range(3):
                began = time.perf_counter()
                fragment = make()
                pages[name] = fragment.save_html(Path(folder) / f"{number}.html")
                seconds.append(time.perf_counter() - began)
            view = hasattr(fragment, "py3dmol")
            kept = len(fragment.html(javascript_inside=False) if view else fragment.html())
            print(
                f"{name:22} made and exported in {statistics.median(seconds):6.2f} s, {kept / 1000:7.0f} kB in a "
                f"notebook ({kept / plain:.2f} of the PDB text), page of {pages[name].stat().st_size / 1000:.0f} kB"
            )
        browser(pages)


def browser(pages: dict[str, Path]) -> None:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        found = None
    if found is None:
        print("first pixels: not measured, no Chromium or no playwright here")
        return
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=found, args=ARGUMENTS)
        for name, path in pages.items():
            if not name.startswith("view"):
                continue
            seconds = []
            for _ in range(3):
                page = chromium.new_page(viewport={"width": 1100, "height": 700})
                began = time.perf_counter()
                page.goto(path.as_uri(), wait_until="commit")
                page.wait_for_function(DRAWN, timeout=120_000)
                seconds.append(time.perf_counter() - began)
                page.close()
            print(f"{name:22} first pixels {statistics.median(seconds):6.2f} s after opening (WebGL in software)")
        after_run(chromium)
        chromium.close()


def after_run(chromium: Any) -> None:
    """Time from Run in a real JupyterLab to the drawn view, with a kernel that has imported everything."""
    sys.path.insert(0, str(ROOT))
    import nbformat

    from tests.browser.lab import Lab
    from tests.browser.screen import KERNEL_IDLE, NOTEBOOK_READY

    with tempfile.TemporaryDirectory() as folder:
        notebooks = Path(folder) / "notebooks"
        notebooks.mkdir()
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("wb.view_site(target, site)")])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, notebooks / "view.ipynb")
        with Lab(Path(folder), notebooks) as lab:
            seconds = []
            for _ in range(3):
                page = chromium.new_page(viewport={"width": 1100, "height": 900})
                page.goto(lab.link("view.ipynb"))
                page.wait_for_function(NOTEBOOK_READY, timeout=120_000)
                page.wait_for_function(KERNEL_IDLE, timeout=120_000)
                page.evaluate(
                    """async code => {
                      const session = window.jupyterapp.shell.currentWidget.sessionContext.session;
                      await session.kernel.requestExecute({code}).done;
                    }""",
                    PREPARED,
                )
                began = time.perf_counter()
                page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
                page.wait_for_function(DRAWN, timeout=120_000)
                seconds.append(time.perf_counter() - began)
                page.evaluate("async () => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
                page.close()
    print(f"{'view_site':22} first pixels {statistics.median(seconds):6.2f} s after Run in JupyterLab")


if __name__ == "__main__":
    main()
