"""Schedulers, workers and nannies of Dask that serve nothing over HTTP.

Each of them opens an HTTP port for a dashboard, for health and metrics, also where all of that is switched off, and
anybody on the machine can reach it: HTTP knows no certificate. These open no such port.
"""

from __future__ import annotations

from typing import Any

import distributed
from distributed.http.routing import RoutingApplication


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
        super().__init__(worker_class=Nanny, **options)

    async def _start(self) -> None:
        self.scheduler_spec = {**self.scheduler_spec, "cls": Scheduler}
        await super()._start()
