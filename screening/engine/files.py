"""Atomic writes: a file is either absent or whole."""

from __future__ import annotations

import contextlib
import errno
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from screening.engine import leftovers
from screening.engine.leftovers import TEMPORARY_SUFFIX
from screening.errors import StorageError

#: Flag of `os.open` that keeps Windows from changing line ends; nothing elsewhere.
BINARY = getattr(os, "O_BINARY", 0)
_WINDOWS = os.name == "nt"
#: Tries, and seconds between them, to replace a file on Windows: a scanner or a reader may just have it open.
_TRIES, _WAIT_SECONDS = 40, 0.05


def storage_error(error: OSError, path: str | os.PathLike[str]) -> StorageError:
    """Say in one sentence why `path` could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        problem = "the disk is full, nothing was lost: free some space and run the same command again"
    elif error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        problem = "cannot be written (read-only or no permission)"
    else:
        problem = f"cannot be written ({error.strerror or error})"
    return StorageError(problem, source=path)


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str], *, durable: bool = True) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success it takes the place of `path` in one step.

    A `durable` file is on the disk by then and survives a loss of power. Waiting for the disk takes longer than a
    batch of a fast model, so parts do without: they have checksums, and are flushed together (`flush`).

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{leftovers.mark()}-{uuid.uuid4().hex[:8]}{TEMPORARY_SUFFIX}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        if durable:
            flush_file(temporary)
        _replaced(temporary, path)
        if durable:  # parts lie among thousands of others: who writes them sweeps once, at the end
            leftovers.sweep_beside(path)
    except BaseException as error:
        with contextlib.suppress(OSError):  # the folder itself may be what is wrong
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise storage_error(error, path) from error
        raise


def flush_file(path: Path) -> None:
    """Wait until a file is on the disk."""
    descriptor = os.open(path, os.O_RDWR if _WINDOWS else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows has no such wait."""
    if not _WINDOWS:
        flush_file(folder)


def _replaced(temporary: Path, path: Path) -> None:
    for left in reversed(range(_TRIES if _WINDOWS else 1)):
        try:
            os.replace(temporary, path)
            return
        except PermissionError:
            if not left:
                raise
            time.sleep(_WAIT_SECONDS)


def read_at(descriptor: int, size: int, start: int) -> bytes:
    """Read so many bytes, or fewer at the end of the file, from a place in an open file; its position moves there."""
    os.lseek(descriptor, start, os.SEEK_SET)
    return os.read(descriptor, size)


def flush(folder: Path, pattern: str) -> None:
    """Wait until the files of a pattern are on the disk; for those that were flushed long ago it takes no time."""
    for path in folder.glob(pattern):
        with contextlib.suppress(FileNotFoundError):
            flush_file(path)


def write_bytes(path: str | os.PathLike[str], content: bytes, *, durable: bool = True) -> None:
    """Write `content` to `path` atomically; see `replacing`.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full.
    """
    with replacing(path, durable=durable) as temporary:
        temporary.write_bytes(content)


def write_text(path: str | os.PathLike[str], content: str, *, durable: bool = True) -> None:
    """Write `content` as UTF-8 to `path` atomically; see `replacing`.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full.
    """
    write_bytes(path, content.encode(), durable=durable)


def writable_folder(path: str | os.PathLike[str]) -> Path:
    """Create the folder if needed and prove that a file can be written into it.

    Raises
    ------
    StorageError
        If it is a file, read-only or on a full disk.
    """
    path = Path(path)
    if path.exists() and not path.is_dir():
        raise StorageError("is a file", source=path, expected="a folder to write into")
    probe = path / f".probe.{leftovers.mark()}-{uuid.uuid4().hex[:8]}{TEMPORARY_SUFFIX}"
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x")
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    leftovers.sweep_beside(path / "probe")
    return path


def sweep(folder: Path) -> None:
    """Delete what ended processes left half-written in a job folder and below it.

    For whoever holds the folder: half-written parts of its own tables go whoever left them, workers on other hosts too.
    """
    for path in folder.glob(f"*/.part-*{TEMPORARY_SUFFIX}"):
        with contextlib.suppress(OSError):
            path.unlink()
    for place, _, _ in os.walk(folder):
        leftovers.sweep_in(Path(place))
