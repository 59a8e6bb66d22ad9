"""One thread that writes what all requests of a server want written, with one wait for the disk for all that wait."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

from screening.errors import ScreeningError
from screening.runs.decisions.decide import require_allowed
from screening.runs.decisions.event import Event
from screening.runs.decisions.log import DecisionLog

_MOST_TOGETHER = 500
_Job = tuple[Sequence[Event], Sequence[bytes], "asyncio.AbstractEventLoop", "asyncio.Future[list[Event]]"]


class Writer(threading.Thread):
    """Writes to a log; a future is done when its events are on the disk.

    Parameters
    ----------
    log
        The log.
    written
        Called in the event loop with the events of every group that was written.
    """

    def __init__(self, log: DecisionLog, written: Callable[[list[Event]], None]) -> None:
        super().__init__(daemon=True, name="decisions")
        self._log = log
        self._written = written
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()

    async def write(self, events: Sequence[Event], evidence: Sequence[bytes] = ()) -> list[Event]:
        """Write events and the evidence they name; return them as written.

        Raises
        ------
        ScreeningError
            If they may not be or cannot be written.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Event]] = loop.create_future()
        self._waiting.put((events, evidence, loop, future))
        return await future

    def stop(self) -> None:
        """End when all that waits is written."""
        self._waiting.put(None)

    def run(self) -> None:
        """Write until `stop`."""
        while (job := self._waiting.get()) is not None:
            jobs = [job]
            ends = False
            while len(jobs) < _MOST_TOGETHER and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    ends = True
                    break
                jobs.append(following)
            self._together(jobs)
            if ends:
                return

    def _together(self, jobs: list[_Job]) -> None:
        events = [event for job in jobs for event in job[0]]
        groups = [number for number, job in enumerate(jobs) for _ in job[0]]
        results: list[Event | ScreeningError]
        try:
            self._log.snapshots.keep(line for job in jobs for line in job[1])
            results = self._log.append_each(events, require_allowed, groups)
        except ScreeningError as error:
            results = [error] * len(events)
        except BaseException as error:  # a thread that dies would leave every request waiting
            problem = ScreeningError(f"the decision could not be written ({type(error).__name__}: {error})")
            results = [problem] * len(events)
        at = 0
        answers: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[list[Event]], list[Any]]]] = {}
        for given, _, loop, future in jobs:
            answers.setdefault(loop, []).append((future, results[at : at + len(given)]))
            at += len(given)
        for loop, those in answers.items():  # each call wakes the loop, so one for all
            loop.call_soon_threadsafe(self._answer_all, those)

    def _answer_all(self, those: list[tuple[asyncio.Future[list[Event]], list[Event | ScreeningError]]]) -> None:
        for future, results in those:
            self._answer(future, results)

    def _answer(self, future: asyncio.Future[list[Event]], results: list[Event | ScreeningError]) -> None:
        failed = next((one for one in results if isinstance(one, ScreeningError)), None)
        written = [one for one in results if isinstance(one, Event)]
        if written and failed is None:
            self._written(written)
        if future.cancelled():
            return
        if failed is not None:
            future.set_exception(failed)
        else:
            future.set_result(written)
