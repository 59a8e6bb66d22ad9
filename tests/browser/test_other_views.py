"""Hits, poses, comparisons, pockets, variants, large targets and many views, opened from disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem
from rdkit.Geometry import Point3D

from screening.runs.hits import HIT_SCHEMA
from screening.targets.binding_site import BindingSite
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.sites.site_around import site_around_ligand, site_from_residues
from screening.targets.target import Target
from screening.targets.variants.placed_variants import place_variants
from workbench.viewer import (
    Compared,
    Pose,
    view_compare,
    view_hits,
    view_pockets,
    view_pose,
    view_site,
    view_target,
    view_variants,
)
from workbench.viewer.scene import style

#: Nucleotides that are laid over the bound adenosine, and staurosporine.
MOLECULES = {
    "AMP": "Nc1ncnc2c1ncn2[C@@H]1O[C@H](COP(O)(O)=O)[C@@H](O)[C@H]1O",
    "ADP": "Nc1ncnc2c1ncn2[C@@H]1O[C@H](COP(O)(=O)OP(O)(O)=O)[C@@H](O)[C@H]1O",
    "ADN": "Nc1ncnc2c1ncn2[C@@H]1O[C@H](CO)[C@@H](O)[C@H]1O",
    "STU": "CN[C@@H]1C[C@H]2O[C@@](C)([C@@H]1OC)n1c3ccccc3c3c4CNC(=O)c4c4c5ccccc5n2c4c31",
}

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

VIEW = "document.querySelector('[data-wb-view]').workbench.view"
HOSTILE = 'x</script><img src=x onerror="window.HACKED=1">'


def overlaid(target: Target, site: BindingSite, code: str) -> Pose:
    """An adenine nucleotide laid over the adenine of the bound adenosine."""
    assert site.ligand is not None
    bound = bound_ligand(target, site.ligand).mol
    mol = Chem.AddHs(Chem.MolFromSmiles(MOLECULES[code]))
    core = Chem.MolFromSmarts("c1ncnc2ncnc12")
    pairs = list(zip(mol.GetSubstructMatch(core), bound.GetSubstructMatch(core)))
    places = {i: Point3D(*bound.GetConformer().GetAtomPosition(j)) for i, j in pairs}
    AllChem.EmbedMolecule(mol, coordMap=places, randomSeed=7)
    AllChem.AlignMol(mol, bound, atomMap=pairs)
    return Pose(mol, "laid over the bound adenine, not docked", code)


@pytest.fixture(scope="module")
def poses(target: Target, site: BindingSite) -> dict[int, Pose]:
    return {i: overlaid(target, site, code) for i, code in enumerate(("ADN", "AMP", "ADP"))}


@pytest.fixture(scope="module")
def hits() -> pa.Table:
    rows = []
    for i, (name, code) in enumerate(
        [("adenosine", "ADN"), ("AMP", "AMP"), (HOSTILE, "ADP"), ("staurosporine", "STU")]
    ):
        rows.append(
            {
                "rank": i + 1, "record": i, "id": f"{i:032x}", "name": name, "smiles": MOLECULES[code],
                "affinity": 7.0 - i, "kind": "pKd", "lower": 6.0 - i, "upper": 8.0 - i, "in_domain": i != 1,
                "nearest": "adenosine", "similarity": 0.8, "known": i == 0, "flags": [], "source": "x.smi",
                "number": i + 1,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=HIT_SCHEMA)


def draw(screen, view, path: Path, name: str):
    page = screen()
    page.open_file(view.save_html(path))
    page.settle()
    assert [shown["wbDrawn"] for shown in page.views()] == ["yes"], page.views()
    page.page.wait_for_timeout(3000)
    picture = page.shoot(name, "[data-wb-view]")
    assert page.errors == []
    return page, picture


def test_hits_walk_with_the_arrow_keys_and_keep_the_camera(screen, target, site, hits, poses, tmp_path) -> None:
    page, picture = draw(screen, view_hits(hits, target, site, poses), tmp_path / "hits.html", "hits")
    assert picture.colours > 10_000
    page.page.wait_for_selector("[data-wb-hit='0']")
    state = (
        f"() => [{VIEW}.viewer.getView().map(x => x.toFixed(3)).join(), {VIEW}.viewer.models.filter(m => m).length, "
        "document.querySelector('.wb-detail').textContent]"
    )
    camera, models, text = page.page.evaluate(state)
    assert "laid over the bound adenine" in text
    page.page.locator(".wb-hit").nth(0).click()
    page.page.keyboard.press("ArrowDown")
    page.page.wait_for_selector("[data-wb-hit='1']")
    second = page.page.evaluate(state)
    assert second[0] == camera
    assert second[1] == models
    assert "AMP" in second[2]
    page.shoot("hits_second", "[data-wb-view]")
    page.page.keyboard.press("End")
    page.page.wait_for_selector("[data-wb-hit='3']")
    without = page.page.evaluate(state)
    assert "No pose computed" in without[2]
    assert without[1] == models - 1
    page.page.keyboard.press("ArrowUp")
    assert HOSTILE in page.page.inner_text(".wb-detail")
    assert page.page.evaluate("() => window.HACKED") is None


def test_a_pose_is_drawn_beside_the_ligand_of_the_structure(screen, target, site, poses, tmp_path) -> None:
    page, picture = draw(screen, view_pose(target, site, poses[1]), tmp_path / "pose.html", "pose")
    assert picture.near(style.LIGAND_CARBON, 45) > 500
    assert page.page.evaluate(f"() => {VIEW}.viewer.models.length") == 3


def test_compared_panels_turn_together(screen, target, site, poses, tmp_path) -> None:
    view = view_compare([Compared(target, site), Compared(target, site, poses[1]), Compared(target, site, poses[2])])
    page, picture = draw(screen, view, tmp_path / "compare.html", "compare")
    assert picture.colours > 3_000
    cameras = f"() => {VIEW}.viewers.map(v => v.getView().slice(4).map(x => x.toFixed(3)).join())"
    before = page.page.evaluate(cameras)
    assert len(before) == 3
    assert len(set(before)) == 1
    box = page.page.locator(".wb-canvas canvas").bounding_box()
    assert box is not None
    page.page.mouse.move(box["x"] + 80, box["y"] + 200)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 160, box["y"] + 240, steps=5)
    page.page.mouse.up()
    after = page.page.evaluate(cameras)
    assert after[0] != before[0]
    assert len(set(after)) == 1


def test_pockets_have_their_colours_and_a_click_goes_there(screen, target, site, tmp_path) -> None:
    others = [site_around_ligand(target, "I"), site_from_residues(target, ["E:TRP30", "E:ARG93", "E:TYR306"])]
    page, _ = draw(screen, view_pockets(target, [site, *others]), tmp_path / "pockets.html", "pockets")
    page.page.wait_for_selector("[data-wb-surface='3']", timeout=90_000)
    picture = page.shoot("pockets", ".wb-stage")
    for colour in ("#0072B2", "#E69F00", "#009E73"):
        assert picture.near(colour, 45) > 300
    page.page.locator("tr[data-at]").nth(1).click()
    centre = page.page.evaluate(
        "() => document.querySelector('[data-wb-view]').workbench.view.viewer.getView().slice(0, 3)"
    )
    assert np.allclose(centre, [-value for value in others[0].centre_A], atol=0.02)


def test_variants_are_labelled_where_they_are(screen, target, site, tmp_path) -> None:
    placed = place_variants(target, ["L205R", "G186V", "V123M", "Q999P"], site=site, chain="E")
    page, picture = draw(screen, view_variants(target, placed), tmp_path / "variants.html", "variants")
    labels = page.page.evaluate(
        "() => document.querySelector('[data-wb-view]').workbench.view.viewer.labels.map(l => l.text)"
    )
    assert {"L205R", "G186V", "V123M"} == set(labels)
    assert picture.inked > 60_000
    assert "Q999P" in page.page.inner_text(".wb-side")


def test_reset_spin_and_png(screen, target, site, tmp_path) -> None:
    page, _ = draw(screen, view_site(target, site, surface=False), tmp_path / "site.html", "site_tools")
    camera = (
        "() => document.querySelector('[data-wb-view]').workbench.view.viewer.getView().map(x => x.toFixed(2)).join()"
    )
    start = page.page.evaluate(camera)
    page.page.click("[data-do='spin']")
    page.page.wait_for_timeout(700)
    page.page.click("[data-do='spin']")
    assert page.page.evaluate(camera) != start
    page.page.wait_for_timeout(500)
    page.page.click("[data-do='reset']")
    assert page.page.evaluate(camera) == start
    with page.page.expect_download() as waiting:
        page.page.click("[data-do='png']")
    saved = Path(waiting.value.path()).read_bytes()
    assert waiting.value.suggested_filename == "1FMO-site.png"
    assert saved.startswith(b"\x89PNG")
    import io

    from PIL import Image

    image = Image.open(io.BytesIO(saved))
    assert image.width >= 1.8 * page.page.locator(".wb-canvas").bounding_box()["width"]
    assert len(np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)) > 5_000


@pytest.mark.parametrize("count", [6, pytest.param(30, marks=pytest.mark.slow)])
def test_many_views_on_one_page(screen, target, site, tmp_path, count: int) -> None:
    # Low pictures: drawing in software costs time by the pixel.
    parts = [view_target(target, height=120).html(javascript_inside=number == 0) for number in range(count)]
    path = tmp_path / "many.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{''.join(parts)}", encoding="utf-8")
    page = screen(width=520)
    page.open_file(path)
    for _ in range(300):
        page.page.wait_for_timeout(1000)
        if [view["wbDrawn"] for view in page.views() if "wbDrawn" in view] == ["yes"] * count:
            break
    assert [view.get("wbDrawn") for view in page.views()] == ["yes"] * count
    for number in (0, count // 2, count - 1):
        assert page.shoot(f"many_{number + 1}", page.page.locator("[data-wb-view]").nth(number)).colours > 3_000
    assert page.errors == []


def test_a_target_of_fifty_thousand_atoms(screen, target: Target, tmp_path: Path) -> None:
    page, picture = draw(screen, view_target(copies(target, 17)), tmp_path / "large.html", "fifty_thousand_atoms")
    assert picture.colours > 3_000
    print("drawn in", page.views()[0]["wbMs"], "ms")


def copies(target: Target, count: int) -> Target:
    """The target many times over, side by side, each with chain names of its own."""
    import dataclasses

    from screening.targets.target import Atoms

    size = len(target.atoms)
    columns = {}
    for field in dataclasses.fields(Atoms):
        values = getattr(target.atoms, field.name)
        columns[field.name] = np.concatenate([values] * count)
    shift = np.repeat(np.arange(count), size)
    grid = np.column_stack([shift % 5, shift // 5, np.zeros_like(shift)]) * 75.0
    columns["coordinates"] = (columns["coordinates"] + grid).astype(np.float32)
    columns["chain"] = np.char.add(columns["chain"].astype(str), shift.astype(str))
    columns["residue_index"] = (columns["residue_index"] + shift * (target.atoms.residue_index.max() + 1)).astype(
        np.int32
    )
    chains = tuple(
        dataclasses.replace(chain, id=f"{chain.id}{number}") for number in range(count) for chain in target.chains
    )
    made = dataclasses.replace(target, atoms=Atoms(**columns), chains=chains, groups=(), id="50k")
    assert len(made.atoms) > 50_000
    return made
