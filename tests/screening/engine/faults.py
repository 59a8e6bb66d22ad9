"""Faults at each system call of a piece of work: the process is killed, interrupted or refused just before it."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator

#: Events of Python's audit hooks (PEP 578) before a call that changes a disk.
_CALLS = frozenset({"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "ctypes.call_function"})
_HARM: dict[str, Callable[[], None]] = {
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "interrupted": lambda: (_ for _ in ()).throw(KeyboardInterrupt()),
    "refused": lambda: (_ for _ in ()).throw(OSError(28, "No space left on device")),
}
FAULTS = sorted(_HARM)


def suffered(work: Callable[[], None], fault: str, most: int = 500) -> Iterator[int]:
    """Run `work` in a child again and again with a fault at its first, second ... call; stop when all calls went well.

    Yields the number of the call after each child has ended.
    """
    for number in range(1, most):
        child = os.fork()
        if child == 0:
            _in_child(work, fault, number)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            return
        assert os.waitstatus_to_exitcode(status) in (-signal.SIGKILL, 7), "the child failed in another way"
        yield number
    raise AssertionError(f"more than {most} calls")


def _in_child(work: Callable[[], None], fault: str, number: int) -> None:
    left = number
    me = os.getpid()

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event not in _CALLS or os.getpid() != me:
            return
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
            return
        left -= 1
        if left == 0:
            _HARM[fault]()

    sys.addaudithook(hook)
    try:
        work()
    except (KeyboardInterrupt, OSError):
        os._exit(7)
    except BaseException as error:
        if type(error).__name__ == "StorageError":
            os._exit(7)
        traceback.print_exc()
        os._exit(9)
    os._exit(0 if left > 0 else 7)
