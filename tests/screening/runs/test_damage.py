"""A run directory that was damaged or tampered with is told in one sentence, and mended by the same screen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.errors import FileError, LibraryError, RunError, ScreeningError
from screening.runs.plan import ScreenPlan, plan_screen
from screening.runs.run import ScreenRun, open_run
from screening.runs.screen import run_screen
from screening.runs.status import run_status
from screening.runs.why import why
from tests.screening.runs.conftest import in_parts


@pytest.fixture
def copy(tmp_path: Path, run: ScreenRun) -> Path:
    shutil.copytree(run.folder, tmp_path / "run")
    return tmp_path / "run"


def better(folder: Path) -> None:
    """Rewrite the hits with better affinities."""
    hits = pq.read_table(folder / "hits.parquet")
    raised = pa.array([9.9] * hits.num_rows, pa.float32())
    pq.write_table(hits.set_column(5, hits.schema.field(5), raised), folder / "hits.parquet")


@pytest.mark.parametrize(
    "summary", ["{", "[]", "", '{"counts": {"scored": 5}, "records": 5}', '{"counts": 3, "records": 5, "parts": 1}']
)
def test_an_unreadable_summary_is_an_unfinished_run(copy: Path, run: ScreenRun, plan: ScreenPlan, summary: str) -> None:
    (copy / "summary.json").write_text(summary)
    with pytest.raises(RunError, match="the run is not finished"):
        open_run(copy).hits()
    with pytest.raises(RunError, match="the run is not finished"):
        why(open_run(copy), "bad7")
    assert run_status(copy).state == "stopped"
    assert run_screen(plan, copy).summary == run.summary


def test_tampered_hits_are_not_shown(copy: Path, run: ScreenRun, plan: ScreenPlan) -> None:
    better(copy)
    with pytest.raises(FileError, match=r"hits\.parquet: is missing, damaged or was changed; run the same screen"):
        open_run(copy).hits()
    assert run_screen(plan, copy).hits().equals(run.hits())


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "ledger" / "part-000000.parquet").unlink(),
        lambda folder: (folder / "ledger" / "part-000000.parquet").write_bytes(b"xx"),
        lambda folder: (folder / "scores" / "part-000003.parquet").write_bytes(b"xx"),
        lambda folder: (folder / "training.parquet").unlink(),
        lambda folder: (folder / "training.parquet").write_bytes(b"xx"),
        lambda folder: (folder / "hits.parquet").unlink(),
    ],
)
def test_missing_files_are_named_and_mended(
    copy: Path, run: ScreenRun, plan: ScreenPlan, harm: Callable[[Path], None]
) -> None:
    harm(copy)
    with pytest.raises(ScreeningError, match=r"run the same screen command again|run is not finished"):
        why(open_run(copy), run.hits().column("name")[0].as_py())
    mended = run_screen(plan, copy)
    first = run.hits().column("name")[0].as_py()
    assert [fate.sentence for fate in why(mended, first)] == [fate.sentence for fate in why(run, first)]


def test_scores_that_were_changed_are_not_explained(copy: Path, run: ScreenRun) -> None:
    record = run.hits().column("record")[0].as_py()
    path = next(
        path for path in sorted((copy / "scores").iterdir()) if record in pq.read_table(path)["record"].to_pylist()
    )
    scores = pq.read_table(path)
    pq.write_table(scores.set_column(2, scores.schema.field(2), pa.array([1.0] * scores.num_rows, pa.float32())), path)
    with pytest.raises(FileError, match="was changed"):
        why(open_run(copy), f"record:{record}")


def test_a_library_without_compounds_is_told(tmp_path: Path, model: Path) -> None:
    (tmp_path / "bad.smi").write_text("C1CC a\nxyz b\n")
    library = in_parts(tmp_path / "bad.smi", tmp_path / "library", 20)
    with pytest.raises(LibraryError, match=r"has nothing to screen \(2 rejected\)"):
        run_screen(plan_screen(library, model), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_the_summary_says_what_the_hits_are(run: ScreenRun) -> None:
    summary = json.loads((run.folder / "summary.json").read_text())
    assert sum(summary["counts"].values()) == summary["records"] == 240
