"""A run ends with the same bytes whatever happens on the way, and its ledger balances."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from distributed import Client

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.engine.ledger import LEDGER_SCHEMA
from screening.engine.lock import folder_lock
from screening.engine.progress import Progress
from screening.errors import LibraryError, ModelError, RunLockedError, RunMismatchError, StorageError
from screening.models.storage import load_model
from screening.runs.hits import HIT_SCHEMA
from screening.runs.plan import ScreenPlan, plan_screen
from screening.runs.run import ScreenRun, open_run
from screening.runs.score import compound_block
from screening.runs.screen import run_screen


def hit_bytes(run: ScreenRun) -> bytes:
    return (run.folder / "hits.parquet").read_bytes()


def test_the_hits_are_the_best_by_brute_force(run: ScreenRun, library: PreparedLibrary, model: Path) -> None:
    compounds = pa.concat_tables(list(library.iterate()))
    predicted = load_model(model).predict(compound_block(compounds))  # type: ignore[union-attr]
    rows = sorted(
        (-float(affinity), identity, record)
        for affinity, identity, record in zip(
            predicted.affinity, compounds.column("identity").to_pylist(), compounds.column("record").to_pylist()
        )
    )
    hits = run.hits()
    assert hits.schema.equals(HIT_SCHEMA)
    assert hits.column("record").to_pylist() == [record for _, _, record in rows[:50]]
    assert hits.column("rank").to_pylist() == list(range(1, 51))
    assert hits.column("id").to_pylist() == [identity.hex() for _, identity, _ in rows[:50]]
    described = {row["record"]: row for row in compounds.to_pylist()}
    for hit in hits.to_pylist():
        row = described[hit["record"]]
        assert {name: hit[name] for name in ("name", "smiles", "source", "number", "flags")} == {
            name: row[name] for name in ("name", "smiles", "source", "number", "flags")
        }
        assert hit["lower"] <= hit["affinity"] <= hit["upper"]
        assert hit["kind"] == "pIC50"


def test_every_record_ends_in_one_state(run: ScreenRun, library: PreparedLibrary) -> None:
    ledger = pa.concat_tables([pq.read_table(path) for path in run.ledger_files()])
    assert ledger.schema.equals(LEDGER_SCHEMA)
    assert ledger.column("record").to_pylist() == list(range(240))
    assert run.counts == {("scored" if state == "ready" else state): count for state, count in library.counts.items()}
    assert sum(run.counts.values()) == run.records == 240
    assert {"scored", "duplicate", "rejected"} <= set(run.counts)
    reasons = ledger.filter(pc.not_equal(ledger.column("state"), "scored")).column("reason").to_pylist()
    assert all(reasons)


def test_workers_and_parts_change_nothing(
    tmp_path: Path, run: ScreenRun, model: Path, plan: ScreenPlan, other_parts: PreparedLibrary, two_workers: Client
) -> None:
    on_workers = run_screen(plan, tmp_path / "workers", client=two_workers)
    assert hit_bytes(on_workers) == hit_bytes(run)
    otherwise = plan_screen(other_parts, model, top=50)
    assert hit_bytes(run_screen(otherwise, tmp_path / "parts")) == hit_bytes(run)


def test_a_run_goes_on_where_it_stopped(tmp_path: Path, run: ScreenRun, plan: ScreenPlan) -> None:
    class Stop(Exception):
        pass

    steps: list[int] = []

    def stop_after_three(step: Progress) -> None:
        steps.append(step.done)
        if len(steps) == 4:
            raise Stop

    with pytest.raises(Stop):
        run_screen(plan, tmp_path / "run", on_progress=stop_after_three)
    stopped = open_run(tmp_path / "run")
    assert not stopped.finished
    assert 0 < stopped.records < 240
    done = {path: path.stat().st_mtime_ns for path in (tmp_path / "run" / "scores").iterdir()}
    finished = run_screen(plan, tmp_path / "run")
    assert hit_bytes(finished) == hit_bytes(run)
    assert all(path.stat().st_mtime_ns == when for path, when in done.items()), "finished batches are kept"
    again = {path: path.stat().st_mtime_ns for path in (tmp_path / "run").iterdir() if path.suffix == ".parquet"}
    run_screen(plan, tmp_path / "run")
    assert (tmp_path / "run" / "hits.parquet").stat().st_mtime_ns == again[tmp_path / "run" / "hits.parquet"]


@pytest.mark.parametrize("victim", ["scores/part-000003.parquet", "ledger/part-000005.parquet", "hits.parquet"])
def test_damage_is_found_and_mended(tmp_path: Path, run: ScreenRun, plan: ScreenPlan, victim: str) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run.folder, folder)
    content = bytearray((folder / victim).read_bytes())
    content[len(content) // 2] ^= 255
    (folder / victim).write_bytes(bytes(content))
    mended = run_screen(plan, folder)
    assert (folder / victim).read_bytes() == (run.folder / victim).read_bytes()
    assert hit_bytes(mended) == hit_bytes(run)


def test_another_plan_is_refused_and_named(
    tmp_path: Path, run: ScreenRun, library: PreparedLibrary, model: Path
) -> None:
    other = plan_screen(library, model, top=7, seed=3)
    with pytest.raises(
        RunMismatchError, match=r"holds a run of another plan \(seed 0 instead of 3; top 50 instead of 7\)"
    ):
        run_screen(other, run.folder)
    assert open_run(run.folder).plan.top == 50


def test_a_library_that_changed_is_refused(tmp_path: Path, plan: ScreenPlan, library: PreparedLibrary) -> None:
    copy = tmp_path / "library"
    shutil.copytree(library.folder, copy)
    moved_plan = dataclasses.replace(plan, library=str(copy))
    part = copy / "compounds" / "part-000002.parquet"
    table = pq.read_table(part)
    pq.write_table(table.set_column(4, table.schema.field(4), pa.array(["C"] * table.num_rows)), part)
    with pytest.raises(
        LibraryError, match=r"part-000002.parquet: is missing, damaged or was changed after it was written"
    ):
        run_screen(moved_plan, tmp_path / "run")
    facts = json.loads((copy / "library.json").read_text())
    (copy / "library.json").write_text(json.dumps({**facts, "key": "0" * 64}))
    with pytest.raises(LibraryError, match="has changed since the run was planned"):
        run_screen(moved_plan, tmp_path / "run")


def test_a_model_that_changed_is_refused(tmp_path: Path, plan: ScreenPlan, model: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(model, copy)
    with open(copy / "model.skops", "ab") as stream:
        stream.write(b"x")
    with pytest.raises(ModelError):
        run_screen(dataclasses.replace(plan, model=str(copy)), tmp_path / "run")


def test_two_at_once_are_refused(tmp_path: Path, plan: ScreenPlan) -> None:
    with folder_lock(tmp_path / "run"), pytest.raises(RunLockedError, match="is in use by process"):
        run_screen(plan, tmp_path / "run")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "tiny"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("mounting a tmpfs needs root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_loses_nothing(tiny_disk: Path, run: ScreenRun, plan: ScreenPlan) -> None:
    with pytest.raises(StorageError, match="the disk is full, nothing was lost"):
        run_screen(plan, tiny_disk / "run")
    subprocess.run(["mount", "-o", "remount,size=8m", tiny_disk], check=True)
    assert hit_bytes(run_screen(plan, tiny_disk / "run")) == hit_bytes(run)


def test_a_read_only_disk_is_named(tiny_disk: Path, plan: ScreenPlan) -> None:
    subprocess.run(["mount", "-o", "remount,ro", tiny_disk], check=True)
    with pytest.raises(StorageError, match=r"cannot be written \(read-only"):
        run_screen(plan, tiny_disk / "run")
