"""Workers on this machine: one process with one thread each, watched by a nanny."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from screening import interrupts
from screening.clusters import lean_scheduler
from screening.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client


#: Environment of a worker. Processes of one thread each: BLAS and OpenMP threads on top would only fight over the
#: cores. Dask sets malloc's trim threshold, which stops glibc from learning that megabyte arrays come and go: they
#: would be mapped and zeroed by the kernel again and again, a tenth of the time.
ENVIRONMENT = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
}

#: Times that starting the workers is tried.
_STARTS = 3


def cores() -> int:
    """Return the processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def open_local(*, workers: int | None = None) -> Iterator[Client]:
    """Open a client with workers on this machine, and close both at the end of the block.

    They talk over the loopback interface, which every user of the machine can reach: traffic is encrypted, and each
    side shows a certificate that only these processes know.

    One thread a process: RDKit and scikit-learn hold the interpreter lock for much of their work, and a
    process of its own can be ended without taking another batch with it.

    Parameters
    ----------
    workers
        Worker processes; one for each core by default.

    Raises
    ------
    ClusterError
        If the workers cannot be started.
    MissingExtraError
        If the package ``cryptography`` is not installed.
    """
    import dask
    from distributed import Client

    from screening.clusters.certificates import passing_security
    from screening.clusters.without_http import LocalCluster
    from screening.clusters.without_main import without_main

    count = workers or cores()
    environment = {**dask.config.get("distributed.nanny.pre-spawn-environ", {}), **ENVIRONMENT}
    with dask.config.set({"distributed.nanny.pre-spawn-environ": environment}), without_main():
        for left in reversed(range(_STARTS)):
            try:
                with interrupts.blocked_for_children(), lean_scheduler.lean():
                    cluster = LocalCluster(
                        n_workers=count,
                        threads_per_worker=1,
                        processes=True,
                        host="127.0.0.1",
                        protocol="tls://",
                        security=passing_security(),
                        scheduler_kwargs=lean_scheduler.SCHEDULER_OPTIONS,
                        silence_logs=50,
                    )
                break
            except (OSError, RuntimeError, TimeoutError) as error:
                # A worker that dies while it starts, as on a machine short of memory, fails all of them.
                if not left:
                    raise ClusterError(f"{count} local workers could not be started ({error})") from error
        with cluster, Client(cluster) as client:
            try:
                yield client
            except BaseException:
                cluster.sync(cluster.end_workers)
                raise
