"""A run that a colleague sent alone, of an earlier release: it answers with what is in it, and says what is not."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from screening.errors import LibraryError, RunError
from screening.runs.evidence.table import evidence
from screening.runs.hits import ranking
from screening.runs.run import open_run
from screening.runs.status import run_status
from screening.runs.why import why
from tests.conftest import Run
from workbench import session

HERE = Path(__file__).parent
VERSIONS = sorted(folder for folder in HERE.iterdir() if (folder / "expected.json").is_file())
FINISHED = [
    pytest.param(folder / name, id=f"{folder.name}-{name}")
    for folder in VERSIONS
    for name in ("finished.run", "kinase.run", "accurate.run")
]


def sent(run: Path, folder: Path) -> Path:
    """Copy a run alone to another path; what it was made from is nowhere."""
    shutil.copytree(run, folder)
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    for name in ("library", "model", "target"):
        plan[name] = plan[name] and f"/nowhere/{Path(plan[name]).name}"
    (folder / "plan.json").write_text(json.dumps(plan))
    return folder


@pytest.mark.parametrize("run", FINISHED)
def test_a_run_alone_answers_with_what_is_in_it(run: Path, tmp_path: Path) -> None:
    folder = sent(run, tmp_path / "sent")
    opened = open_run(folder)
    assert set(opened.missing) == {"library", "model"} | ({"target"} if opened.plan.target else set())
    assert opened.hits().num_rows == opened.plan.top == 20
    assert opened.counts == {"scored": 56, "rejected": 2, "duplicate": 1}
    assert sum(batch.num_rows for batch in ranking(opened, 1000)) == 20
    assert opened.without_library(20) == ""
    assert opened.without_library(1000).startswith("only the 20 kept hits")
    with pytest.raises(LibraryError, match="not there any more"):
        list(ranking(opened))

    # Every record has its fate, kept or not, scored or not.
    for record in range(opened.records):
        (fate,) = why(opened, f"record:{record}")
        assert fate.sentence
        assert (fate.score is not None) == (fate.state == "scored")
    (first,) = why(opened, opened.hits().column("name")[0].as_py())
    assert first.score is not None
    assert (first.score.rank, first.is_hit) == (1, True)

    status = run_status(folder)
    assert (status.state, status.records_done, status.missing) == ("finished", 59, opened.missing)
    assert evidence(opened, top=20).num_rows == 20
    for name in ("hits.csv", "hits.sdf", "hits.html", "hits.parquet"):
        assert session.open_run(folder).export(tmp_path / name).stat().st_size
    with open(tmp_path / "hits.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 20
    if opened.plan.target:
        assert "which is not there any more" in (tmp_path / "hits.html").read_text("utf-8")


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda folder: folder.name)
def test_a_stopped_run_alone_says_how_far_it_is(folder: Path, tmp_path: Path) -> None:
    stopped = sent(folder / "stopped.run", tmp_path / "sent")
    status = run_status(stopped)
    assert (status.state, status.parts_done, status.records_done, status.records) == ("stopped", 1, 20, None)
    assert set(status.missing) == {"library", "model"}
    with pytest.raises(RunError, match="the run is not finished"):
        open_run(stopped).hits()


def test_the_commands_say_what_is_not_there(tmp_path: Path, workbench: Run) -> None:
    folder = sent(VERSIONS[0] / "kinase.run", tmp_path / "sent")
    listed = workbench("hits", folder, "--top", 50)
    assert listed.returncode == 0, listed.stderr
    assert "note: only the 20 kept hits" in listed.stderr
    told = workbench("status", folder).stdout
    assert "the library is not at /nowhere/compounds.library" in told
    assert "the target is not at /nowhere/1fmo.cif" in told
    written = workbench("export", folder, "--out", tmp_path / "all.csv", "--all")
    assert written.returncode == 1
    assert "the library of this run is not there any more" in written.stderr
    assert not (tmp_path / "all.csv").exists()
