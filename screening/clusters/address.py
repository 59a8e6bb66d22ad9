"""Workers of a Dask scheduler that somebody else runs."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from screening.clusters import certificates as tls
from screening.clusters import versions
from screening.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client


@contextlib.contextmanager
def open_address(
    address: str,
    *,
    timeout_seconds: float = 15.0,
    worker_seconds: float = 60.0,
    certificates: str | os.PathLike[str] | None = None,
    insecure: bool = False,
) -> Iterator[Client]:
    """Open a client to a running scheduler; the scheduler and its workers stay when the block ends.

    The connection is encrypted and both sides show a certificate, on the loopback interface too: other users of a
    machine reach it as well.

    Parameters
    ----------
    address
        ``tls://host:port``, ``tcp://host:port``, ``host:port``, or the path of a scheduler file.
    timeout_seconds
        How long to wait for the scheduler.
    worker_seconds
        How long to wait for a first worker, which may only be starting.
    certificates
        Folder that ``workbench cluster certificates`` made; by default the one in the user's configuration.
    insecure
        Allow ``tcp://``: whoever reaches the network, or on the loopback interface the machine, can then run code as
        you.

    Raises
    ------
    ClusterError
        If nobody answers, no worker comes, client and workers have different versions, or the connection would
        not be encrypted.
    """
    from distributed import Client

    where = scheduler_address(address)
    if not re.search(r":\d+$", where):
        raise ClusterError("is no address", source=address, expected="tls://HOST:PORT or a scheduler file")
    if "://" not in where:
        where = f"{'tcp' if insecure else 'tls'}://{where}"
    if not where.startswith("tls://") and not insecure:
        reach = "every user of this machine" if is_loopback(where) else "everybody in its network"
        raise ClusterError(
            f"is not encrypted, so {reach} could run code as you", source=where,
            expected="tls://... (see `workbench cluster certificates`), or --insecure if all of them are trusted",
        )  # fmt: skip
    security = tls.security_of(certificates or tls.default_folder()) if where.startswith("tls://") else None
    try:
        client = Client(where, timeout=timeout_seconds, security=security, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise ClusterError(
            f"no Dask scheduler answers there ({_reason(error)})", source=address,
            expected="the address of a running scheduler with the same certificates",
        ) from error  # fmt: skip
    with client:
        try:
            client.wait_for_workers(1, timeout=worker_seconds)
        except TimeoutError as error:
            raise ClusterError(f"the scheduler has no worker after {worker_seconds:g} s", source=address) from error
        versions.require_same(client)
        yield client


def _reason(error: BaseException) -> str:
    """Return the innermost reason in a few words: Dask wraps the one that helps."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(f"{type(error).__name__} {error}".split())[:160]


def scheduler_address(text: str) -> str:
    """Return the address that `text` is, or that the scheduler file of that name holds.

    Raises
    ------
    ClusterError
        If it is a scheduler file that is missing or is none.
    """
    if "://" in text or Path(text).suffix != ".json":
        return text
    try:
        return str(json.loads(Path(text).read_text("utf-8"))["address"])
    except OSError as error:
        raise ClusterError(f"no such scheduler file ({error.strerror})", source=text) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ClusterError(
            "is no scheduler file", source=text, expected="a file that a Dask scheduler wrote"
        ) from error


def is_loopback(address: str) -> bool:
    """Tell whether an address is on this machine's loopback interface."""
    host = re.sub(r"^\w+://", "", address)
    host = host[1 : host.index("]")] if host.startswith("[") and "]" in host else host.rsplit(":", 1)[0]
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
