"""What processes that ended in the middle have left: files and folders that nobody will finish.

Whatever is half-written carries the host and the process that writes it in its name:
``.NAME.<host>-<process>-<8 digits>.partial``, or ``NAME-<host>-<process>-...`` for scratch folders of ours. The next
success in the same place deletes what no living process owns: a process of this host that is gone, or of another host
if the file has not changed for a day.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import time
import zlib
from pathlib import Path

#: Marks what is half-written; it is never read.
TEMPORARY_SUFFIX = ".partial"
#: Begins the name of a scratch folder.
SCRATCH = "scratch-"
#: Seconds after which what another host left is nobody's.
_FORGOTTEN_SECONDS = 86_400.0
#: A file server's clock, or one that was set meanwhile, may be so much behind the clock that a process began by.
_CLOCKS_DIFFER_SECONDS = 600.0
_OWNER = re.compile(r"(?:([0-9a-f]{8})-)?(\d+)-[0-9a-z_]{8}")


def mark() -> str:
    """Return what tells the host and the process that writes something."""
    return f"{_host()}-{os.getpid()}"


def _host() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def owner_lives(path: Path) -> bool:
    """Tell whether the process that began to write something may still be at it."""
    found = list(_OWNER.finditer(path.name))
    if not found:
        return _recent(path)
    host, process = found[-1][1], int(found[-1][2])
    if host is not None and host != _host():
        return _recent(path)
    import psutil

    if not psutil.pid_exists(process):
        return False
    # A process of that number lives: the writer, or somebody who got the number later.
    return _began(process) <= _changed(path) + _CLOCKS_DIFFER_SECONDS


def _recent(path: Path) -> bool:
    return time.time() - _changed(path) < _FORGOTTEN_SECONDS


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()


def _began(process: int) -> float:
    """Return when a process began, in seconds of the clock; 0 if that cannot be told."""
    import psutil

    try:
        return float(psutil.Process(process).create_time())
    except psutil.Error:
        return 0.0


def sweep_beside(path: Path) -> None:
    """Delete what ended processes left of `path`, beside it."""
    _sweep(path.parent, f".{path.name}.")


def sweep_in(folder: Path) -> None:
    """Delete what ended processes left directly in `folder`: half-written files and scratch folders."""
    _sweep(folder, ".")
    with contextlib.suppress(OSError):
        for entry in folder.iterdir():
            if entry.name.startswith(SCRATCH) and entry.is_dir() and not owner_lives(entry):
                shutil.rmtree(entry, ignore_errors=True)


def _sweep(folder: Path, beginning: str) -> None:
    with contextlib.suppress(OSError):
        for entry in folder.iterdir():
            if not (entry.name.startswith(beginning) and entry.name.endswith(TEMPORARY_SUFFIX)) or owner_lives(entry):
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    entry.unlink()
