"""Schedulers, workers and nannies of Dask that serve nothing over HTTP.

Each of them opens an HTTP port for a dashboard, for health and metrics, also where all of that is switched off, and
anybody on the machine can reach it: HTTP knows no certificate. These open no such port.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import distributed
from distributed.core import Status
from distributed.http.routing import RoutingApplication

#: Seconds that nodes which are interrupted while they start may take to start after all.
_STARTING_SECONDS = 30.0
#: Seconds that workers get to end by themselves when a run is interrupted or fails.
_GRACE_SECONDS = 0.5


class _NoHttpServer:
    """Keeps the place of a node's HTTP server, all of which is stopped once."""

    def stop(self) -> None:
        """Do nothing."""


class Scheduler(distributed.Scheduler):
    """A scheduler without an HTTP port."""

    def start_http_server(self, *arguments: Any, **options: Any) -> None:
        """Start none."""
        self.http_application, self.http_server = RoutingApplication([]), _NoHttpServer()


class Worker(distributed.Worker):
    """A worker without an HTTP port."""

    def start_http_server(self, *arguments: Any, **options: Any) -> None:
        """Start none."""
        self.http_application, self.http_server = RoutingApplication([]), _NoHttpServer()


class Nanny(distributed.Nanny):
    """A nanny whose workers have no HTTP port."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "worker_class": Worker})


class LocalCluster(distributed.LocalCluster):
    """Workers on this machine, each a process with a nanny, none of them with an HTTP port."""

    def __init__(self, **options: Any) -> None:
        try:
            super().__init__(worker_class=Nanny, **options)
        except (KeyboardInterrupt, SystemExit):
            # What was begun goes on in the thread of the loop, and only what has started can be closed.
            until = time.monotonic() + _STARTING_SECONDS
            while self._begins() and time.monotonic() < until:
                time.sleep(0.05)
            self.sync(self.end_workers)
            self.close(timeout=_STARTING_SECONDS)
            raise

    async def end_workers(self) -> None:
        """End the workers without the seconds that Dask gives a batch to end: it will be done again anyway."""
        nannies = [nanny.close(timeout=_GRACE_SECONDS) for nanny in self._created]
        await asyncio.gather(*nannies, return_exceptions=True)

    def _begins(self) -> bool:
        nodes = [self, *getattr(self, "_created", ())]
        return any(getattr(node, "status", None) in (Status.init, Status.starting) for node in nodes)

    async def _start(self) -> None:
        self.scheduler_spec = {**self.scheduler_spec, "cls": Scheduler}
        await super()._start()
