"""A child process that Ctrl-C cannot reach, for work in a process that it could (see `screening.interrupts`).

One child serves each thread that works, from its first batch on; it ends when nobody has asked it for a while, and
with its parent. Whoever interrupts the parent ends the child at once, which costs the batch it was at and nothing else.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

import cloudpickle
import psutil

from screening import interrupts
from screening.engine import guard

#: Seconds without a task after which the child ends: it holds a model in memory.
IDLE_SECONDS = 60.0
#: Seconds between two looks at the memory of a child that has a limit.
_LOOK_SECONDS = 0.1
_LENGTH = struct.Struct(">Q")


class ChildLostError(Exception):
    """The child ended without an answer: killed, out of memory, crashed in compiled code or stuck for too long."""


class Shelter:
    """The child process and the two pipes to it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        with interrupts.blocked():
            self._process = subprocess.Popen(
                [sys.executable, "-m", "screening.engine.shelter"],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )

    def call(self, function: Callable[..., Any], *arguments: Any, memory_bytes: int | None = None) -> Any:
        """Call the function in the child and return what it returns or raise what it raises.

        A child that gets larger than `memory_bytes` (resident) is ended.

        Raises
        ------
        ChildLostError
            If the child ended without an answer.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        interrupts.restore()
        try:
            _send(self._process.stdin, cloudpickle.dumps((function, arguments)))
            while memory_bytes is not None and not select.select([self._process.stdout], [], [], _LOOK_SECONDS)[0]:
                if self._resident() > memory_bytes:
                    self._process.kill()
            worked, answer = pickle.loads(_receive(self._process.stdout))
        except (EOFError, BrokenPipeError) as error:
            self.end()
            raise ChildLostError(f"exit code {self._process.returncode}") from error
        except BaseException:
            self.end()
            raise
        if not worked:
            raise answer
        return answer

    def _resident(self) -> int:
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def alive(self) -> bool:
        """Tell whether the child can be asked by this process."""
        return self.owner == os.getpid() and self._process.poll() is None

    def end(self) -> None:
        """End the child now."""
        if self.owner != os.getpid():
            return
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None and not stream.closed:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


#: Children that have nothing to do: as many as threads of this process ever asked at once.
_idle: list[Shelter] = []
_turn = threading.Lock()


def call(function: Callable[..., Any], *arguments: Any, memory_bytes: int | None = None) -> Any:
    """Call the function in a child of this process, which is started if none is idle; see `Shelter.call`."""
    child = _an_idle_one() or Shelter()
    try:
        return child.call(function, *arguments, memory_bytes=memory_bytes)
    finally:
        if child.alive():
            with _turn:
                _idle.append(child)


def _an_idle_one() -> Shelter | None:
    with _turn:
        while _idle:
            child = _idle.pop()
            if child.alive():
                return child
            child.end()
    return None


@atexit.register
def _end() -> None:
    while _idle:
        _idle.pop().end()


def _send(stream: IO[bytes], content: bytes) -> None:
    stream.write(_LENGTH.pack(len(content)) + content)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _answer(task: bytes) -> bytes:
    try:
        function, arguments = pickle.loads(task)
        return cloudpickle.dumps((True, function(*arguments)))
    except Exception as error:
        try:
            content = cloudpickle.dumps((False, error))
            pickle.loads(content)
        except Exception:  # an error that cannot travel
            content = pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
        return content


def _child_main() -> None:
    """Answer tasks until there are none for a while or the parent is gone."""
    tasks = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What libraries print must not get between the answers, and what they read not eat the tasks.
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    guard.expendable = True
    threading.Thread(target=_end_with_parent, args=(tasks.fileno(),), daemon=True).start()
    # Nobody sends a task before the last one is answered, so none waits in the buffer.
    while select.select([tasks], [], [], IDLE_SECONDS)[0]:
        try:
            task = _receive(tasks)
        except EOFError:
            return
        _send(answers, _answer(task))


def _end_with_parent(tasks: int) -> None:
    """End this process as soon as the parent is gone: its lock on the folder is gone with it."""
    poll = select.poll()
    poll.register(tasks, 0)  # tells only that the other end was closed
    poll.poll()
    os._exit(1)


if __name__ == "__main__":
    from screening.engine import shelter

    shelter._child_main()
