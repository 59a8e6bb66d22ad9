"""The program that a child of `screening.engine.child_process` runs: it answers one task after another.

A task is a function, its arguments and its time limit in seconds or None; an answer says whether the function worked,
and holds what it returned or raised. Both are pickles behind their length in bytes.
"""

from __future__ import annotations

import contextlib
import faulthandler
import math
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import IO

import cloudpickle

from screening import interrupts
from screening.engine import limits

LENGTH = struct.Struct(">Q")
#: How many times its limit a child that works may take by the clock, where others hold it up.
HELD_UP = 20
#: Seconds after its limit when a child that nobody has ended, since its parent is gone, ends by itself.
_LAST_RESORT_SECONDS = 5


def send(stream: IO[bytes], content: bytes) -> None:
    """Write a pickle with its length before it."""
    stream.write(LENGTH.pack(len(content)) + content)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Read a pickle that `send` wrote.

    Raises
    ------
    EOFError
        If the other side is gone.
    """
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _answer(task: bytes) -> bytes:
    try:
        function, arguments, seconds = pickle.loads(task)
        with _last_resort(seconds):
            return cloudpickle.dumps((True, function(*arguments)))
    except Exception as error:
        try:
            content = cloudpickle.dumps((False, error))
            pickle.loads(content)
        except Exception:  # an error that cannot travel
            content = pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
        return content


@contextlib.contextmanager
def _last_resort(seconds: float | None) -> Iterator[None]:
    """End this process some time after its limit, even while compiled code runs: the parent may be dead by then.

    After that much processor time of all its threads, where that can be asked for, and by the clock after all that the
    parent may grant.
    """
    if seconds is None:
        yield
        return
    late = math.ceil(HELD_UP * seconds) + _LAST_RESORT_SECONDS
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds * (os.cpu_count() or 1) + _LAST_RESORT_SECONDS)
        signal.alarm(late)
    else:
        faulthandler.dump_traceback_later(late, exit=True)
    try:
        yield
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)
        else:
            faulthandler.cancel_dump_traceback_later()


def main(idle_seconds: float | None) -> None:
    """Answer tasks until there are none for so many seconds, None for ever, or the parent is gone."""
    tasks = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What libraries print must not get between the answers, and what they read not eat the tasks.
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    limits.expendable = True
    interrupts.out_of_reach()
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_take_tasks, args=(tasks, waiting), daemon=True).start()
    with contextlib.suppress(queue.Empty):
        while True:
            send(answers, _answer(waiting.get(timeout=idle_seconds)))


def _take_tasks(tasks: IO[bytes], waiting: queue.SimpleQueue[bytes]) -> None:
    """Take tasks as they come, and end this process as soon as the parent is gone, whatever it is at.

    Its lock on the folder is gone with it. A thread that reads, since Windows cannot wait for a pipe in another way.
    """
    try:
        while True:
            waiting.put(receive(tasks))
    except BaseException:
        os._exit(1)


if __name__ == "__main__":
    try:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else None)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    # Without taking the interpreter down: a thread of a library that gives memory back meanwhile would abort.
    os._exit(0)
