"""Limits on a batch and on a record, and the alarm that ends a worker stuck in compiled code."""

from __future__ import annotations

import contextlib
import dataclasses
import faulthandler
from collections.abc import Iterator

#: Seconds a record of the slowest model may take on average.
SLOWEST_RECORD = 0.03


@dataclasses.dataclass(frozen=True)
class Limits:
    """What a batch may cost.

    Attributes
    ----------
    batch_seconds
        A batch that takes longer on a worker process of its own is ended with the worker, and isolated. A batch of
        very many records may take `SLOWEST_RECORD` for each: in a billion compounds there are batches of 200,000.
    record_seconds
        A record that takes longer when its batch is isolated ends as ``timed_out``.
    attempts
        Attempts that may end without a word (a killed worker) before the batch is isolated.
    memory_bytes
        Resident memory an isolated piece may use; None takes the memory limit of the Dask worker, if any.
    """

    batch_seconds: float = 1800.0
    record_seconds: float = 60.0
    attempts: int = 2
    memory_bytes: int | None = None

    def seconds_for(self, records: int) -> float:
        """Return how many seconds a batch of so many records may take."""
        return max(self.batch_seconds, SLOWEST_RECORD * records)


#: Whether this process is a child that its parent replaces (see `screening.engine.child_process`).
expendable = False


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """End this process if the block takes longer than `seconds`; its nanny starts another one.

    Python cannot interrupt compiled code that holds the interpreter lock; faulthandler's watchdog is a thread
    of the C library and can. It is armed only where a nanny watches a process of one worker thread, and in a child
    made for the work: anywhere else it would end somebody's own session.
    """
    if not _expendable():
        yield
        return
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _expendable() -> bool:
    worker = current_worker()
    return expendable or (worker is not None and bool(worker.nanny) and worker.state.nthreads == 1)


def current_worker():  # type: ignore[no-untyped-def]
    """Return the Dask worker this runs on, or None."""
    try:
        from distributed import get_worker

        return get_worker()
    except (ImportError, ValueError):
        return None


def memory_limit(limits: Limits) -> int | None:
    """Return the resident memory in bytes an isolated piece may use, None for no limit."""
    if limits.memory_bytes is not None:
        return limits.memory_bytes
    worker = current_worker()
    limit = getattr(getattr(worker, "memory_manager", None), "memory_limit", None)
    return int(limit * 0.8) if limit else None
