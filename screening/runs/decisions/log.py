"""The append-only log of decisions in a run folder.

A text file of JSON lines. Writers take an exclusive lock of the operating system on the file itself (on NFS the kernel
makes it a byte-range lock that all clients see), read what others appended meanwhile, append, and wait for the disk
once for everything they append together. There is no second file that must agree with it: state and indexes are made
from the lines. A writer that is killed leaves at most a line without its end, which nobody was told of; readers leave
it aside and the next writer cuts it off.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from screening.engine import files
from screening.engine.lock import locked
from screening.errors import FileError, RunError, ScreeningError, UsageError
from screening.runs.decisions import chain
from screening.runs.decisions.chain import Head
from screening.runs.decisions.event import Event, now, require_valid
from screening.runs.decisions.snapshots import Snapshots
from screening.runs.decisions.state import DecisionState

#: The layer of a run folder, and the log in it.
FOLDER, LOG = "review", "decisions.jsonl"
_DECODER = json.JSONDecoder()


class DecisionLog:
    """The decisions of one run; safe with several threads, processes and machines.

    Parameters
    ----------
    run_folder
        Folder of the run.
    run_key
        Key of its plan: a log belongs to one run.

    Attributes
    ----------
    path
        The file; made by the first append.
    state
        What stands after the lines read so far; see `refresh`.

    Raises
    ------
    FileError
        If the file is no log, is damaged, or was written by a later version.
    RunError
        If it belongs to another run.
    """

    def __init__(self, run_folder: Path, run_key: str) -> None:
        self.path = run_folder / FOLDER / LOG
        self.run_key = run_key
        self.state = DecisionState()
        self.snapshots = Snapshots(run_folder / FOLDER)
        self._threads = threading.RLock()
        #: Held while lines are taken into the state: whoever reads the state beside a writing thread holds it too.
        self.reading = threading.RLock()
        self._end = 0
        self._last = b""
        self.refresh()

    @property
    def head(self) -> Head:
        """Number of events read so far and the hash of the last line; a hash of zeros where there is no log yet."""
        with self.reading:
            return Head(len(self.state.events), chain.line_hash(self._last) if self._last else "0" * 64)

    def refresh(self) -> int:
        """Read what was appended since; return how many events.

        Raises
        ------
        FileError
            If a line does not fit the chain, or what was read before is not there any more.
        """
        with self._threads:
            try:
                descriptor = os.open(self.path, os.O_RDONLY | files.BINARY)
            except FileNotFoundError:
                if self._end:
                    raise FileError("was taken away while it was in use", source=self.path) from None
                return 0
            except OSError as error:
                raise FileError(f"cannot be read ({error.strerror})", source=self.path) from error
            try:
                return self._read(descriptor)
            finally:
                os.close(descriptor)

    def append(
        self, events: Sequence[Event], check: Callable[[DecisionState, Event], None] | None = None
    ) -> list[Event]:
        """Write events, wait until they are on the disk, and return them with number, time and value before.

        Parameters
        ----------
        events
            What happened; an ``undo`` names the line in ``of``.
        check
            Called under the lock with the state before each event; raises what forbids it.

        Raises
        ------
        UsageError
            If an event may not be written; none is then.
        StorageError
            If the disk is full or the folder cannot be written; nothing is written then.
        FileError
            If the log was damaged meanwhile.
        """
        written = self.append_each(events, check)
        failed = next((one for one in written if isinstance(one, ScreeningError)), None)
        if failed is not None:
            raise failed
        return [one for one in written if isinstance(one, Event)]

    def append_each(
        self,
        events: Sequence[Event],
        check: Callable[[DecisionState, Event], None] | None = None,
        groups: Sequence[int] | None = None,
    ) -> list[Event | ScreeningError]:
        """Write groups of events with one wait for the disk; a group with an event that may not be is not written.

        Parameters
        ----------
        events, check
            As for `append`.
        groups
            Number of the group of each event; all of one group by default.

        Returns
        -------
        list
            For each event the event as written, or the error of its group.
        """
        numbers = list(groups) if groups is not None else [0] * len(events)
        with self._threads, self._locked() as descriptor:
            self._read(descriptor)
            lines, written, errors = [], [], {}
            start = len(self.state.events)
            n, previous = start, self._last
            if not previous:
                previous = chain.header(self.run_key, now())
                lines.append(previous)
            members: dict[int, list[Event]] = {}
            for number, event in zip(numbers, events):
                members.setdefault(number, []).append(event)
            done: dict[int, list[Event]] = {}
            pending: dict[tuple[int, str], str] = {}
            undone: set[int] = set()
            for number, group in members.items():
                try:
                    ready = [self._complete(event, check, pending, undone) for event in group]
                except ScreeningError as error:
                    errors[number] = error
                    continue
                done[number] = []
                for event in ready:
                    n += 1
                    event = dataclasses.replace(event, n=n, at=now())
                    previous = event.line(chain.line_hash(previous))
                    lines.append(previous)
                    written.append(event)
                    done[number].append(event)
            if written:
                self._write(descriptor, b"\n".join(lines) + b"\n")
                with self.reading:
                    self._last = previous
                    for event in written:
                        self.state.apply(event)
            places = {number: iter(found) for number, found in done.items()}
            return [errors[number] if number in errors else next(places[number]) for number in numbers]

    def _complete(
        self,
        event: Event,
        check: Callable[[DecisionState, Event], None] | None,
        pending: dict[tuple[int, str], str],
        undone: set[int],
    ) -> Event:
        require_valid(event)
        if check is not None:
            check(self.state, event)
        if event.action == "undo":
            line = self.state.line(event.of)
            if line is None or line.action in ("undo", "settings", "sign"):
                raise UsageError(f"line {event.of} is nothing that can be undone", source=self.path)
            if line.who != event.who:
                raise UsageError(f"line {event.of} is by {line.who}, not by {event.who}", source=self.path)
            if line.n in self.state.undone or line.n in undone:
                raise UsageError(f"line {event.of} was undone already", source=self.path)
            undone.add(line.n)
            return dataclasses.replace(event, record=line.record, before=line.after, after=line.before)
        if event.action == "decide" and event.record is not None:
            key = (event.record, event.who)
            before = pending[key] if key in pending else self.state.verdict_of(*key)
            pending[key] = event.after
            return dataclasses.replace(event, before=before)
        return event

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            self.path.parent.mkdir(exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | files.BINARY, 0o660)
        except OSError as error:
            raise files.storage_error(error, self.path) from error
        try:
            with locked(descriptor):
                yield descriptor
        finally:
            os.close(descriptor)

    def _write(self, descriptor: int, content: bytes) -> None:
        size = os.fstat(descriptor).st_size
        try:
            if size > self._end:  # a line that a killed writer left without its end
                os.ftruncate(descriptor, self._end)
            left = memoryview(content)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
            if not self._end:
                files.flush_folder(self.path.parent)
                files.flush_folder(self.path.parent.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, self._end)
            raise files.storage_error(error, self.path) from error
        self._end += len(content)

    def _read(self, descriptor: int) -> int:
        """Read the whole lines after what is known; the caller holds the thread lock."""
        size = os.fstat(descriptor).st_size
        known = len(self._last) + 1
        if self._last and (
            size < self._end or files.read_at(descriptor, known, self._end - known) != self._last + b"\n"
        ):
            raise FileError("was changed, not only appended to, while it was in use", source=self.path)
        content = bytearray()
        while len(content) < size - self._end:
            block = files.read_at(descriptor, min(1 << 24, size - self._end - len(content)), self._end + len(content))
            if not block:
                break
            content += block
        whole = bytes(content[: content.rfind(b"\n") + 1])
        found = 0
        with self.reading:
            for line in whole.split(b"\n")[:-1]:
                found += self._take(line)
        return found

    def _take(self, line: bytes) -> int:
        number = len(self.state.events) + 1 + bool(self._last)
        said = parse(line, self.path, number)
        if not self._last:
            require_header(said, self.path, self.run_key)
        else:
            if said.get("previous") != chain.line_hash(self._last) or said.get("n") != len(self.state.events) + 1:
                raise broken(self.path, number, "does not follow from the line before")
            try:
                event = Event.read(said)
            except TypeError as error:
                raise broken(self.path, number, "is no decision") from error
            self.state.apply(event)
        self._end += len(line) + 1
        self._last = line
        return int(number > 1)


def parse(line: bytes, path: Path, number: int) -> dict[str, Any]:
    """Return a line as a mapping.

    Raises
    ------
    FileError
        If it is no JSON object.
    """
    try:
        said = _DECODER.decode(line.decode())
    except ValueError as error:
        raise broken(path, number, "is no line of a log of decisions") from error
    if not isinstance(said, dict):
        raise broken(path, number, "is no line of a log of decisions")
    return said


def broken(path: Path, number: int, problem: str) -> FileError:
    """Return the error of a line that cannot stand where it stands."""
    return FileError(
        problem, source=path, where=f"line {number}", expected="an unchanged log (`workbench review verify` says more)"
    )


def require_header(said: dict[str, Any], path: Path, run_key: str) -> None:
    """Check the first line of a log.

    Raises
    ------
    FileError
        If it is no log of this or an earlier version.
    RunError
        If the log belongs to another run.
    """
    if said.get("format") != chain.FORMAT:
        raise broken(path, 1, "is not the first line of a log of decisions")
    if not isinstance(said.get("version"), int) or said["version"] > chain.VERSION:
        raise FileError(
            f"has format version {said.get('version')!r}", source=path,
            expected=f"{chain.VERSION} or lower; a newer workbench opens it",
        )  # fmt: skip
    if said.get("run") != run_key:
        raise RunError("is the log of decisions on another run", source=path, expected=f"a log of run {run_key}")
