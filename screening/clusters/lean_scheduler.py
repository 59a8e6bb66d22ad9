"""Schedulers that this program starts serve nothing over HTTP and keep no profiles.

Dask's scheduler answers HTTP on port 8787 even without a dashboard, to anybody who can reach it, and two runs on a
machine get into each other's way. Watching a run is what ``workbench status`` and progress bars are for.

Dask also samples the stack of every event loop and worker thread and keeps a call tree for each second, for hours:
memory that grows with the time a run takes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

#: Options of `distributed.Scheduler`: no dashboard, and the empty HTTP server on a free loopback port.
SCHEDULER_OPTIONS: dict[str, Any] = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}


@contextlib.contextmanager
def lean() -> Iterator[None]:
    """Start schedulers inside the block without HTTP routes and without profiles."""
    import dask

    with dask.config.set({"distributed.scheduler.http.routes": [], "distributed.worker.profile.enabled": False}):
        yield
