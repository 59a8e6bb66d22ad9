"""Find the record that breaks a batch, so that only that record is lost.

Two ways, both by pieces of `PIECE` records first and single records after:

- `by_exception`: the work raised. Pieces run in this process.
- `by_process`: the worker died or hung. Pieces run in a child process that may die; when it does, or takes
  too long, or uses too much memory, the records of its piece get a child of their own, one after another.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cloudpickle
import psutil
import pyarrow as pa

from screening.engine.divisible import Divisible, Tables, Work, joined
from screening.engine.guard import Guard, memory_limit
from screening.engine.ledger import RecordState
from screening.errors import RunError, ScreeningError

#: Records tried together before they are tried one by one.
PIECE = 64
#: If every record of a batch of at least this size raises, the fault is not with the records.
ALL_FAILED = 20
#: Seconds a child may take to start: imports, loading the model.
START_SECONDS = 120.0
_POLL_SECONDS = 0.02


def by_exception(work: Work, payload: Divisible, error: Exception) -> Tables:
    """Redo the batch in pieces; records whose work raises end as ``failed``.

    Raises
    ------
    RunError
        If every record of a batch of `ALL_FAILED` or more raises: then the work is broken, not the records.
    """
    finished: list[Tables] = []
    failed = 0
    for piece in _pieces(payload):
        try:
            finished.append(work(piece))
            continue
        except ScreeningError:
            raise
        except Exception:
            pass
        for index in range(len(piece)):
            single = piece.piece(index, index + 1)
            try:
                finished.append(work(single))
            except ScreeningError:
                raise
            except Exception as reason:
                failed += 1
                finished.append(single.given_up(RecordState.FAILED, _sentence(reason)))
    if failed == len(payload) >= ALL_FAILED:
        raise RunError(f"every record of a batch failed ({_sentence(error)})") from error
    return joined(finished)


def _sentence(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:300] if text else type(error).__name__


def _pieces(payload: Divisible) -> list[Divisible]:
    return [payload.piece(start, min(start + PIECE, len(payload))) for start in range(0, len(payload), PIECE)]


def by_process(work: Work, payload: Divisible, guard: Guard) -> Tables:
    """Redo the batch in child processes; records that kill or stall theirs end as ``failed`` or ``timed_out``.

    Raises
    ------
    RunError
        If a child cannot even start, or every record of a batch of `ALL_FAILED` or more ends its child.
    """
    finished: list[Tables] = []
    lost = 0
    for piece, outcome in _tried(work, _pieces(payload), guard):
        if not isinstance(outcome, Death):
            finished.append(outcome)
            continue
        singles = [piece.piece(index, index + 1) for index in range(len(piece))]
        for single, verdict in _tried(work, singles, guard):
            if isinstance(verdict, Death):
                lost += 1
                finished.append(single.given_up(verdict.state, verdict.reason))
            else:
                finished.append(verdict)
    if lost == len(payload) >= ALL_FAILED:
        raise RunError("every record of a batch ended its process", expected="a model and libraries that work here")
    return joined(finished)


class Death:
    """How a piece ended its child process."""

    def __init__(self, state: RecordState, reason: str) -> None:
        self.state = state
        self.reason = reason


def _tried(work: Work, pieces: list[Divisible], guard: Guard) -> Iterator[tuple[Divisible, Tables | Death]]:
    """Yield each piece with its tables or its death, starting a new child after each death."""
    limit = memory_limit(guard)
    at = 0
    while at < len(pieces):
        with tempfile.TemporaryDirectory(prefix="isolated-") as folder, _Child(work, pieces[at:], folder) as child:
            for _ in range(len(pieces) - at):
                outcome = child.outcome(guard.record_seconds, limit)
                yield pieces[at], outcome
                at += 1
                if isinstance(outcome, Death):
                    break


class _Child:
    """A process that works on pieces in their order and leaves an answer file for each."""

    def __init__(self, work: Work, pieces: list[Divisible], folder: str) -> None:
        self._folder = Path(folder)
        self._next = 0
        (self._folder / "task").write_bytes(cloudpickle.dumps((work, pieces)))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "screening.engine.isolation", folder],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        self._wait("started", START_SECONDS, None)

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def outcome(self, seconds: float, limit: int | None) -> Tables | Death:
        """Wait for the answer to the next piece."""
        # The first piece also pays for what the work loads once, such as the model.
        patience = START_SECONDS if self._next == 0 else 0.0
        answer = f"answer-{self._next}"
        self._next += 1
        death = self._wait(answer, seconds, limit, patience)
        if death is not None:
            return death
        found = pickle.loads((self._folder / answer).read_bytes())
        if isinstance(found, ScreeningError):
            raise found
        if isinstance(found, str):
            return Death(RecordState.FAILED, found)
        return {name: pa.ipc.open_stream(content).read_all() for name, content in found.items()}

    def _wait(self, name: str, seconds: float, limit: int | None, patience: float = 0.0) -> Death | None:
        deadline = time.monotonic() + seconds + patience
        path = self._folder / name
        while not path.exists():
            code = self._process.poll()
            if code is not None and not path.exists():
                if name == "started":
                    raise RunError(f"a child process could not start (exit code {code})")
                return Death(RecordState.FAILED, f"ended its worker process ({_how(code)})")
            if time.monotonic() > deadline:
                return Death(RecordState.TIMED_OUT, f"took longer than {seconds:g} s")
            if limit is not None and self._resident() > limit:
                return Death(RecordState.FAILED, f"needed more than {limit / 1e6:.0f} MB of memory")
            time.sleep(_POLL_SECONDS)
        return None

    def _resident(self) -> int:
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _child_main(folder: Path) -> None:
    """Work on the pieces in `folder`; the parent reads each answer as soon as it stands."""
    work, pieces = pickle.loads((folder / "task").read_bytes())
    (folder / "started").touch()
    for index, piece in enumerate(pieces):
        answer: object
        try:
            answer = {name: _stream(table) for name, table in work(piece).items()}
        except ScreeningError as error:
            answer = error
        except Exception as error:
            answer = _sentence(error)
        temporary = folder / f".answer-{index}"
        temporary.write_bytes(pickle.dumps(answer))
        os.replace(temporary, folder / f"answer-{index}")


if __name__ == "__main__":
    _child_main(Path(sys.argv[1]))
