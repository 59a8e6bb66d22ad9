"""The child that Ctrl-C cannot reach: answers, errors, deaths, and its end with its parent."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import jobs
import psutil
import pytest

from screening import interrupts
from screening.engine import child_process
from screening.errors import RunError, StorageError


@pytest.fixture
def child() -> Iterator[child_process.ChildProcess]:
    made = child_process.ChildProcess()
    yield made
    made.end()


def test_it_answers_and_raises_what_the_work_raises(child: child_process.ChildProcess) -> None:
    assert child.call(divmod, 17, 5) == (3, 2)
    with pytest.raises(ZeroDivisionError):
        child.call(divmod, 1, 0)
    with pytest.raises(StorageError, match="there: the disk is full; expected space"):
        child.call(jobs.refuse, "there")
    assert child.call(print, "this must not get between the answers") is None
    assert child.call(os.getpid) != os.getpid()


def test_it_ends_without_taking_the_interpreter_down() -> None:
    """A library that aborts there, as PyArrow's threads may, costs nothing: exit code 0, no last words."""
    child = child_process.ChildProcess(idle_seconds=0.05)
    child.call(atexit.register, os.abort)
    process = child._process
    assert process is not None
    assert process.wait(30) == 0
    child.end()


def test_an_interrupt_does_not_reach_it(child: child_process.ChildProcess) -> None:
    process = child.call(os.getpid)
    os.kill(process, signal.SIGINT)
    assert child.call(os.getpid) == process
    assert child.call(interrupts.reachable) is False
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ()), "it is not blocked here"


def test_a_death_is_told_and_the_next_call_has_another_child() -> None:
    first = child_process.call(os.getpid)
    with pytest.raises(child_process.ChildLostError, match="exit code -9"):
        child_process.call(signal.raise_signal, signal.SIGKILL)
    assert child_process.call(os.getpid) != first


def test_a_time_limit_ends_it_and_the_next_call_starts_another(child: child_process.ChildProcess) -> None:
    assert child.start(divmod, 17, 5)
    assert not child.start(divmod, 17, 5), "it is alive"
    first = child.call(os.getpid, seconds=60)
    with pytest.raises(TimeoutError):
        child.call(time.sleep, 600, seconds=0.1)
    assert not child.alive()
    assert child.call(os.getpid, seconds=60) != first


def test_a_child_that_others_hold_up_gets_its_processor_time(child: child_process.ChildProcess) -> None:
    """Stopped half of the time, as on a busy machine: work of .3 s is done within a limit of .5 s."""
    child.start(jobs.spend, 0.0)
    process = psutil.Process(child.call(os.getpid))
    ended = threading.Event()

    def hold_up() -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            while not ended.wait(0.1):
                process.suspend()
                time.sleep(0.2)
                process.resume()

    holding = threading.Thread(target=hold_up)
    holding.start()
    try:
        began = time.monotonic()
        assert child.call(jobs.spend, 0.3, seconds=0.5) >= 0.3
        assert time.monotonic() - began > 0.5, "it was held up"
        with pytest.raises(TimeoutError):
            child.call(jobs.spend, 60.0, seconds=0.5)
    finally:
        ended.set()
        holding.join()


def test_it_is_told_how_it_was_lost(child: child_process.ChildProcess) -> None:
    with pytest.raises(child_process.ChildLostError, match="exit code 7") as ended:
        child.call(os._exit, 7)
    assert ended.value.code == 7
    with pytest.raises(child_process.ChildLostError) as killed:
        child.call(signal.raise_signal, signal.SIGSEGV)
    assert killed.value.code == -signal.SIGSEGV
    with pytest.raises(child_process.ChildTooLargeError, match=r"^needed more than 350 MB of memory$") as swollen:
        child.call(jobs.squares, jobs.Numbers(0, 1, swells=frozenset({0})), memory_bytes=350_000_000)
    assert swollen.value.code is None
    assert len(child.call(bytes, 10_000_000, seconds=60)) == 10_000_000, "an answer of many pieces"


def test_a_child_that_cannot_start_is_told(child: child_process.ChildProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RunError, match=r"a child process could not start \(exit code 7\)"):
        child.start(os._exit, 7)
    monkeypatch.setattr(child_process, "START_SECONDS", 0.05)
    with pytest.raises(RunError, match=r"a child process could not start \(not ready after 0.05 s\)"):
        child.start(time.sleep, 600)


def gone(process: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


_PARENT = """
import os, sys, time
sys.path.insert(0, {folder!r})
import jobs
from screening.engine import child_process
child = child_process.ChildProcess()
print(child.call(os.getpid), flush=True)
child.call({work}, seconds={seconds})
"""


@pytest.mark.parametrize(
    ("work", "seconds", "within"),
    [
        ("time.sleep, 600", None, 10),
        pytest.param("jobs.stick", 0.5, 20, marks=pytest.mark.slow, id="stuck in compiled code, by its alarm"),
    ],
)
def test_it_ends_with_its_parent(work: str, seconds: float | None, within: float) -> None:
    source = _PARENT.format(folder=str(Path(jobs.__file__).parent), work=work, seconds=seconds)
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not gone(child, 0.3)
        parent.kill()
    assert gone(child, within), "the child outlives its parent"
