"""The batches a cluster is working on.

A Dask task costs the scheduler and the driver some milliseconds, whatever is in it. Batches that take less than
`TASK_SECONDS` travel together, several to a task; each still has its own parts, receipt and attempts, so that a lost
worker costs one batch.
"""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from screening import interrupts
from screening.engine import parts
from screening.engine.batch import Batch
from screening.errors import ClusterError, RunError, ScreeningError

if TYPE_CHECKING:
    from distributed import Client, Future

#: Times a batch whose workers died is handed to the cluster again before the run gives up.
RESUBMISSIONS = 3
#: Seconds without any worker after which the run gives up.
WITHOUT_WORKERS_SECONDS = 600.0
#: A task should take as long as this, and holds as many batches at most.
TASK_SECONDS = 1.0
MOST_TOGETHER = 8
_WINDOW_SECONDS = 5.0


class InFlight:
    """Batches on their way: never more tasks than the window."""

    def __init__(
        self, execute: Callable[..., Any], arguments: tuple[Any, ...], client: Client, window: int | None
    ) -> None:
        self._execute = execute
        self._arguments = arguments
        self._client = client
        self._fixed = window
        self._window = window or 0
        self._looked = float("-inf")
        self._together = 1
        self._deaths: dict[int, int] = {}
        self._done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._waiting: list[Batch] = []
        self._tasks: dict[Future, list[Batch]] = {}

    def add(self, batch: Batch) -> None:
        """Take a batch along with the next task."""
        self._waiting.append(batch)
        if len(self._waiting) >= self._together:
            self.submit_rest()

    def submit_rest(self) -> None:
        """Submit what waits."""
        if self._waiting:
            self._submit(self._waiting)
            self._waiting = []

    def _submit(self, batches: list[Batch]) -> None:
        future = self._client.submit(self._execute, batches, *self._arguments, pure=False)
        self._tasks[future] = batches
        future.add_done_callback(self._done.put)

    def full(self) -> bool:
        """Tell whether the window is full; it follows workers that come and go."""
        now = time.monotonic()
        if self._fixed is None and now - self._looked > _WINDOW_SECONDS:
            self._looked = now
            self._window = 2 * max(1, self._threads())
        return len(self._tasks) >= self._window

    def empty(self) -> bool:
        """Tell whether nothing is on its way."""
        return not self._tasks

    def _threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError, ValueError, AttributeError) as error:
            raise _scheduler_lost(error) from error

    def finished(self) -> Sequence[parts.Receipt]:
        """Wait for the next task to finish and return its receipts."""
        idle_since = time.monotonic()
        interrupts.restore()
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
            receipts = self._receipts(future, self._tasks.pop(future))
            if receipts:
                if self._fixed is None:
                    each = sum(receipt.seconds for receipt in receipts) / len(receipts)
                    self._together = max(1, min(MOST_TOGETHER, round(TASK_SECONDS / max(each, 1e-3))))
                return receipts

    def _receipts(self, future: Future, batches: list[Batch]) -> Sequence[parts.Receipt]:
        """Return the receipts; none after handing the batches to the cluster once more."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            receipts: list[parts.Receipt] = future.result()
        except ScreeningError:
            raise
        except KilledWorker as error:
            # Its workers died again and again. The attempts on disk make the next try an isolated one.
            for batch in batches:
                self._deaths[batch.index] = self._deaths.get(batch.index, 0) + 1
                if self._deaths[batch.index] > RESUBMISSIONS:
                    raise RunError(
                        f"batch {batch.index} ended every worker that tried it; see the workers' logs"
                    ) from error
                self._submit([batch])
            return ()
        except (FutureCancelledError, OSError, TimeoutError) as error:
            raise _scheduler_lost(error) from error
        except Exception as error:
            raise RunError(
                f"batch {batches[0].index} could not be finished ({type(error).__name__}: {error})"
            ) from error
        return receipts

    def abandon(self) -> None:
        """Let go of everything in in_flight; workers finish what they are at, nobody waits for it."""
        with contextlib.suppress(Exception):
            if self._tasks:
                self._client.cancel(list(self._tasks))
        self._tasks.clear()


def _scheduler_lost(error: BaseException) -> ClusterError:
    return ClusterError(
        f"the scheduler was lost ({type(error).__name__}); finished batches are safe, "
        "run the same command again to go on"
    )
