"""Ctrl-C must not reach a process while RDKit works in it.

RDKit puts a handler of its own in place of any other while it matches substructures. An interrupt that lands there is
swallowed and the match ends early: the molecule gets too few matches, so wrong numbers, and nothing says so (measured:
two of three interrupts in a loop of matches gave a wrong count, with SIGINT ignored before as well as not). A signal is
for a whole process and any thread that does not block it takes it, so SIGINT must be blocked in every thread.

- `blocked`: threads and processes that are started inside the block have it blocked for all of their life.
- `watched`: for programs of ours. A thread takes the signals and the main thread gets its ``KeyboardInterrupt`` from
  Python, between two instructions, never inside compiled code.
- `ended_in_order`: SIGTERM ends a program of ours as an error would.
- `reachable`: whether some thread of this process would still take it, as in a Jupyter kernel. Work then goes to a
  child process (`screening.engine.child_process`).
- `restore`: puts back Python's handler, which RDKit does not always do.

Windows cannot block a signal. There every process is reachable but the children in a process group of their own, which
get no Ctrl-C; they say so with `out_of_reach`.
"""

from __future__ import annotations

import _thread
import contextlib
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

_INTERRUPT = frozenset({signal.SIGINT})
#: Whether threads can block signals: everywhere but on Windows.
_MASKS = hasattr(signal, "pthread_sigmask")
#: Wakes the main thread from a wait; nobody else uses it, and by default it does nothing.
_WAKE = getattr(signal, "SIGURG", None)
#: Kernel's ids of threads that wait for SIGINT: it is not blocked in them, and runs no handler.
_watchers: set[int] = set()
#: Whether Ctrl-C does not come to this process, where signals cannot be blocked.
_out_of_reach = False


def out_of_reach() -> None:
    """Say that this process was started where no Ctrl-C comes, for systems without blocked signals."""
    global _out_of_reach
    _out_of_reach = True


@contextlib.contextmanager
def blocked() -> Iterator[None]:
    """Block SIGINT in this thread, and for good in the threads and processes it starts inside the block.

    An interrupt that comes meanwhile is taken at the end of the block.
    """
    if not _MASKS:
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def blocked_for_children() -> Iterator[None]:
    """Like `blocked`, for processes that `multiprocessing` starts.

    Its resource tracker, which starts with the first of them, unblocks SIGINT behind itself in Python before 3.13.
    """
    if not _MASKS:
        yield
        return
    from multiprocessing import resource_tracker

    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
    try:
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Take SIGINT in a thread of its own and raise ``KeyboardInterrupt`` in the main thread, between instructions.

    For the main thread of a program, before libraries start threads: those that start later block SIGINT too. Inside
    another such block, or in another thread, it does nothing.
    """
    main = threading.main_thread()
    if (
        not _MASKS
        or threading.current_thread() is not main
        or signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    ):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
    assert _WAKE is not None
    wake_before = signal.signal(_WAKE, lambda *_: None)
    over = threading.Event()
    ready = threading.Event()

    def watch() -> None:
        own = threading.get_native_id()
        _watchers.add(own)
        ready.set()
        while True:
            signal.sigwait(_INTERRUPT)
            if over.is_set():
                _watchers.discard(own)
                return
            _thread.interrupt_main()
            # It may wait for a lock or a file, where only a signal makes Python look.
            signal.pthread_kill(main.ident, _WAKE)  # type: ignore[arg-type]

    watcher = threading.Thread(target=watch, name="takes Ctrl-C", daemon=True)
    watcher.start()
    ready.wait()
    try:
        yield
    finally:
        over.set()
        signal.pthread_kill(watcher.ident, signal.SIGINT)  # type: ignore[arg-type]
        watcher.join()
        signal.signal(_WAKE, wake_before)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def ended_in_order() -> Iterator[None]:
    """Let SIGTERM end the block as an error does, so that what is half-written is taken away; for the main thread.

    Raises
    ------
    SystemExit
        With the exit code 143, when the signal comes.
    """
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    ):
        yield
        return

    def end(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a second one ends it at once
        raise SystemExit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def restore() -> None:
    """Put Python's handler of SIGINT back where RDKit has left its own.

    After a match with a recursive pattern the handler of RDKit before 2026.09 stays for good: it swallows the next
    interrupt, the match after that ends early, and one more interrupt ends the process. A notebook that has matched
    anything is in that state; so this is called before every wait for work that is done elsewhere.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is threading.main_thread() and handler is not None:
        signal.signal(signal.SIGINT, handler)


def reachable() -> bool:
    """Tell whether a thread of this process other than this one would take SIGINT now."""
    if not _MASKS:
        return not _out_of_reach
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        # Without Linux's list of threads: a process that began with SIGINT blocked, or a program that is watched.
        here = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
        return not here and threading.active_count() > 1
    own = threading.get_native_id()
    return any(
        _takes(task / "status") for task in tasks.iterdir() if int(task.name) != own and int(task.name) not in _watchers
    )


def _takes(status: Path) -> bool:
    try:
        text = status.read_text("ascii", "replace")
    except OSError:  # the thread has ended
        return False
    mask = int(text.split("SigBlk:", 1)[1].split(None, 1)[0], 16)
    return not mask >> (signal.SIGINT - 1) & 1
