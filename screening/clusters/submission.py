"""What a queueing system says to the jobs of a cluster: refused, waiting, ended too early."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import subprocess
import time
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from distributed import Adaptive

#: Submissions that may be refused before the first one is taken.
REFUSALS = 2
#: Longest pause, in seconds, after a refusal when jobs were taken before (a limit of jobs, a busy controller).
PAUSE_SECONDS = 60.0
#: Submit programs that run, or pause after a refusal, at a time: ten thousand jobs must not be as many processes.
AT_ONCE = 8
#: Jobs asked for beyond those that were taken. Each is a file and an object before it is submitted: ten thousand at
#: once would keep the scheduler from its workers for most of a minute.
AHEAD = 200
#: Seconds between two looks whether the work is over while a submit program runs or pauses.
_LOOK_SECONDS = 0.3


@dataclasses.dataclass
class Submissions:
    """What became of the submissions so far.

    Attributes
    ----------
    taken, refused
        How many.
    reason
        What the submit program said last when it refused.
    over
        Whether the work is over: nothing is submitted any more, and submit programs that still try are ended.
    open
        Ids of jobs that were taken and not yet cancelled.
    cancel
        The program that cancels a job, with its arguments.
    """

    taken: int = 0
    refused: int = 0
    reason: str = ""
    over: bool = False
    open: set[str] = dataclasses.field(default_factory=set)
    cancel: str = ""

    @property
    def hopeless(self) -> bool:
        """Whether the system takes no job of this kind."""
        return self.taken == 0 and self.refused >= REFUSALS

    def cancel_rest(self) -> None:
        """Cancel the jobs that were taken but that the cluster did not come to know before it was closed."""
        if self.open and self.cancel:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                subprocess.run([*self.cancel.split(), *sorted(self.open)], capture_output=True, timeout=60)
            self.open.clear()


def reporting(cluster: Any, submissions: Submissions) -> Any:
    """Return a cluster class of dask-jobqueue whose jobs tell `submissions` how they fared.

    Until a job was taken they are submitted one after another, and not at all once it is hopeless: a thousand jobs
    with a misspelt queue are refused twice, not a thousand times a second. At most `AT_ONCE` are submitted at a time.
    """
    first, gate = asyncio.Lock(), asyncio.Semaphore(AT_ONCE)

    class Job(cluster.job_cls):
        async def _submit_job(self, script_filename: str) -> Any:
            if submissions.taken:
                async with gate:
                    return await self._told(script_filename)
            async with first:
                if submissions.hopeless:
                    raise RuntimeError(submissions.reason)
                return await self._told(script_filename)

        async def _told(self, script_filename: str) -> Any:
            if submissions.over:
                raise RuntimeError("the work is over")
            submitting = asyncio.ensure_future(super()._submit_job(script_filename))
            try:
                # A queue that is full lets its program try again for minutes.
                while not (await asyncio.wait({submitting}, timeout=_LOOK_SECONDS))[0]:
                    if submissions.over:
                        _end_program(script_filename)
                answer = submitting.result()
            except (RuntimeError, OSError) as error:
                submissions.refused += 1
                submissions.reason = sentence(str(error))
                if submissions.taken:
                    until = time.monotonic() + min(PAUSE_SECONDS, 2.0 ** min(submissions.refused, 10))
                    while time.monotonic() < until and not submissions.over:
                        await asyncio.sleep(_LOOK_SECONDS)
                raise
            submissions.taken += 1
            with contextlib.suppress(ValueError):  # dask-jobqueue tells of an answer that holds no id
                submissions.open.add(str(self._job_id_from_submit_output(answer)))
                submissions.cancel = self.cancel_command
            return answer

        async def close(self) -> None:
            await super().close()
            submissions.open.discard(str(self.job_id))

    return type(cluster.__name__, (cluster,), {"job_cls": Job, "__doc__": cluster.__doc__})


def ramp(submissions: Submissions) -> type[Adaptive]:
    """Return an `Adaptive` that asks for at most `AHEAD` jobs more than were taken."""
    from distributed import Adaptive

    class Ramp(Adaptive):
        async def safe_target(self) -> int:
            return min(await super().safe_target(), len(submissions.open) + AHEAD)

    return Ramp


def _end_program(script: str) -> None:
    """End the submit program of a script, a child of this process."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if any(script in word for word in child.cmdline()):
                child.terminate()


def sentence(error: str) -> str:
    """Return what the submit program wrote to standard error, in one line; it stands last in dask-jobqueue's text."""
    said = error.rpartition("stderr:\n")[2].strip() or error
    lines = [line.split("error:", 1)[-1].strip() for line in said.splitlines()]
    return "; ".join(dict.fromkeys(line for line in lines if line))[:300].rstrip(".")


def slurm_states(ids: list[str]) -> dict[str, str]:
    """Return Slurm's state of each job that is still in the queue, with the reason of those that wait.

    Such as ``{"17": "pending (Priority)", "18": "running"}``. Empty if the queue cannot be asked.
    """
    if not ids:
        return {}
    try:
        # By user and not by job: an id that has left the queue would be an error.
        listed = subprocess.run(
            ["squeue", "-u", str(os.getuid()), "-h", "-o", "%A|%T|%r"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return {}
    found = {}
    for line in listed.splitlines():
        number, state, reason = [*line.split("|", 2), "", ""][:3]
        waits = f" ({reason})" if state == "PENDING" and reason not in ("", "None") else ""
        found[number] = state.lower() + waits
    return {number: found[number] for number in ids if number in found}


class Watch:
    """Looks at the queue now and then while no worker is there yet."""

    def __init__(self, submissions: Submissions, system: str, wanted: int) -> None:
        self._submissions, self._system, self._wanted = submissions, system, wanted
        self._missing_since: float | None = None

    def text(self, workers: int) -> str:
        """Say in a few words how the jobs are."""
        # Not the cluster's own list: it learns of no job before the last one was submitted or refused.
        ids = sorted(self._submissions.open)
        if self._system != "slurm":
            return f"{workers} of {self._wanted} jobs running, {len(ids)} submitted"
        states = slurm_states(ids)
        counts: dict[str, int] = {}
        for state in states.values():
            counts[state] = counts.get(state, 0) + 1
        said = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
        self._missing_since = None if states or not ids else self._missing_since or time.monotonic()
        return f"{len(ids)} of {self._wanted} jobs submitted" + (f": {said}" if said else "")

    def ended_early(self, seconds: float = 15.0) -> bool:
        """Tell whether all jobs have been gone from the queue for some seconds, though no worker has come."""
        return self._missing_since is not None and time.monotonic() - self._missing_since > seconds
