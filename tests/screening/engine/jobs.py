"""Real work for the tests of the engine: squares of numbers, some of which raise, hang, swell or kill.

Kept in a module of its own so that workers import it by name.
"""

from __future__ import annotations

import ctypes
import dataclasses
import os
import signal
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from screening.engine.ledger import LEDGER_SCHEMA, RecordState
from screening.errors import StorageError


@dataclasses.dataclass(frozen=True)
class Numbers:
    """A divisible payload: numbers from `start` to before `stop`, and what some of them do."""

    start: int
    stop: int
    raises: frozenset[int] = frozenset()
    kills: frozenset[int] = frozenset()
    hangs: frozenset[int] = frozenset()
    swells: frozenset[int] = frozenset()
    #: Folder for a mark by each process that works, so that tests can find it and kill it.
    marks: str = ""
    seconds: float = 0.0
    #: How long the first attempt takes; it is known by its mark.
    first_seconds: float = 0.0

    def __len__(self) -> int:
        return self.stop - self.start

    def piece(self, start: int, stop: int) -> Numbers:
        return dataclasses.replace(self, start=self.start + start, stop=self.start + stop)

    def given_up(self, state: RecordState, reason: str) -> dict[str, pa.Table]:
        empty = pa.table({"number": pa.array([], pa.int64()), "square": pa.array([], pa.int64())})
        return {"squares": empty, "ledger": _ledger(range(self.start, self.stop), state, reason)}


def squares(task: Numbers) -> dict[str, pa.Table]:
    numbers = range(task.start, task.stop)
    if task.first_seconds and not list(Path(task.marks).glob(f"{task.start}-*")):
        (Path(task.marks) / f"{task.start}-{os.getpid()}").touch()
        time.sleep(task.first_seconds)
    if task.marks:
        (Path(task.marks) / f"{task.start}-{os.getpid()}").touch()
    if task.seconds:
        time.sleep(task.seconds)
    for number in numbers:
        if number in task.raises:
            raise ValueError(f"{number} is not to be squared")
        if number in task.kills:
            os.kill(os.getpid(), signal.SIGKILL)
        if number in task.hangs:
            time.sleep(3600)
        if number in task.swells:
            hoard = np.ones(400_000_000, np.uint8)
            time.sleep(3600 + float(hoard[0]))
    table = pa.table(
        {"number": pa.array(numbers, pa.int64()), "square": pa.array([n * n for n in numbers], pa.int64())}
    )
    return {"squares": table, "ledger": _ledger(numbers, RecordState.SCORED, "")}


def _ledger(numbers: range, state: RecordState, reason: str) -> pa.Table:
    stage = "square" if reason else ""
    rows = [(n, "numbers", n + 1, str(n), str(n), state.value, stage, reason) for n in numbers]
    return pa.table([pa.array(column, field.type) for column, field in zip(zip(*rows), LEDGER_SCHEMA)], LEDGER_SCHEMA)


def refuse(source: str) -> None:
    raise StorageError("the disk is full", source=source, expected="space")


def spend(seconds: float) -> float:
    """Work for so many seconds of processor time and return them."""
    began = time.process_time()
    while time.process_time() - began < seconds:
        sum(range(1000))
    return time.process_time() - began


def stick() -> None:
    """Wait for ever without letting go of the interpreter, as compiled code may."""
    ctypes.PyDLL(None).pause()


def broken(payload: object) -> dict[str, pa.Table]:
    """Fail as a full disk does."""
    raise StorageError("the disk is full", source="there")
