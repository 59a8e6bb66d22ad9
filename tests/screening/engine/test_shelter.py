"""The child that Ctrl-C cannot reach: answers, errors, deaths, and its end with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import jobs
import pytest

from screening import interrupts
from screening.engine import shelter
from screening.errors import StorageError


@pytest.fixture
def child() -> Iterator[shelter.Shelter]:
    made = shelter.Shelter()
    yield made
    made.end()


def test_it_answers_and_raises_what_the_work_raises(child: shelter.Shelter) -> None:
    assert child.call(divmod, 17, 5) == (3, 2)
    with pytest.raises(ZeroDivisionError):
        child.call(divmod, 1, 0)
    with pytest.raises(StorageError, match="there: the disk is full; expected space"):
        child.call(jobs.refuse, "there")
    assert child.call(print, "this must not get between the answers") is None
    assert child.call(os.getpid) != os.getpid()


def test_an_interrupt_does_not_reach_it(child: shelter.Shelter) -> None:
    process = child.call(os.getpid)
    os.kill(process, signal.SIGINT)
    assert child.call(os.getpid) == process
    assert child.call(interrupts.reachable) is False
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ()), "it is not blocked here"


def test_a_death_is_told_and_the_next_call_has_another_child() -> None:
    first = shelter.call(os.getpid)
    with pytest.raises(shelter.ChildLostError, match="exit code -9"):
        shelter.call(signal.raise_signal, signal.SIGKILL)
    assert shelter.call(os.getpid) != first


_PARENT = """
import os, sys, time
from screening.engine import shelter
print(shelter.call(os.getpid), flush=True)
shelter.call(time.sleep, 600)
"""


def test_it_ends_with_its_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("the child outlives its parent")
