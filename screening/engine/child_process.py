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
from screening.engine.child_main import HELD_UP, receive, send
from screening.errors import RunError, ScreeningError

#: Seconds without a task after which a child that `call` keeps ends: it holds a model in memory.
IDLE_SECONDS = 60.0
#: Seconds a child may take to start: imports, loading the model.
START_SECONDS = 120.0
#: Seconds between two looks at the memory of a child that has a limit.
_LOOK_SECONDS = 0.1
#: Seconds after which a wait is taken up again: on Windows, Ctrl-C is seen only between two waits.
_WAIT_SECONDS = 0.5
#: Share of the time that a child must get of a processor to count as working, and of its limit that is left unused.
_LEAST_WORKING = 0.005
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

        A child that takes longer than `seconds` or gets larger than `memory_bytes` (resident) is ended. One that works
        but got less processor time than that, on a busy machine, goes on until it has had its `seconds` of it: what is
        found must not depend on what else is running. Where no child is alive, `seconds` include its start; `start` it
        before.

        Raises
        ------
        TimeoutError
            If the child took too long.
        ChildLostError
            If the child ended without an answer; `ChildTooLargeError` if it got too large.
        """
        interrupts.restore()
        began = time.monotonic()
        process = self._process if self.alive() else self._started()
        assert process is not None
        assert process.stdin is not None
        try:
            limit = None if seconds is None else _TimeLimit(process.pid, seconds, began)
            send(process.stdin, cloudpickle.dumps((function, arguments, seconds)))
            worked, answer = pickle.loads(self._received(process, limit, memory_bytes))
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

    def _received(self, process: subprocess.Popen[bytes], limit: _TimeLimit | None, memory_bytes: int | None) -> bytes:
        while True:
            longest = _WAIT_SECONDS if memory_bytes is None else _LOOK_SECONDS
            left = longest if limit is None else min(limit.deadline - time.monotonic(), longest)
            try:
                answer = self._answers.get(timeout=max(0.0, left))
            except queue.Empty:
                if limit is not None and limit.over():
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


class _TimeLimit:
    """Seconds that a call may take: by the clock if it does not work, by its processor time if others hold it up."""

    def __init__(self, process: int, seconds: float, began: float) -> None:
        self.deadline = began + seconds
        self._process = process
        self._seconds = seconds
        self._end = began + HELD_UP * seconds
        self._looked = began
        # What its own children had before counts as spent now: to look for them takes as long as a small task.
        self._before = self._seen = processor_seconds(process, with_children=False)

    def over(self) -> bool:
        """Tell whether the time is over; moves the deadline of work that was held up."""
        now = time.monotonic()
        if now < self.deadline:
            return False
        seen = processor_seconds(self._process)
        left = self._seconds - (seen - self._before)
        stands = seen - self._seen < _LEAST_WORKING * (now - self._looked)
        if stands or left <= _LEAST_WORKING * self._seconds or now >= self._end:
            return True
        self._looked, self._seen = now, seen
        self.deadline = min(now + max(left, _WAIT_SECONDS), self._end)
        return False


def processor_seconds(process: int, *, with_children: bool = True) -> float:
    """Return the processor time of a process and of all that it started, in seconds; 0 if nobody can tell.

    Windows tells nothing of what children had that have ended.
    """
    try:
        root = psutil.Process(process)
        every = [root, *(root.children(recursive=True) if with_children else ())]
    except psutil.Error:
        return 0.0
    total = 0.0
    for one in every:
        with contextlib.suppress(psutil.Error):
            spent = one.cpu_times()
            total += spent.user + spent.system
            total += getattr(spent, "children_user", 0.0) + getattr(spent, "children_system", 0.0)
    return total


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
