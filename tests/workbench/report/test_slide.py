"""A slide of the best docked hit: what stands on it, and what is said where there is no pose."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest

from screening.errors import UsageError
from screening.runs.run import open_run
from tests.workbench.review.conftest import put_poses
from workbench.report.slide import slide, write_slide


@pytest.fixture(scope="module")
def run_folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of an earlier version; record 13, of rank 3, has a pose that fails a check."""
    folder = tmp_path_factory.mktemp("slide") / "run"
    shutil.copytree(root / "tests" / "formats" / "0.1" / "finished.run", folder)
    return folder


def test_a_run_without_poses_is_told_how_to_get_one(run_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no hit was docked.*expected workbench dock .* --top 10"):
        slide(open_run(run_folder), "svg")
    with pytest.raises(UsageError, match=r"expected a name that ends in \.png, \.svg or \.pdf"):
        write_slide(open_run(run_folder), tmp_path / "hit.pptx", top=None, overwrite=False)


def test_the_slide_is_wide_and_names_hit_and_failed_check(run_folder: Path, root: Path, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    from PIL import Image

    if not (run_folder / "poses").is_dir():
        put_poses(run_folder, root)
    run = open_run(run_folder)
    out = write_slide(run, tmp_path / "hit.pdf", top=None, overwrite=False)
    text = subprocess.run(["pdftotext", "-layout", out, "-"], capture_output=True, text=True, check=True).stdout
    text = " ".join(text.split())
    assert "NSC14 in 1FMO" in text
    assert "Hit 3 of 56 compounds scored" in text
    assert "6.61 predicted pIC50" in text
    assert "strain 14.9 kcal/mol (limit 12)" in text
    assert "E:GLU127 OE2 2.9" in text
    picture = Image.open(io.BytesIO(slide(run, "png")))
    assert picture.size[0] * 9 == pytest.approx(picture.size[1] * 16, abs=20)
    assert picture.size[0] > 2500
    with pytest.raises(UsageError, match="exists; it was left"):
        write_slide(run, out, top=None, overwrite=False)
    with pytest.raises(UsageError, match="none of these hits has a pose"):
        slide(run, "svg", top=2)
