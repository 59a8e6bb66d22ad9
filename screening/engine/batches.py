"""Run ordered batches through a pure function, serially or on a Dask client.

The driver never holds more than a window of batches, workers write their own part files, and only small
receipts come back, so memory stays flat however many batches there are.
"""

from __future__ import annotations

import contextlib
import dataclasses
import queue
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening.engine import attempts, isolation, parts
from screening.engine.divisible import Divisible, Tables, Work
from screening.engine.guard import Guard, alarm
from screening.errors import ClusterError, RunError, ScreeningError

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["Batch", "Guard", "Work", "execute", "run_batches"]

#: Times a batch whose workers died is handed to the cluster again before the run gives up.
RESUBMISSIONS = 3
#: Seconds without any worker after which the run gives up.
WITHOUT_WORKERS_SECONDS = 600.0
_WINDOW_SECONDS = 5.0


@dataclasses.dataclass(frozen=True)
class Batch:
    """A unit of work: its number, from 0 and without gaps, and a small picklable payload."""

    index: int
    payload: Any


def execute(work: Work, batch: Batch, folder: str, guard: Guard | None = None) -> parts.Receipt:
    """Run one batch where this is called (on a worker) and write its parts and receipt.

    A `Divisible` payload that raises, or that ended its worker before, is taken apart so that only the guilty
    records are lost.
    """
    guard = guard or Guard()
    root = Path(folder)
    # A worker that dies after a batch takes the receipt in its memory with it: Dask asks for the batch again.
    done = parts.read_receipt(root, batch.index)
    if done is not None:
        return done
    started = time.perf_counter()
    unfinished = attempts.begin(root, batch.index)
    if unfinished >= guard.attempts and isinstance(batch.payload, Divisible):
        tables = isolation.by_process(work, batch.payload, guard)
    else:
        with alarm(guard.batch_seconds):
            tables = _in_process(work, batch.payload)
    receipt = parts.write_batch(root, batch.index, tables, time.perf_counter() - started)
    attempts.finish(root, batch.index)
    return receipt


def _in_process(work: Work, payload: Any) -> Tables:
    try:
        return work(payload)
    except ScreeningError:
        raise
    except Exception as error:
        if not isinstance(payload, Divisible):
            raise
        return isolation.by_exception(work, payload, error)


def run_batches(
    work: Work,
    batches: Iterable[Batch],
    folder: Path,
    *,
    client: Client | None = None,
    window: int | None = None,
    guard: Guard | None = None,
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
        Dask client; None runs the batches one after another in this process.
    window
        Batches in flight at most; by default twice the worker threads, as they come and go.
    guard
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
    guard = guard or Guard()
    if client is None:
        for batch in batches:
            yield execute(work, batch, str(folder), guard)
        return
    flight = _Flight(work, folder, client, window, guard)
    try:
        for batch in batches:
            done = parts.read_receipt(folder, batch.index)
            if done is not None:
                yield done
                continue
            while flight.full():
                yield flight.landed()
            flight.submit(batch)
        while flight.batches:
            yield flight.landed()
    finally:
        flight.abandon()


class _Flight:
    """The batches a cluster is working on: never more than the window."""

    def __init__(self, work: Work, folder: Path, client: Client, window: int | None, guard: Guard) -> None:
        self._work = work
        self._folder = str(folder)
        self._client = client
        self._fixed = window
        self._guard = guard
        self._window = window or 0
        self._looked = float("-inf")
        self._deaths: dict[int, int] = {}
        self._done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self.batches: dict[Future, Batch] = {}

    def submit(self, batch: Batch) -> None:
        future = self._client.submit(execute, self._work, batch, self._folder, self._guard, pure=False)
        self.batches[future] = batch
        future.add_done_callback(self._done.put)

    def full(self) -> bool:
        """Tell whether the window is full; it follows workers that come and go."""
        now = time.monotonic()
        if self._fixed is None and now - self._looked > _WINDOW_SECONDS:
            self._looked = now
            self._window = 2 * max(1, self._threads())
        return len(self.batches) >= self._window

    def _threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError, ValueError, AttributeError) as error:
            raise _scheduler_lost(error) from error

    def landed(self) -> parts.Receipt:
        """Wait for the next batch to finish and return its receipt."""
        idle_since = time.monotonic()
        while True:
            try:
                future = self._done.get(timeout=_WINDOW_SECONDS)
            except queue.Empty:
                if self._threads():
                    idle_since = time.monotonic()
                elif time.monotonic() - idle_since > WITHOUT_WORKERS_SECONDS:
                    raise ClusterError(
                        f"no worker has been there for {WITHOUT_WORKERS_SECONDS / 60:.0f} minutes; "
                        "run the same command again to go on"
                    ) from None
                continue
            batch = self.batches.pop(future)
            receipt = self._receipt(future, batch)
            if receipt is not None:
                return receipt

    def _receipt(self, future: Future, batch: Batch) -> parts.Receipt | None:
        """Return the receipt, or None after handing the batch to the cluster once more."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            receipt: parts.Receipt = future.result()
        except ScreeningError:
            raise
        except KilledWorker as error:
            # Its workers died again and again. The attempts on disk make the next try an isolated one.
            self._deaths[batch.index] = self._deaths.get(batch.index, 0) + 1
            if self._deaths[batch.index] > RESUBMISSIONS:
                raise RunError(
                    f"batch {batch.index} ended every worker that tried it; see the workers' logs"
                ) from error
            self.submit(batch)
            return None
        except (FutureCancelledError, OSError, TimeoutError) as error:
            raise _scheduler_lost(error) from error
        except Exception as error:
            raise RunError(f"batch {batch.index} could not be finished ({type(error).__name__}: {error})") from error
        return receipt

    def abandon(self) -> None:
        """Let go of everything in flight; workers finish what they are at, nobody waits for it."""
        with contextlib.suppress(Exception):
            if self.batches:
                self._client.cancel(list(self.batches))
        self.batches.clear()


def _scheduler_lost(error: BaseException) -> ClusterError:
    return ClusterError(
        f"the scheduler was lost ({type(error).__name__}); finished batches are safe, "
        "run the same command again to go on"
    )
