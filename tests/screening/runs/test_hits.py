"""The whole ranking, the top, and the fate of any record."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.engine import parts
from screening.errors import FileError, LibraryError, PlanError, RunError
from screening.runs.hits import HIT_SCHEMA, ranking
from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun, open_run
from screening.runs.scores import SCORE_SCHEMA
from screening.runs.status import run_status
from screening.runs.top_scores import count_before, ranked, top_scores
from screening.runs.why import why


def score_file(path: Path, rows: list[tuple[float, bytes, int]]) -> Path:
    columns = [
        [record for _, _, record in rows],
        [identity for _, identity, _ in rows],
        *[[affinity for affinity, _, _ in rows]] * 3,
        [True] * len(rows),
        [0] * len(rows),
        [0.5] * len(rows),
        [False] * len(rows),
        [True] * len(rows),
    ]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCORE_SCHEMA)]
    parts.write_batch(path, 0, {"scores": pa.table(arrays, SCORE_SCHEMA)}, 0.1)
    return path / "scores" / parts.part_name(0)


def test_ties_go_by_identity_then_record(tmp_path: Path) -> None:
    a, b = b"a" * 16, b"b" * 16
    files = [
        score_file(tmp_path / "0", [(5.0, b, 0), (7.0, b, 1), (5.0, a, 2)]),
        score_file(tmp_path / "1", [(5.0, a, 3), (7.0, a, 4), (9.0, b, 5)]),
        score_file(tmp_path / "2", []),
    ]
    order = [5, 4, 1, 2, 3, 0]
    for top in range(1, 8):
        assert top_scores(files, top).column("record").to_pylist() == order[:top]
        assert top_scores(reversed(files), top).column("record").to_pylist() == order[:top]
    every = {5: (9.0, b), 4: (7.0, a), 1: (7.0, b), 2: (5.0, a), 3: (5.0, a), 0: (5.0, b)}
    for place, record in enumerate(order):
        assert count_before(files, *every[record], record) == place
    assert ranked(pa.concat_tables(map(pq.read_table, files))).column("record").to_pylist() == order


def test_the_whole_ranking_begins_with_the_hits(run: ScreenRun) -> None:
    whole = pa.Table.from_batches(list(ranking(run)), schema=HIT_SCHEMA)
    assert whole.num_rows == run.counts["scored"]
    assert whole.slice(0, 50).equals(run.hits())
    affinities = whole.column("affinity").to_pylist()
    assert affinities == sorted(affinities, reverse=True)
    assert whole.column("rank").to_pylist() == list(range(1, whole.num_rows + 1))
    assert pa.Table.from_batches(list(ranking(run, 60)), schema=HIT_SCHEMA).equals(whole.slice(0, 60))
    assert pa.Table.from_batches(list(ranking(run, 5)), schema=HIT_SCHEMA).equals(whole.slice(0, 5))
    assert not list(run.folder.glob("scratch-*"))


def test_why_finds_a_compound_by_any_name(run: ScreenRun) -> None:
    whole = pa.Table.from_batches(list(ranking(run)), schema=HIT_SCHEMA).to_pylist()
    for row in (whole[0], whole[49], whole[50], whole[-1]):
        place = f"{row['source']}:{row['number']}"
        for text in (row["name"], row["smiles"], str(row["number"]), row["id"], f"record:{row['record']}", place):
            (fate,) = [fate for fate in why(run, text) if fate.record == row["record"]]
            assert fate.score is not None
            assert fate.score.rank == row["rank"]
            assert fate.score.of == len(whole)
            assert fate.score.affinity == pytest.approx(row["affinity"], abs=1e-5)
            assert fate.score.nearest == row["nearest"]
            assert fate.is_hit == (row["rank"] <= 50)
            assert f"rank {row['rank']:,} of {len(whole)}" in fate.sentence


def test_why_explains_what_was_not_scored(run: ScreenRun) -> None:
    (bad,) = why(run, "bad7")
    assert bad.state == "rejected"
    assert bad.score is None
    assert bad.reason in bad.sentence
    assert str(bad) == bad.sentence
    (again,) = why(run, "again13")
    assert again.state == "duplicate"
    assert again.same_as is not None
    assert again.same_as.score is not None
    assert f"has the same parent as compounds.smi, record {again.same_as.number}. " in again.sentence
    # What a sentence calls a record is what finds it.
    (itself,) = why(run, re.findall(r"record (\d+)", again.sentence)[0])
    assert itself.record == again.record
    # A salt is found by the name of the salt and by the SMILES of its parent.
    assert {fate.record for fate in why(run, "CC(=O)[O-].[Na+]")} >= {fate.record for fate in why(run, "salt3")}
    assert why(run, "no such compound") == []
    assert why(run, "999999") == why(run, "record:999999") == why(run, "other.smi:3") == []


def test_a_run_that_moved_with_its_library_is_still_whole(tmp_path: Path, run: ScreenRun, plan: ScreenPlan) -> None:
    folder = tmp_path / "moved"
    shutil.copytree(run.folder, folder)
    lost = open_run(folder)
    object.__setattr__(lost.plan, "library", str(tmp_path / "gone"))
    assert lost.hits().num_rows == 50
    assert why(lost, "again13")
    with pytest.raises(LibraryError, match="is not there any more"):
        list(ranking(lost))
    shutil.copytree(plan.library, folder / "library")
    assert sum(batch.num_rows for batch in ranking(lost)) == run.counts["scored"]


def test_what_is_no_run_is_refused(tmp_path: Path, run: ScreenRun, plan: ScreenPlan) -> None:
    with pytest.raises(FileError, match=r"is not a run directory; expected a folder with a plan\.json"):
        open_run(tmp_path)
    folder = tmp_path / "edited"
    shutil.copytree(run.folder, folder)
    (folder / "plan.json").write_text(plan.to_json().replace('"top": 50', '"top": 5'))
    with pytest.raises(PlanError, match="does not fit its own key"):
        open_run(folder)
    (folder / "plan.json").write_text(plan.to_json())
    (folder / "summary.json").unlink()
    with pytest.raises(RunError, match="the run is not finished"):
        open_run(folder).hits()


def test_status_of_a_finished_run(run: ScreenRun) -> None:
    status = run_status(run.folder)
    assert status.state == "finished"
    assert status.parts_done == status.parts == 12
    assert status.records_done == status.records == 240
    assert status.counts == run.counts
    assert any(reason.startswith("rejected") for reason in status.failures)
