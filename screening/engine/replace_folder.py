"""Put a new folder in the place of an old one so that at every instant one of them is there whole.

Where the system can exchange two names in one step (Linux on its own file systems) there is no instant between. Else
the old folder is set aside first; if the process ends just then, `recovered` puts it back when next somebody looks.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

from screening.engine import files, leftovers
from screening.errors import StorageError

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_OLD = ".old."


@contextlib.contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """Give a new empty folder beside `folder`; on success it takes the place of `folder`.

    Raises
    ------
    StorageError
        If it cannot be written or the disk is full; what was at `folder` is still there then.
    """
    mark = f"{leftovers.mark()}-{uuid.uuid4().hex[:8]}{files.TEMPORARY_SUFFIX}"
    fresh, old = folder.with_name(f".{folder.name}.{mark}"), folder.with_name(f".{folder.name}{_OLD}{mark}")
    try:
        fresh.mkdir(parents=True)
        yield fresh
        for path in fresh.iterdir():
            files.flush_file(path)
        recovered(folder)
        if not folder.exists():
            os.rename(fresh, folder)
        elif not _exchanged(fresh, folder):
            _set_aside(fresh, folder, old)
        leftovers.sweep_beside(folder)
    except OSError as error:
        raise files.storage_error(error, folder) from error
    finally:
        if folder.exists():  # else the old one is what is left, whatever it is called
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)


def _set_aside(fresh: Path, folder: Path, old: Path) -> None:
    os.rename(folder, old)
    try:
        os.rename(fresh, folder)
    except BaseException:
        if not folder.exists():
            os.rename(old, folder)
        raise


def _exchanged(fresh: Path, folder: Path) -> bool:
    """Exchange two names in one step; say whether the system can."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    if rename(_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(folder), _RENAME_EXCHANGE) == 0:
        return True
    if (number := ctypes.get_errno()) in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM):
        return False
    raise OSError(number, os.strerror(number))


def recovered(folder: Path) -> bool:
    """Put an old folder back that a process set aside and did not live to replace; say whether there was one.

    Raises
    ------
    StorageError
        If it is there and cannot be put back.
    """
    if folder.exists():
        return False
    for old in sorted(folder.parent.glob(f".{_escaped(folder.name)}{_OLD}*{files.TEMPORARY_SUFFIX}")):
        if leftovers.owner_lives(old):
            continue
        try:
            os.rename(old, folder)
        except FileNotFoundError:
            return folder.exists()  # somebody else has just done it
        except OSError as error:
            raise StorageError(
                f"was being replaced when that was cut short, and cannot be put back ({error.strerror})", source=folder,
                expected=f"{old.name} to be renamed to it",
            ) from error  # fmt: skip
        return True
    return False


def _escaped(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)
