"""Put on ``PYTHONPATH``: code of this project sees a Python as on Windows, in every process that is started.

Only its own modules do: what libraries use is theirs to make portable. Instead of ``fcntl`` there is the ``msvcrt`` of
Windows, made here with Linux's locks of byte ranges, which like those belong to the open file.
"""

from __future__ import annotations

import builtins
import errno
import json
import os
import select
import signal
import struct
import sys
import types
from typing import Any

with open(os.path.join(os.path.dirname(__file__), "not_on_windows.json"), encoding="utf-8") as _stream:
    _NAMES = json.load(_stream)
_HIDDEN_MODULES = frozenset(_NAMES["modules"])
_STANDARD = os.path.dirname(os.__file__)


def _ours(name: object) -> bool:
    return str(name).partition(".")[0] in ("screening", "workbench")


class _Filtered(types.ModuleType):
    def __getattribute__(self, name: str) -> Any:
        hidden = object.__getattribute__(self, "__hidden")
        if name in hidden and _ours(sys._getframe(1).f_globals.get("__name__")):
            raise AttributeError(f"module {object.__getattribute__(self, '__name__')!r} has no attribute {name!r}")
        return object.__getattribute__(self, name)


for _module in (os, signal, select):
    _module.__dict__["__hidden"] = frozenset(_NAMES[_module.__name__])
    _module.__class__ = _Filtered


def _windows_locks() -> types.ModuleType:
    import fcntl

    def locking(descriptor: int, mode: int, size: int) -> None:
        start = os.lseek(descriptor, 0, os.SEEK_CUR)
        kind = fcntl.F_UNLCK if mode == module.LK_UNLCK else fcntl.F_WRLCK
        writable = fcntl.fcntl(descriptor, fcntl.F_GETFL) & (os.O_WRONLY | os.O_RDWR)
        if kind == fcntl.F_WRLCK and not writable:  # Linux wants a file that is open for writing, Windows does not
            kind = fcntl.F_RDLCK
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", kind, os.SEEK_SET, start, size, 0))

    module = types.ModuleType("msvcrt")
    module.LK_UNLCK, module.LK_LOCK, module.LK_NBLCK = 0, 1, 2  # type: ignore[attr-defined]
    module.locking = locking  # type: ignore[attr-defined]
    return module


_LOCKS = _windows_locks()
_import = builtins.__import__


def _importing(
    name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
) -> types.ModuleType:
    if globals and _ours(globals.get("__name__")):
        if name == "msvcrt":
            return _LOCKS
        if name in _HIDDEN_MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return _import(name, globals, locals, fromlist, level)


builtins.__import__ = _importing


def _asked_by_us() -> bool:
    """Tell whether the nearest caller outside the standard library is code of ours."""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        inside = file.startswith(_STANDARD) and "site-packages" not in file
        if not inside and not file.startswith("<frozen") and frame.f_globals.get("__name__") != __name__:
            return _ours(frame.f_globals.get("__name__"))
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in ("open", "os.listdir", "os.scandir") or not str(arguments[0]).startswith(("/proc", "/sys")):
        return
    if _asked_by_us():
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", arguments[0])


sys.addaudithook(_audit)
_stat = os.stat


def _looking(path: Any, *arguments: Any, **options: Any) -> os.stat_result:
    if str(path).startswith(("/proc", "/sys")) and _asked_by_us():
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
    return _stat(path, *arguments, **options)


os.stat = _looking
