"""Schedulers that this program starts have no dashboard and keep no profiles.

Watching a run is what ``workbench status`` and progress bars are for; `screening.clusters.without_http` closes the port
that is left.

Dask also samples the stack of every event loop and worker thread and keeps a call tree for each second, for hours:
memory that grows with the time a run takes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

#: Options of `distributed.Scheduler`: no dashboard. The address matters only where somebody else's scheduler has an
#: HTTP server all the same.
SCHEDULER_OPTIONS: dict[str, Any] = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}


@contextlib.contextmanager
def lean() -> Iterator[None]:
    """Start schedulers inside the block without HTTP routes and without profiles."""
    import dask

    with dask.config.set({"distributed.scheduler.http.routes": [], "distributed.worker.profile.enabled": False}):
        yield
