"""Batches in this process and on real workers: order, resume, bounded window, deaths."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import jobs
import pyarrow.parquet as pq
import pytest
from distributed import Client, LocalCluster

from screening import interrupts
from screening.clusters.lean_scheduler import SCHEDULER_OPTIONS
from screening.engine import attempts, parts
from screening.engine.batches import Batch, execute, run_batches
from screening.engine.ledger import add_counts
from screening.engine.limits import Limits
from screening.errors import RunError, StorageError


def batches(count: int, size: int = 10, **what: object) -> list[Batch]:
    return [Batch(i, jobs.Numbers(i * size, (i + 1) * size, **what)) for i in range(count)]  # type: ignore[arg-type]


def written(folder: Path, table: str = "squares") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / table).iterdir())}


def counted(folder: Path) -> dict[str, int]:
    total: dict[str, int] = {}
    for receipt in parts.receipts(folder, verify=True):
        add_counts(total, receipt.counts)
    return total


def test_workers_write_the_same_bytes_as_this_process(tmp_path: Path, two_workers: Client) -> None:
    here = list(run_batches(jobs.squares, batches(7), tmp_path / "here"))
    there = list(run_batches(jobs.squares, batches(7), tmp_path / "there", client=two_workers))
    assert sorted(receipt.index for receipt in there) == [receipt.index for receipt in here] == list(range(7))
    assert written(tmp_path / "here") == written(tmp_path / "there")
    assert counted(tmp_path / "there") == {"scored": 70}


def test_finished_batches_are_not_done_again(tmp_path: Path) -> None:
    list(run_batches(jobs.squares, batches(3), tmp_path / "run"))
    marks = tmp_path / "marks"
    marks.mkdir()
    again = list(run_batches(jobs.squares, batches(5, marks=str(marks)), tmp_path / "run"))
    assert len(again) == 5
    assert sorted(int(path.name.split("-")[0]) for path in marks.iterdir()) == [30, 40]


@pytest.mark.parametrize("damage", ["truncate", "flip", "remove", "receipt"])
def test_a_damaged_part_is_made_anew(tmp_path: Path, damage: str) -> None:
    list(run_batches(jobs.squares, batches(3), tmp_path))
    before = written(tmp_path)
    path = tmp_path / "squares" / "part-000001.parquet"
    if damage == "truncate":
        path.write_bytes(path.read_bytes()[:-7])
    elif damage == "flip":
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))
    elif damage == "remove":
        path.unlink()
    else:
        (tmp_path / "receipts" / "part-000001.json").write_text("{")
    list(run_batches(jobs.squares, batches(3), tmp_path))
    assert written(tmp_path) == before


def test_batches_are_consumed_lazily(tmp_path: Path, two_workers: Client) -> None:
    drawn: list[int] = []

    def endless():  # type: ignore[no-untyped-def]
        for batch in batches(10_000):
            drawn.append(batch.index)
            yield batch

    stream = run_batches(jobs.squares, endless(), tmp_path, client=two_workers, window=3)
    for _ in range(5):
        next(stream)
    assert len(drawn) <= 5 + 3 + 1
    stream.close()


def test_a_record_that_raises_is_the_only_one_lost(tmp_path: Path) -> None:
    list(run_batches(jobs.squares, batches(1, 300, raises=frozenset({70, 299})), tmp_path))
    ledger = pq.read_table(tmp_path / "ledger" / "part-000000.parquet").to_pylist()
    failed = {row["record"]: row["reason"] for row in ledger if row["state"] == "failed"}
    assert failed == {70: "ValueError: 70 is not to be squared", 299: "ValueError: 299 is not to be squared"}
    assert counted(tmp_path) == {"scored": 298, "failed": 2}
    assert pq.read_metadata(tmp_path / "squares" / "part-000000.parquet").num_rows == 298


def test_work_that_always_raises_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"every record of a batch failed \(ValueError: 0 is not"):
        list(run_batches(jobs.squares, batches(1, 30, raises=frozenset(range(30))), tmp_path))
    assert not list((tmp_path / "receipts").glob("*")) if (tmp_path / "receipts").exists() else True


def test_a_killed_worker_costs_only_its_batch(tmp_path: Path, two_workers: Client) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    work = batches(12, marks=str(marks), seconds=0.3)

    def kill_one() -> None:
        while not (found := [path for path in marks.iterdir() if path.name.startswith("20-")]):
            time.sleep(0.01)
        os.kill(int(found[0].name.split("-")[1]), signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    list(run_batches(jobs.squares, work, tmp_path / "run", client=two_workers))
    killer.join()
    begun = [int(path.name.split("-")[0]) for path in marks.iterdir()]
    assert begun.count(20) == 2, "the killed batch was begun twice"
    assert len(begun) == 13, "no other batch was"
    list(run_batches(jobs.squares, batches(12), tmp_path / "undisturbed"))
    assert written(tmp_path / "run") == written(tmp_path / "undisturbed")
    assert counted(tmp_path / "run") == {"scored": 120}


@pytest.mark.parametrize("tries", [1, pytest.param(Limits().attempts, marks=pytest.mark.slow)])
def test_a_record_that_kills_every_worker_is_found(tmp_path: Path, two_workers: Client, tries: int) -> None:
    work = batches(4, 150)
    work[2] = Batch(2, jobs.Numbers(300, 450, kills=frozenset({401})))
    list(run_batches(jobs.squares, work, tmp_path, client=two_workers, limits=Limits(attempts=tries)))
    assert counted(tmp_path) == {"scored": 599, "failed": 1}
    ledger = pq.read_table(tmp_path / "ledger" / "part-000002.parquet").to_pylist()
    lost = [row for row in ledger if row["state"] != "scored"]
    assert [(row["record"], row["reason"]) for row in lost] == [(401, "ended its worker process (signal SIGKILL)")]
    assert not list((tmp_path / "attempts").iterdir())


def test_a_record_that_hangs_ends_as_timed_out(tmp_path: Path, two_workers: Client) -> None:
    work = [Batch(0, jobs.Numbers(0, 70, hangs=frozenset({66})))]
    limits = Limits(batch_seconds=1.5, record_seconds=1.0, attempts=1)
    list(run_batches(jobs.squares, work, tmp_path, client=two_workers, limits=limits))
    ledger = pq.read_table(tmp_path / "ledger" / "part-000000.parquet").to_pylist()
    assert [(row["record"], row["state"], row["reason"]) for row in ledger if row["state"] != "scored"] == [
        (66, "timed_out", "took longer than 1 s")
    ]


def test_a_record_that_needs_too_much_memory_is_the_only_one_lost(tmp_path: Path) -> None:
    attempts.begin(tmp_path, 0)
    limits = Limits(attempts=1, memory_bytes=350_000_000)
    execute(jobs.squares, Batch(0, jobs.Numbers(0, 3, swells=frozenset({1}))), str(tmp_path), limits)
    ledger = pq.read_table(tmp_path / "ledger" / "part-000000.parquet").to_pylist()
    assert [row["state"] for row in ledger] == ["scored", "failed", "scored"]
    assert ledger[1]["reason"] == "needed more than 350 MB of memory"


@pytest.mark.slow
@pytest.mark.parametrize("ours", [True, False], ids=["its nanny ends it", "it has a child that it ends"])
def test_a_worker_that_runs_out_of_memory_costs_one_record(tmp_path: Path, ours: bool) -> None:
    """A worker we start has SIGINT blocked and works itself; one that somebody else starts works in a child."""
    started = interrupts.blocked_for_children() if ours else contextlib.nullcontext()
    with started:
        cluster = LocalCluster(
            n_workers=1, threads_per_worker=1, host="127.0.0.1", memory_limit="450MB", silence_logs=50,
            scheduler_kwargs=SCHEDULER_OPTIONS,
        )  # fmt: skip
    with cluster, Client(cluster) as client:
        assert set(client.run(interrupts.reachable).values()) == {not ours}
        work = [*batches(2), Batch(2, jobs.Numbers(20, 30, swells=frozenset({23})))]
        list(run_batches(jobs.squares, work, tmp_path, client=client))
    assert counted(tmp_path) == {"scored": 29, "failed": 1}
    ledger = pq.read_table(tmp_path / "ledger" / "part-000002.parquet").to_pylist()
    assert [(row["record"], row["reason"]) for row in ledger if row["state"] != "scored"] == [
        (23, "needed more than 360 MB of memory")
    ]


def test_isolation_gives_the_same_bytes(tmp_path: Path) -> None:
    list(run_batches(jobs.squares, batches(1, 200), tmp_path / "plain"))
    for _ in range(2):
        attempts.begin(tmp_path / "isolated", 0)
    list(run_batches(jobs.squares, batches(1, 200), tmp_path / "isolated"))
    assert written(tmp_path / "plain") == written(tmp_path / "isolated")
    assert written(tmp_path / "plain", "ledger") == written(tmp_path / "isolated", "ledger")


def test_an_intended_error_of_a_batch_stops_the_run(tmp_path: Path, two_workers: Client) -> None:
    for client in (None, two_workers):
        with pytest.raises(StorageError, match="there: the disk is full"):
            list(run_batches(jobs.broken, batches(2), tmp_path, client=client))
