"""The log of a run: ``run.log`` in its directory, one line an event, appended across restarts."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from screening.engine import files

if TYPE_CHECKING:
    from distributed import Client

LOG = "run.log"
Log = logging.Logger


@contextlib.contextmanager
def journal(folder: Path) -> Iterator[Log]:
    """Give a logger that appends to the run's log; the end of the block is logged too, however it ends.

    Raises
    ------
    StorageError
        If the log cannot be written.
    """
    path = folder / LOG
    try:
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise files.storage_error(error, path) from error
    # A full disk must end the run by the write that matters, not by its log.
    handler.handleError = lambda record: None  # type: ignore[method-assign]
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    log = logging.Logger(f"run:{folder}", logging.INFO)
    log.addHandler(handler)
    try:
        log.info("begun by process %d on %s: %s", os.getpid(), socket.gethostname(), " ".join(sys.argv))
        yield log
    except BaseException as error:
        log.error("stopped: %s: %s", type(error).__name__, error)
        raise
    finally:
        with contextlib.suppress(OSError):
            handler.close()


def place(client: Client | None) -> str:
    """Say in a few words where the work is done."""
    if client is None:
        return "in this process"
    workers = client.nthreads()
    return f"{len(workers)} workers with {sum(workers.values())} threads at {client.scheduler.address}"
