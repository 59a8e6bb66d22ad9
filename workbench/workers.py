"""The worker processes of work that is started from Python."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client


@contextlib.contextmanager
def local_client(workers: int | None) -> Iterator[Client | None]:
    """Open a Dask client on this machine: every core by default; 0 works one batch after another, without Dask."""
    from screening.clusters.catalog import open_client

    if workers == 0:
        yield None
        return
    with open_client("local", workers=workers) as client:
        yield client
