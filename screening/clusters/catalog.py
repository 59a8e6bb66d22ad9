"""Where the work can be done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

from screening import interrupts
from screening.clusters import jobqueue
from screening.clusters.address import open_address
from screening.clusters.local import open_local
from screening.errors import UsageError

if TYPE_CHECKING:
    from distributed import Client

#: Name of a backend to the function that opens a Dask client on it.
BACKENDS: dict[str, Callable[..., AbstractContextManager[Client]]] = {
    "local": open_local,
    "address": open_address,
    "slurm": partial(jobqueue.open_jobs, jobqueue.SLURM),
    "pbs": partial(jobqueue.open_jobs, jobqueue.PBS),
    "sge": partial(jobqueue.open_jobs, jobqueue.SGE),
    "lsf": partial(jobqueue.open_jobs, jobqueue.LSF),
}


@contextlib.contextmanager
def open_client(
    backend: str = "local", *, workers: int | None = None, address: str | None = None, **options: Any
) -> Iterator[Client | None]:
    """Open a Dask client on a backend and close it at the end of the block.

    Parameters
    ----------
    backend
        A key of `BACKENDS`; an `address` implies ``"address"``.
    workers
        Worker processes to start; with ``"local"``, 0 gives None, which means: work in this process.
    address
        Address or scheduler file of a scheduler that is already there.
    **options
        Handed to the backend.

    Raises
    ------
    UsageError
        If there is no such backend.
    ClusterError
        If it cannot be reached or started.
    """
    interrupts.restore()
    if address is not None:
        with open_address(address, **options) as client:
            yield client
        return
    if backend not in BACKENDS or backend == "address":
        names = ", ".join(name for name in BACKENDS if name != "address")
        raise UsageError(f"there is no cluster backend {backend!r}", expected=f"one of {names}")
    if workers == 0 and backend == "local":
        yield None
        return
    with BACKENDS[backend](workers=workers, **options) as client:
        yield client
