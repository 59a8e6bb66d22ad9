"""One process at a time in a folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from screening.engine import files
from screening.errors import RunLockedError

LOCK_NAME = ".lock"


@contextlib.contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold the folder while the block runs.

    The operating system drops the lock when the process ends, however it ends, so a killed run never
    leaves a folder locked.

    Raises
    ------
    RunLockedError
        If another process holds it; the message says which, on which host, since when.
    StorageError
        If the folder cannot be written.
    """
    folder = files.writable_folder(folder)
    path = folder / LOCK_NAME
    try:
        stream = open(path, "a+", encoding="utf-8")  # noqa: SIM115 - held for the whole block
    except OSError as error:
        raise files.storage_error(error, path) from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            stream.seek(0)
            holder = stream.read().strip() or "another process"
            raise RunLockedError(f"is in use by {holder}", source=folder) from error
        stream.truncate(0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        with contextlib.suppress(OSError):
            stream.write(f"process {os.getpid()} on {socket.gethostname()} since {since}")
            stream.flush()
        yield
