"""The program that a child of `screening.engine.child_process` runs: it answers one task after another.

A task is a function, its arguments and its time limit in seconds or None; an answer says whether the function worked,
and holds what it returned or raised. Both are pickles behind their length in bytes.
"""

from __future__ import annotations

import math
import os
import pickle
import select
import signal
import struct
import sys
import threading
import traceback
from typing import IO

import cloudpickle

from screening.engine import limits

LENGTH = struct.Struct(">Q")
#: Seconds after its time limit when a child that nobody has ended, since its parent is gone, ends by itself.
_LAST_RESORT_SECONDS = 5


def send(stream: IO[bytes], content: bytes) -> None:
    """Write a pickle with its length before it."""
    stream.write(LENGTH.pack(len(content)) + content)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
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
        if seconds is not None:
            # The parent may be dead by then; the system ends this process even while compiled code runs.
            signal.alarm(math.ceil(seconds) + _LAST_RESORT_SECONDS)
        return cloudpickle.dumps((True, function(*arguments)))
    except Exception as error:
        try:
            content = cloudpickle.dumps((False, error))
            pickle.loads(content)
        except Exception:  # an error that cannot travel
            content = pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
        return content
    finally:
        signal.alarm(0)


def main(idle_seconds: float | None) -> None:
    """Answer tasks until there are none for so many seconds, None for ever, or the parent is gone."""
    tasks = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What libraries print must not get between the answers, and what they read not eat the tasks.
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    limits.expendable = True
    threading.Thread(target=_end_with_parent, args=(tasks.fileno(),), daemon=True).start()
    # Nobody sends a task before the last one is answered, so none waits in the buffer.
    while select.select([tasks], [], [], idle_seconds)[0]:
        try:
            task = _receive(tasks)
        except EOFError:
            return
        send(answers, _answer(task))


def _end_with_parent(tasks: int) -> None:
    """End this process as soon as the parent is gone: its lock on the folder is gone with it."""
    poll = select.poll()
    poll.register(tasks, 0)  # tells only that the other end was closed
    poll.poll()
    os._exit(1)


if __name__ == "__main__":
    try:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else None)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    # Without taking the interpreter down: a thread of a library that gives memory back meanwhile would abort.
    os._exit(0)
