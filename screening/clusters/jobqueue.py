"""Workers as jobs of a queueing system, through dask-jobqueue."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening.clusters import certificates as tls
from screening.clusters import lean_scheduler, versions
from screening.clusters.local import ENVIRONMENT
from screening.clusters.submission import Submissions, Watch, ramp, reporting
from screening.errors import ClusterError, UsageError

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

#: Seconds between two looks at the queue.
_LOOK_SECONDS = 3.0


@dataclasses.dataclass(frozen=True)
class JobOptions:
    """What each job asks for. Each job is one worker process with one thread.

    Attributes
    ----------
    queue, account
        Partition or queue, and the account to charge; the system's defaults if None.
    memory
        Memory of a job, such as ``"4GB"``.
    walltime
        Longest run time, ``HH:MM:SS``. Workers end themselves in good time before it and new jobs take over.
    interface
        Network interface the scheduler and the workers talk over, such as ``"ib0"``.
    directives
        More lines for the head of the job script, without the system's prefix.
    skip
        Lines of the head that contain one of these texts are left out.
    prologue
        Shell lines before the worker starts, such as ``module load``.
    log_folder
        Where the system puts the jobs' output.
    start_seconds
        How long to wait for the first job to run.
    adaptive
        Ask for jobs only while there is work for them, from one up to the number of workers.
    """

    queue: str | None = None
    account: str | None = None
    memory: str = "4GB"
    walltime: str = "04:00:00"
    interface: str | None = None
    directives: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    prologue: tuple[str, ...] = ()
    log_folder: str | None = None
    start_seconds: float = 600.0
    adaptive: bool = False


@dataclasses.dataclass(frozen=True)
class QueueingSystem:
    """A queueing system dask-jobqueue knows.

    Attributes
    ----------
    name
        Name in the catalog.
    cluster, job
        Names of the classes in ``dask_jobqueue``.
    module
        Module of the job class.
    submit
        The program that submits a job.
    account
        Name of the account argument.
    job_options
        Arguments every job gets: one core is one core.
    """

    name: str
    cluster: str
    job: str
    module: str
    submit: str
    account: str = "account"
    job_options: tuple[tuple[str, Any], ...] = ()

    def arguments(self, options: JobOptions, security: Security) -> dict[str, Any]:
        """Return the arguments of the job class."""
        environment = [f"export {name}={value}" for name, value in ENVIRONMENT.items()]
        found: dict[str, Any] = {
            "cores": 1,
            "processes": 1,
            "memory": options.memory,
            "walltime": options.walltime,
            "queue": options.queue,
            self.account: options.account,
            "interface": options.interface,
            "job_extra_directives": list(options.directives),
            "job_directives_skip": list(options.skip),
            "job_script_prologue": [*environment, *options.prologue],
            "log_directory": options.log_folder,
            "job_name": "workbench",
            "death_timeout": 60,
            "worker_extra_args": [
                *_lifetime(options.walltime),
                "--preload-nanny",
                "screening.clusters.block_interrupt",
                "--worker-class",
                "screening.clusters.without_http.Worker",
            ],
            "protocol": "tls://",
            "security": security,
            **dict(self.job_options),
        }
        return {name: value for name, value in found.items() if value is not None}


SLURM = QueueingSystem("slurm", "SLURMCluster", "SLURMJob", "slurm", "sbatch", job_options=(("job_cpu", 1),))
PBS = QueueingSystem("pbs", "PBSCluster", "PBSJob", "pbs", "qsub")
SGE = QueueingSystem("sge", "SGECluster", "SGEJob", "sge", "qsub", account="project")
LSF = QueueingSystem("lsf", "LSFCluster", "LSFJob", "lsf", "bsub", account="project")
SYSTEMS = {system.name: system for system in (SLURM, PBS, SGE, LSF)}


def walltime_seconds(walltime: str) -> int:
    """Return the seconds of ``HH:MM:SS`` or ``D-HH:MM:SS``.

    Raises
    ------
    UsageError
        If the text is neither.
    """
    match = re.fullmatch(r"(?:(\d+)-)?(\d+):([0-5]\d):([0-5]\d)", walltime)
    if match is None:
        raise UsageError(f"the walltime is {walltime!r}", expected="HH:MM:SS")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _lifetime(walltime: str) -> list[str]:
    """Return the worker arguments that end it between batches before the system kills it in one.

    Workers that started together end spread over a tenth of the walltime, so that the queue need not start all their
    successors at once.
    """
    seconds = walltime_seconds(walltime)
    stagger = max(5, seconds // 20)
    lifetime = max(30, int(seconds * 0.9) - stagger)
    return ["--no-dashboard", "--lifetime", f"{lifetime}s", "--lifetime-stagger", f"{stagger}s"]


def job_script(system: QueueingSystem, options: JobOptions, *, certificates: Path | None = None) -> str:
    """Return the script of a job as it would be submitted, without starting anything.

    Raises
    ------
    UsageError
        If an option is impossible.
    """
    import importlib

    job = getattr(importlib.import_module(f"dask_jobqueue.{system.module}"), system.job)
    folder = Path(certificates) if certificates is not None else tls.default_folder()
    arguments = system.arguments(options, tls.security_of(folder, check=certificates is not None))
    try:
        return str(job("tls://SCHEDULER:PORT", name="worker-0", **arguments).job_script())
    except ValueError as error:
        raise UsageError(f"{system.name}: {error}") from error


@contextlib.contextmanager
def open_jobs(
    system: QueueingSystem,
    *,
    workers: int | None = None,
    options: JobOptions | None = None,
    certificates: str | os.PathLike[str] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Iterator[Client]:
    """Submit worker jobs and open a client to them; the jobs are cancelled at the end of the block.

    Parameters
    ----------
    system
        The queueing system.
    workers
        Jobs to ask for; 1 by default.
    options
        What each job asks for.
    certificates
        Folder of certificates; by default the one in the user's configuration folder, which is filled when it has
        none yet.
    tell
        Called every few seconds, until a worker is there, with how the jobs are in the queue.

    Raises
    ------
    ClusterError
        If the system is not here, refuses the job, or no job starts in time.
    """
    options = options or JobOptions()
    if shutil.which(system.submit) is None:
        raise ClusterError(
            f"there is no program {system.submit} on this machine",
            expected=f"a machine that can submit {system.name} jobs",
        )
    import dask_jobqueue
    from distributed import Client

    from screening.clusters.without_http import Scheduler

    folder = Path(certificates) if certificates is not None else tls.default_folder()
    if not (folder / tls.KEY).exists() and certificates is None:
        tls.make_certificates(folder)
    security = tls.security_of(folder)
    arguments = system.arguments(options, security)
    if options.log_folder is not None:
        Path(options.log_folder).mkdir(parents=True, exist_ok=True)
    submissions = Submissions()
    try:
        with lean_scheduler.lean():
            cluster = reporting(getattr(dask_jobqueue, system.cluster), submissions)(
                **arguments,
                scheduler_cls=Scheduler,
                scheduler_options=lean_scheduler.SCHEDULER_OPTIONS,
                silence_logs="critical",
            )
    except (ValueError, OSError, RuntimeError) as error:
        raise ClusterError(f"{system.name}: the scheduler could not start ({error})") from error
    count = workers or 1
    try:
        # Not `scale`: that forgets jobs that ended at their walltime, `adapt` submits successors.
        # A few batches wait for each worker, however many there are: more of them would never be asked for if a
        # second of work for each were thought to be enough. Idle for a minute, they go.
        cluster.adapt(
            minimum_jobs=1 if options.adaptive else count, maximum_jobs=count,
            target_duration="100ms", interval="2s", wait_count=30, Adaptive=ramp(submissions),
        )  # fmt: skip
        with Client(cluster) as client:
            _wait(client, system, options, Watch(submissions, system.name, count), submissions, tell)
            versions.require_same(client)
            yield client
    finally:
        submissions.over = True
        try:
            # Closing asserts that every job has ended, which one that could never be submitted has not.
            with contextlib.suppress(AssertionError, RuntimeError):
                cluster.close()
        finally:
            submissions.cancel_rest()


def _wait(
    client: Client, system: QueueingSystem, options: JobOptions, watch: Watch, submissions: Submissions,
    tell: Callable[[str], None] | None,
) -> None:  # fmt: skip
    """Wait for a first worker; stop at once when the system takes no job, or the jobs end without a worker."""
    began, said, looked = time.monotonic(), "", float("-inf")
    while not client.nthreads():
        if submissions.hopeless:
            raise ClusterError(
                f"refused the job: {submissions.reason}", source=system.submit,
                expected=f"a queue, an account and limits that this {system.name} knows",
            )  # fmt: skip
        now = time.monotonic()
        if now - looked > _LOOK_SECONDS:
            looked, said = now, watch.text(0)
            if tell is not None:
                tell(said)
            if watch.ended_early():
                logs = options.log_folder or "the folder it was submitted from"
                raise ClusterError(
                    f"the jobs ended before a worker came up; their output is in {logs}", source=system.submit,
                    expected="the same Python and the same folders on the nodes",
                )  # fmt: skip
        if now - began > options.start_seconds:
            raise ClusterError(
                f"no {system.name} job came up within {options.start_seconds:g} s ({said})", source=system.submit,
                expected="a queue with room, or a larger start_seconds",
            )  # fmt: skip
        time.sleep(0.2)
