"""One process at a time in a folder or a file.

The lock is the operating system's own: `fcntl.flock`, or on Windows a locked byte far behind the end of the file, since
there nobody else can read what is locked. A process that ends, however it ends, holds nothing any more.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from screening.engine import files
from screening.errors import RunLockedError

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    fcntl = None  # type: ignore[assignment]

LOCK_NAME = ".lock"
#: The byte that is locked on Windows, and the seconds between two tries to get it.
_BYTE, _WAIT_SECONDS = 1 << 30, 0.02


@contextlib.contextmanager
def locked(descriptor: int, *, shared: bool = False, wait: bool = True) -> Iterator[None]:
    """Hold the lock of an open file while the block runs.

    Parameters
    ----------
    descriptor
        The file, open for writing unless the lock is shared.
    shared
        Whether others may hold a shared lock meanwhile. Windows has none here: for a short look only.
    wait
        Whether to wait for it.

    Raises
    ------
    OSError
        If somebody else holds it and this should not wait, or the file cannot be locked.
    """
    if fcntl is not None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        yield  # closing the file gives it back, and not before
        return
    while True:
        try:
            _at_byte(descriptor, msvcrt.LK_NBLCK)
            break
        except OSError:
            if not wait:
                raise
            time.sleep(_WAIT_SECONDS)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            _at_byte(descriptor, msvcrt.LK_UNLCK)


def _at_byte(descriptor: int, mode: int) -> None:
    before = os.lseek(descriptor, 0, os.SEEK_CUR)
    os.lseek(descriptor, _BYTE, os.SEEK_SET)
    try:
        msvcrt.locking(descriptor, mode, 1)  # type: ignore[attr-defined]
    finally:
        os.lseek(descriptor, before, os.SEEK_SET)


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
    with stream, contextlib.ExitStack() as held:
        try:
            held.enter_context(locked(stream.fileno(), wait=False))
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
