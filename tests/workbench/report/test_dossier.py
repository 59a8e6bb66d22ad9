"""A dossier says what the run holds, is the same twice, and takes a name for text."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from screening.errors import UsageError
from screening.runs.evidence.column import column_of
from screening.runs.evidence.table import evidence
from screening.runs.evidence.text import cell_text
from screening.runs.run import ScreenRun, open_run
from workbench.export.verify import verify
from workbench.report.dossier import DossierOptions, write_dossier
from workbench.report.html_page import html_page
from workbench.report.labels import Labels

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


def test_labels_do_not_overlap() -> None:
    labels = Labels(400, 300)
    for number in range(30):
        labels.add(200, 150, f"Leu{number}", size=16, colour="#000")
    boxes = labels.boxes
    assert len(boxes) > 8
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
