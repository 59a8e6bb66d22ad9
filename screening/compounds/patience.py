"""A time limit for structures that could keep RDKit busy for ever.

RDKit works in C++, where no signal or Python timer can interrupt it. Structures that look harmless, which is nearly
all, are therefore described right here; suspicious ones (long, or with very many rings), and all if their tautomers are
wanted, are described in a child process that is ended when it takes too long or dies.
"""

from __future__ import annotations

import atexit
import contextlib
import math
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from typing import IO, Any

from screening.compounds.describe import KEPT_TEXT, Outcome, Undescribed, describe
from screening.compounds.record import Notation
from screening.compounds.rules import NO_RULES, Rules
from screening.compounds.standardise import Refusal

#: Above any of these a structure is described in the child process.
HARMLESS_CHARACTERS = 400
HARMLESS_RING_CLOSURES = 12
HARMLESS_BLOCK_LINES = 300

#: Stage of a refusal that stands for the state ``timed_out``.
TIMED_OUT = "time"

_STARTUP_SECONDS = 60.0
_DIGITS = str.maketrans("", "", "0123456789")


def suspicious(text: str, notation: Notation) -> bool:
    """Say whether a structure could keep RDKit busy for long, from a look at its text."""
    if notation is not Notation.SMILES:
        return text.count("\n") > HARMLESS_BLOCK_LINES
    if len(text) > HARMLESS_CHARACTERS:
        return True
    # Every ring closure is written twice, so this is at most the number of rings.
    return len(text) - len(text.translate(_DIGITS)) > 2 * HARMLESS_RING_CLOSURES + text.count("H")


def describe_patiently(
    text: str, notation: Notation, seconds: float, rules: Rules = NO_RULES, tautomers: bool = False
) -> Outcome:
    """Describe a structure, giving up after `seconds` if it is a suspicious one; with `tautomers`, each one is."""
    if not tautomers and not suspicious(text, notation):
        return describe(text, notation, rules)
    with _CHILD_LOCK:
        return _CHILD.describe(text, notation, seconds, rules, tautomers)


class _Child:
    """A child process that describes one structure at a time; started when first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def describe(
        self, text: str, notation: Notation, seconds: float, rules: Rules = NO_RULES, tautomers: bool = False
    ) -> Outcome:
        if self._process is None:
            self._start()
        request = pickle.dumps((text, notation, seconds, rules, tautomers))
        try:
            _send(self._pipe("stdin"), request)
            answer: Outcome = pickle.loads(_receive(self._pipe("stdout"), seconds))
            return answer
        except TimeoutError:
            self.stop()
            return Undescribed(text[:KEPT_TEXT], Refusal(TIMED_OUT, f"not finished after {seconds:g} seconds"))
        except (EOFError, OSError):
            self.stop()
            return Undescribed(text[:KEPT_TEXT], Refusal("standardise", "RDKit crashed"))

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "screening.compounds.patience"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _receive(self._pipe("stdout"), _STARTUP_SECONDS)

    def _pipe(self, name: str) -> IO[bytes]:
        pipe: IO[bytes] | None = getattr(self._process, name)
        if pipe is None:
            raise EOFError
        return pipe

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _send(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(struct.pack("<I", len(content)) + content)
    pipe.flush()


def _receive(pipe: IO[bytes], seconds: float) -> bytes:
    deadline = time.monotonic() + seconds
    (size,) = struct.unpack("<I", _exactly(pipe, 4, deadline))
    return _exactly(pipe, size, deadline)


def _exactly(pipe: IO[bytes], size: int, deadline: float) -> bytes:
    raw: Any = getattr(pipe, "raw", pipe)  # past the buffer, which would hide what select looks at
    content = b""
    while len(content) < size:
        ready, _, _ = select.select([raw], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        piece = raw.read(size - len(content))
        if not piece:
            raise EOFError
        content += piece
    return content


def _serve() -> None:
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _send(sink, b"ready")
    while head := source.read(4):
        text, notation, seconds, rules, tautomers = pickle.loads(source.read(struct.unpack("<I", head)[0]))
        # The parent may be dead by then; the system ends this process even while C++ runs.
        signal.alarm(math.ceil(seconds) + 5)
        answer = pickle.dumps(describe(text, notation, rules, tautomers))
        signal.alarm(0)
        _send(sink, answer)


_CHILD = _Child()
_CHILD_LOCK = threading.Lock()
atexit.register(_CHILD.stop)

if __name__ == "__main__":
    _serve()
