"""Workers of a Dask scheduler that somebody else runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening.clusters import versions
from screening.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client


@contextlib.contextmanager
def open_address(address: str, *, timeout_seconds: float = 15.0, security: Any = None) -> Iterator[Client]:
    """Open a client to a running scheduler; the scheduler and its workers stay when the block ends.

    Parameters
    ----------
    address
        ``tcp://host:port``, ``tls://host:port``, ``host:port``, or the path of a scheduler file.
    timeout_seconds
        How long to wait for the scheduler, and again for a first worker.
    security
        `distributed.Security` for ``tls://``.

    Raises
    ------
    ClusterError
        If nobody answers, no worker comes, or client and workers have different versions.
    """
    from distributed import Client

    where: dict[str, Any] = {"address": address}
    if "://" not in address and Path(address).suffix == ".json":
        if not Path(address).is_file():
            raise ClusterError("no such scheduler file", source=address)
        where = {"scheduler_file": address}
    try:
        client = Client(**where, timeout=timeout_seconds, security=security, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise ClusterError(
            f"no Dask scheduler answers there ({type(error).__name__})",
            source=address,
            expected="the address of a running scheduler, such as tcp://host:8786",
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=timeout_seconds)
        except TimeoutError as error:
            raise ClusterError(f"the scheduler has no worker after {timeout_seconds:g} s", source=address) from error
        versions.require_same(client)
        yield client
