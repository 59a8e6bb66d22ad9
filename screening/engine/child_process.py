"""A child process for work that Ctrl-C must not reach (see `screening.interrupts`) or that may never end.

The child is asked one thing at a time. It ends with its parent, when it takes longer than it may or more memory than it
may, and at once when the parent is interrupted, which costs what it was at and nothing else.

`call` keeps some children ready: one serves each thread that works, and ends when nobody has asked it for a while.

Why not loky's pool, which scikit-learn brings along: it gives an exit code only as text in a message, ends one child
only with all of the pool, measures no memory, and has threads and a tracker process of its own that take SIGINT.
"""

from __future__ import annotations

import atexit
import contextlib
import math
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any

import cloudpickle
import psutil

from screening import interrupts
from screening.engine.child_main import receive, send
from screening.errors import RunError, ScreeningError

#: Seconds without a task after which a child that `call` keeps ends: it holds a model in memory.
IDLE_SECONDS = 60.0
#: Seconds a child may take to start: imports, loading the model.
START_SECONDS = 120.0
#: Seconds between two looks at the memory of a child that has a limit.
_LOOK_SECONDS = 0.1
#: Seconds after which a wait is taken up again: on Windows, Ctrl-C is seen only between two waits.
_WAIT_SECONDS = 0.5
#: Keeps Ctrl-C from a child on Windows, where signals cannot be blocked; nothing elsewhere.
_OWN_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)


class ChildLostError(Exception):
    """The child ended without an answer: killed, crashed in compiled code or stuck for too long.

    Attributes
    ----------
    code
        Its exit code, negative for the signal that ended it; None if it was ended here.
    """

    def __init__(self, text: str, code: int | None = None) -> None:
        super().__init__(text)
        self.code = code


class ChildTooLargeError(ChildLostError):
    """The child, or its answer, needed more memory than there is for it; the text says so."""


class ChildProcess:
    """A child process and the two pipes to it; it is started when first needed and again after it was lost.

    Parameters
    ----------
    idle_seconds
        Seconds without a task after which the child ends; None for never.
    silent
        Whether what the child prints is dropped, such as the last words of a library that crashes.
    """

    def __init__(self, *, idle_seconds: float | None = None, silent: bool = False) -> None:
        self._idle_seconds = idle_seconds
        self._silent = silent
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes | BaseException] = queue.SimpleQueue()

    def start(self, function: Callable[..., Any], *arguments: Any) -> bool:
        """Start a child if none is alive, and call the function in it once; say whether one was started.

        For what each child must do first, such as imports, and no time limit of a later call should count.

        Raises
        ------
        RunError
            If it ends, raises, or is not done after `START_SECONDS`.
        """
        if self.alive():
            return False
        try:
            self.call(function, *arguments, seconds=START_SECONDS)
        except ScreeningError:
            raise
        except TimeoutError as error:
            raise RunError(f"a child process could not start (not ready after {START_SECONDS:g} s)") from error
        except Exception as error:
            raise RunError(f"a child process could not start ({error})") from error
        return True

    def call(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        seconds: float | None = None,
        memory_bytes: int | None = None,
    ) -> Any:
        """Call the function in the child and return what it returns or raise what it raises.

        A child that takes longer than `seconds` or gets larger than `memory_bytes` (resident) is ended. Where no child
        is alive, `seconds` include its start; `start` it before.

        Raises
        ------
        TimeoutError
            If the child took too long.
        ChildLostError
            If the child ended without an answer; `ChildTooLargeError` if it got too large.
        """
        interrupts.restore()
        deadline = math.inf if seconds is None else time.monotonic() + seconds
        process = self._process if self.alive() else self._started()
        assert process is not None
        assert process.stdin is not None
        try:
            send(process.stdin, cloudpickle.dumps((function, arguments, seconds)))
            worked, answer = pickle.loads(self._received(process, deadline, memory_bytes))
        except TimeoutError:
            self.end()
            raise
        except (EOFError, OSError) as error:
            self.end()
            raise ChildLostError(f"exit code {process.returncode}", process.returncode) from error
        except MemoryError as error:
            self.end()
            raise ChildTooLargeError("gave an answer that does not fit into memory") from error
        except BaseException:
            self.end()
            raise
        if not worked:
            raise answer
        return answer

    def alive(self) -> bool:
        """Tell whether there is a child that can be asked by this process."""
        return self._process is not None and self._owner == os.getpid() and self._process.poll() is None

    def end(self) -> None:
        """End the child now, if there is one."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        if process.stdin is not None and not process.stdin.closed:
            with contextlib.suppress(OSError):  # a task of which a part was written
                process.stdin.close()

    def _started(self) -> subprocess.Popen[bytes]:
        self.end()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        idle = [] if self._idle_seconds is None else [str(self._idle_seconds)]
        with interrupts.blocked():
            self._process = subprocess.Popen(
                [sys.executable, "-m", "screening.engine.child_main", *idle],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if self._silent else None,
                creationflags=_OWN_GROUP,
            )
            self._answers = queue.SimpleQueue()
            threading.Thread(
                target=_take_answers, args=(self._process.stdout, self._answers), name="takes answers", daemon=True
            ).start()
        self._owner = os.getpid()
        return self._process

    def _received(self, process: subprocess.Popen[bytes], deadline: float, memory_bytes: int | None) -> bytes:
        while True:
            longest = _WAIT_SECONDS if memory_bytes is None else _LOOK_SECONDS
            try:
                answer = self._answers.get(timeout=max(0.0, min(deadline - time.monotonic(), longest)))
            except queue.Empty:
                if time.monotonic() >= deadline:
                    raise TimeoutError from None
                if memory_bytes is not None and _resident(process) > memory_bytes:
                    raise ChildTooLargeError(f"needed more than {memory_bytes / 1e6:.0f} MB of memory") from None
                continue
            if isinstance(answer, BaseException):
                raise answer
            return answer


def _take_answers(stream: IO[bytes], answers: queue.SimpleQueue[bytes | BaseException]) -> None:
    """Take answers as they come, and at the end what ended them; a thread, since Windows cannot wait for a pipe."""
    with stream:
        while True:
            try:
                answers.put(receive(stream))
            except BaseException as error:
                answers.put(error)
                return


def _resident(process: subprocess.Popen[bytes]) -> int:
    try:
        return int(psutil.Process(process.pid).memory_info().rss)
    except psutil.Error:
        return 0


#: Children that have nothing to do: as many as threads of this process ever asked at once.
_idle: list[ChildProcess] = []
_turn = threading.Lock()


def call(function: Callable[..., Any], *arguments: Any, memory_bytes: int | None = None) -> Any:
    """Call the function in a child of this process, which is started if none is idle; see `ChildProcess.call`."""
    child = _an_idle_one() or ChildProcess(idle_seconds=IDLE_SECONDS)
    try:
        return child.call(function, *arguments, memory_bytes=memory_bytes)
    finally:
        if child.alive():
            with _turn:
                _idle.append(child)


def _an_idle_one() -> ChildProcess | None:
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
