"""Preloaded by local workers: Ctrl-C is for the client, which then ends its workers in good order.

A terminal sends Ctrl-C to every process of the group; without this each worker would print a traceback.
"""

from __future__ import annotations

import signal
from typing import Any


async def dask_setup(worker: Any) -> None:
    """Ignore SIGINT in this worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
