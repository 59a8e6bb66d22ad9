"""Views saved as HTML, opened from disk with no network."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from types import ModuleType

import pytest

from screening.targets.binding_site import BindingSite
from screening.targets.target import Target
from workbench.page import cell
from workbench.page.cell import Carrier, Place
from workbench.viewer import javascript, view_site, view_target
from workbench.viewer.scene import style

pytestmark = pytest.mark.browser


def test_a_target_draws_from_disk(screen, target: Target, tmp_path: Path) -> None:
    page = screen()
    page.open_file(view_target(target).save_html(tmp_path / "target.html"))
    page.settle()
    assert [view["wbDrawn"] for view in page.views()] == ["yes"]
    picture = page.shoot("target", "[data-wb-view]")
    assert picture.inked > 60_000
    assert picture.colours > 3_000
    assert page.errors == []


def test_a_site_draws_ligand_residues_contacts_labels_and_surface(screen, target, site, tmp_path: Path) -> None:
    page = screen()
    page.open_file(view_site(target, site).save_html(tmp_path / "site.html"))
    page.settle()
    page.page.wait_for_selector("[data-wb-surface='1']", timeout=60_000)
    picture = page.shoot("site", ".wb-stage")
    assert picture.inked > 190_000
    assert picture.colours > 20_000
    assert picture.near(style.LIGAND_CARBON, 45) > 800
    labels = page.page.evaluate(
        "() => document.querySelector('[data-wb-view]').workbench.view.viewer.labels.map(l => l.text)"
    )
    assert {"GLU121", "VAL123", "THR183"} <= set(labels)
    assert sum(label.endswith("Å") for label in labels) >= 5
    page.shoot("site_page")
    assert page.errors == []


def test_legend_boxes_switch_labels_and_surface(screen, target: Target, site: BindingSite, tmp_path: Path) -> None:
    page = screen()
    page.open_file(view_site(target, site).save_html(tmp_path / "site.html"))
    page.settle()
    page.page.wait_for_selector("[data-wb-surface='1']", timeout=60_000)
    before = page.shoot("site_all", ".wb-canvas").inked
    page.page.uncheck("[data-wb-group='surface']")
    page.page.wait_for_selector("[data-wb-surface='0']")
    without = page.shoot("site_no_surface", ".wb-canvas").inked
    assert without < before * 0.9
    visible = (
        "() => document.querySelector('[data-wb-view]').workbench.view.viewer.labels"
        ".filter(l => l.sprite.visible).length"
    )
    many = page.page.evaluate(visible)
    page.page.uncheck("[data-wb-group='labels']")
    assert page.page.evaluate(visible) < many - 5
    page.page.uncheck("[data-wb-group='hydrogen bond']")
    assert page.page.evaluate(visible) == 0
    page.page.check("[data-wb-group='surface']")
    page.page.wait_for_selector("[data-wb-surface='1']", timeout=60_000)


def test_the_mouse_names_atoms_and_a_click_is_announced(screen, target, site, tmp_path: Path) -> None:
    page = screen()
    page.open_file(view_site(target, site, surface=False).save_html(tmp_path / "site.html"))
    page.settle()
    spot = page.page.evaluate(
        """() => {
          const root = document.querySelector('[data-wb-view]');
          const viewer = root.workbench.view.viewer;
          root.addEventListener('wb-pick', event => { window.picked = event.detail; });
          const atom = viewer.selectedAtoms({model: 1}).find(a => a.elem === 'N');
          const at = viewer.modelToScreen(atom);
          return [at.x, at.y];
        }"""
    )
    page.page.mouse.move(spot[0] - 40, spot[1] - 30)
    page.page.mouse.move(*spot)
    page.page.wait_for_function("() => document.querySelector('.wb-read').textContent.includes('ADN')")
    page.shoot("site_hover", ".wb-stage")
    page.page.mouse.click(*spot)
    picked = page.page.wait_for_function("() => window.picked").json_value()
    assert picked["element"] == "N"
    assert picked["text"].startswith("E:ADN351")


def test_hostile_names_stay_text(screen, target: Target, site: BindingSite, tmp_path: Path) -> None:
    bad = 'x</script><img src=x onerror="window.HACKED=1"><script>window.HACKED=2</script>'
    hostile = dataclasses.replace(target, title=bad, id=bad)
    placed = dataclasses.replace(site, target_key=hostile.key, origin=bad)
    page = screen()
    page.open_file(view_site(hostile, placed).save_html(tmp_path / "hostile.html"))
    page.settle()
    assert page.page.evaluate("() => window.HACKED") is None
    assert bad in page.page.inner_text(".wb-side")
    assert page.errors == []


def test_without_webgl_the_view_says_so_and_keeps_its_picture(
    screen, browser_without_webgl, target: Target, site: BindingSite, tmp_path: Path
) -> None:
    page = screen(browser=browser_without_webgl)
    page.open_file(view_site(target, site).save_html(tmp_path / "site.html"))
    page.settle()
    [view] = page.views()
    assert view["wbDrawn"] == "failed"
    assert "WebGL" in view["said"]
    picture = page.shoot("no_webgl", ".wb-stage")
    assert picture.inked > 20_000


def test_without_javascript_the_picture_and_a_line_of_help_are_seen(screen, target, site, tmp_path: Path) -> None:
    page = screen(java_script_enabled=False)
    page.open_file(view_site(target, site).save_html(tmp_path / "site.html"))
    assert "Trust Notebook" in page.page.inner_text(".wb-say")
    assert page.shoot("no_javascript", ".wb-stage").inked > 20_000


def test_without_the_script_the_view_says_what_is_missing(screen, target: Target, tmp_path: Path) -> None:
    view = view_target(target)
    path = tmp_path / "bare.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{view.html(javascript_inside=False)}", encoding="utf-8")
    page = screen()
    page.open_file(path)
    page.settle()
    [shown] = page.views()
    assert shown["wbDrawn"] == "failed"
    assert "3Dmol.js is missing" in shown["said"]


def test_a_later_view_brings_the_script_for_an_earlier_one(screen, target: Target, site, tmp_path: Path) -> None:
    path = tmp_path / "two.html"
    parts = [view_target(target).html(javascript_inside=False), view_site(target, site).html()]
    path.write_text(f"<!doctype html><meta charset=utf-8>{''.join(parts)}", encoding="utf-8")
    page = screen()
    page.open_file(path)
    page.page.wait_for_function(
        "() => [...document.querySelectorAll('[data-wb-view]')].every(e => e.dataset.wbDrawn === 'yes')", timeout=60_000
    )


def test_plain_py3dmol_draws_offline_beside_a_view(screen, target: Target, site, tmp_path: Path) -> None:
    import py3Dmol

    other = py3Dmol.view(
        width=300, height=200, data="HETATM    1  C   LIG A   1       0.0     0.0     0.0", format="pdb"
    )
    path = tmp_path / "mixed.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8>{view_site(target, site).html()}{other._make_html()}", encoding="utf-8"
    )
    page = screen()
    page.open_file(path)
    page.settle()
    page.page.wait_for_selector("div[id^='3dmolviewer_'] canvas", timeout=30_000)


@pytest.mark.parametrize("framed", [True, False], ids=["a frame each, as in Colab", "one page, as in VS Code"])
def test_outputs_of_a_notebook_draw_without_jupyter(
    screen, target, site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, framed: bool
) -> None:
    """No page of Jupyter's with its configuration, no server: only what the outputs hold, the later one shown first."""
    monkeypatch.setattr(javascript, "_carrier", Carrier())
    monkeypatch.setattr(cell, "current", lambda: Place("a", "1"))
    if framed:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    outputs = [view._notebook_html() for view in (view_target(target), view_site(target, site, surface=False))]
    shown = [outputs[1]] if framed else outputs[::-1]
    page = screen()
    (tmp_path / "outputs.html").write_text("<!doctype html><meta charset=utf-8>" + "".join(shown), encoding="utf-8")
    page.open_file(tmp_path / "outputs.html")
    page.page.wait_for_function(
        "n => document.querySelectorAll('[data-wb-drawn=yes]').length === n", arg=len(shown), timeout=90_000
    )
    assert page.shoot("framed" if framed else "one_page", ".wb-stage").inked > 60_000
    assert page.errors == []
