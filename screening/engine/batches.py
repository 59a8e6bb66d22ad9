"""Run ordered batches through a pure function, serially or on a Dask client.

The driver never holds more than a window of batches, workers write their own part files, and only small
receipts come back, so memory stays flat however many batches there are.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening import interrupts
from screening.engine import attempts, child_process, files, isolation, parts
from screening.engine.batch import Batch
from screening.engine.in_flight import RESUBMISSIONS, InFlight
from screening.engine.limits import Limits, alarm, memory_limit
from screening.engine.splittable import Splittable, Tables, Work
from screening.errors import RunError, ScreeningError, StorageError

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Batch", "Limits", "Work", "execute", "run_batches"]


def execute(work: Work, batch: Batch, folder: str, limits: Limits | None = None) -> parts.Receipt:
    """Run one batch where this is called (on a worker) and write its parts and receipt.

    A `Splittable` payload that raises, or that ended its worker before, is taken apart so that only the guilty
    records are lost. The work is done in this process, or in a child where Ctrl-C could reach this one.
    """
    limits = limits or Limits()
    root = Path(folder)
    # A worker that dies after a batch takes the receipt in its memory with it: Dask asks for the batch again.
    done = parts.read_receipt(root, batch.index)
    if done is not None:
        return done
    if not interrupts.reachable():
        with interrupts.blocked():
            return _worked(work, batch, root, limits)
    limits = dataclasses.replace(limits, memory_bytes=memory_limit(limits))  # the child knows no Dask worker
    # The attempts on disk make the try after the last of these an isolated one.
    for _ in range(limits.attempts + RESUBMISSIONS):
        try:
            receipt: parts.Receipt = child_process.call(
                _worked, work, batch, root, limits, memory_bytes=limits.memory_bytes
            )
            return receipt
        except child_process.ChildLostError as error:
            lost = error
    raise RunError(f"batch {batch.index} ended every process that tried it ({lost})") from lost


def _execute_all(batches: list[Batch], work: Work, folder: str, limits: Limits) -> list[parts.Receipt]:
    return [execute(work, batch, folder, limits) for batch in batches]


def _worked(work: Work, batch: Batch, root: Path, limits: Limits) -> parts.Receipt:
    """Run one batch in this process."""
    started = time.perf_counter()
    _require_there(root)
    unfinished = attempts.begin(root, batch.index)
    if unfinished >= limits.attempts and isinstance(batch.payload, Splittable):
        tables = isolation.by_process(work, batch.payload, limits)
    else:
        records = len(batch.payload) if isinstance(batch.payload, Splittable) else 0
        with alarm(limits.seconds_for(records)):
            tables = _in_process(work, batch.payload)
    _require_there(root)
    receipt = parts.write_batch(root, batch.index, tables, time.perf_counter() - started)
    attempts.finish(root, batch.index)
    return receipt


def _require_there(root: Path) -> None:
    """Check that nobody has moved the job folder away: what is written to its old place would be half a job."""
    if not root.is_dir():
        raise StorageError(
            "was moved or deleted while work was done in it", source=root,
            expected="the same command with the folder where it is now; nothing that was finished is lost",
        )  # fmt: skip


def _in_process(work: Work, payload: Any) -> Tables:
    try:
        return work(payload)
    except ScreeningError:
        raise
    except Exception as error:
        if not isinstance(payload, Splittable):
            raise
        return isolation.by_exception(work, payload, error)


def run_batches(
    work: Work,
    batches: Iterable[Batch],
    folder: Path,
    *,
    client: Client | None = None,
    window: int | None = None,
    limits: Limits | None = None,
) -> Iterator[parts.Receipt]:
    """Run every batch that is not finished yet and yield all receipts, finished ones included.

    Parameters
    ----------
    work
        Function run on the workers.
    batches
        The batches in order; consumed lazily.
    folder
        Job folder, visible to the driver and the workers under the same path.
    client
        Dask client; None runs the batches one after another, here or in a child of this process.
    window
        Batches in flight at most; by default two tasks for each worker thread, as they come and go.
    limits
        What a batch and a record may cost.

    Yields
    ------
    Receipt
        In the order in which batches finish.

    Raises
    ------
    ScreeningError
        The first error of a batch; finished batches stay finished. `ClusterError` if the scheduler is lost or
        no worker is left.
    """
    limits = limits or Limits()
    files.writable_folder(folder)
    if client is None:
        for batch in batches:
            yield execute(work, batch, str(folder), limits)
        parts.flush(folder)
        return
    in_flight = InFlight(_execute_all, (work, str(folder), limits), client, window)
    try:
        for batch in batches:
            done = parts.read_receipt(folder, batch.index)
            if done is not None:
                yield done
                continue
            while in_flight.full():
                yield from in_flight.finished()
            in_flight.add(batch)
        in_flight.submit_rest()
        while not in_flight.empty():
            yield from in_flight.finished()
        parts.flush(folder)
    finally:
        in_flight.abandon()
