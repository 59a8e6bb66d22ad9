"""A run goes on as it was planned, though the library has got its features stored, or lost them, in between."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.engine.progress import Progress
from screening.errors import LibraryError, RunMismatchError
from screening.features.library_features import featurise_library
from screening.runs.plan import plan_screen
from screening.runs.screen import run_screen
from tests.conftest import Run


class StoppedError(Exception):
    """Stands for Ctrl-C."""


def stop_after(records: int):  # type: ignore[no-untyped-def]
    def on_progress(step: Progress) -> None:
        if step.done >= records:
            raise StoppedError

    return on_progress


@pytest.fixture
def own(tmp_path: Path, library: PreparedLibrary) -> PreparedLibrary:
    shutil.copytree(library.folder, tmp_path / "library")
    return open_library(tmp_path / "library")


def test_a_stopped_run_goes_on_after_featurise(
    tmp_path: Path, own: PreparedLibrary, staged_model: Path, workbench: Run
) -> None:
    plan = plan_screen(own, staged_model, top=50)
    assert plan.features is None
    undisturbed = run_screen(plan, tmp_path / "undisturbed")
    with pytest.raises(StoppedError):
        run_screen(plan, tmp_path / "run", on_progress=stop_after(60))
    featurise_library(own)
    again = plan_screen(open_library(own.folder), staged_model, top=50)
    assert again.features is not None, "a new run uses them"
    args = ["--library", own.folder, "--model", staged_model, "--top", 50, "--out", tmp_path / "run", "--workers", 0]
    told = workbench("screen", *args, "--dry-run")
    assert "would go on with" in told.stdout, told.stderr
    run = run_screen(again, tmp_path / "run")
    assert run.plan == plan
    for name in ("hits.parquet", "plan.json", "summary.json"):
        assert (run.folder / name).read_bytes() == (undisturbed.folder / name).read_bytes()
    with pytest.raises(RunMismatchError, match="top 50 instead of 40"):
        run_screen(plan_screen(own, staged_model, top=40), tmp_path / "run")

    # The other way round: what was planned with features cannot go on without them.
    with pytest.raises(StoppedError):
        run_screen(again, tmp_path / "other", on_progress=stop_after(60))
    (own.folder / "features" / "features.json").unlink()
    with pytest.raises(LibraryError, match=r"no longer the stored features .* workbench library featurise"):
        run_screen(plan_screen(own, staged_model, top=50), tmp_path / "other")
    featurise_library(own)
    assert run_screen(plan_screen(own, staged_model, top=50), tmp_path / "other").plan == again
