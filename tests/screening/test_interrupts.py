"""Where Ctrl-C goes, in programs of their own: pytest's process has threads and handlers of others."""

from __future__ import annotations

import subprocess
import sys

import pytest

_MATCH = """
import os, signal, threading, time
from screening import interrupts

def after(seconds, process=os.getpid()):
    if os.fork() == 0:
        time.sleep(seconds)
        os.kill(process, signal.SIGINT)
        os._exit(0)

def match():
    from rdkit import Chem
    recursive = Chem.MolFromSmarts("[$([#6]~[$([#8])])]")
    assert len(Chem.MolFromSmiles("CC(=O)OC").GetSubstructMatches(recursive)) == 2
"""


def program(text: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _MATCH + text], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_interrupt_after_a_recursive_match_is_taken() -> None:
    """RDKit before 2026.09 leaves its own handler behind, which swallows it; then `restore` is what this tests."""
    wait = """
match()
interrupts.restore()
after(0.2)
try:
    time.sleep(1.5)
    print("swallowed")
except KeyboardInterrupt:
    print("raised")
"""
    assert program(wait) == "raised"


@pytest.mark.parametrize(
    "wait", ["time.sleep(20)", "lock.acquire()", "any(sum(range(99)) < 0 for _ in iter(int, 1))", "event.wait(20)"]
)
def test_a_watched_program_is_interrupted_at_once_whatever_it_waits_for(wait: str) -> None:
    text = f"""
lock, event = threading.Lock(), threading.Event()
lock.acquire()
with interrupts.watched():
    match()
    import numpy, pyarrow.compute
    assert not interrupts.reachable()
    with interrupts.watched():
        after(0.2)
        began = time.monotonic()
        try:
            {wait}
        except KeyboardInterrupt:
            print("raised" if time.monotonic() - began < 5 else "late")
assert threading.active_count() == 1
after(0.2)
match()
interrupts.restore()
try:
    time.sleep(5)
except KeyboardInterrupt:
    print("raised")
"""
    assert program(text) == "raised\nraised"


def test_a_thread_that_takes_interrupts_is_found() -> None:
    text = """
print(interrupts.reachable())
with interrupts.blocked():
    blocked = threading.Thread(target=time.sleep, args=(1,))
    blocked.start()
print(interrupts.reachable())
taking = threading.Thread(target=time.sleep, args=(0.5,))
taking.start()
print(interrupts.reachable())
"""
    assert program(text) == "False\nFalse\nTrue"
    held = """
try:
    with interrupts.blocked():
        after(0)
        time.sleep(0.5)
        print("held")
except KeyboardInterrupt:
    print("then raised")
"""
    assert program(held) == "held\nthen raised"
