"""The evidence rows that were on the screen, each kept once under its hash.

``evidence.jsonl`` beside the log: one JSON line for each different row that was decided on. A decision names the
SHA-256 of its row's line, so the log vouches for this file, and order and repeats in it do not matter.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from screening.engine import files
from screening.engine.lock import locked
from screening.runs.decisions.chain import line_hash

SNAPSHOTS = "evidence.jsonl"


def snapshot(row: Mapping[str, Any]) -> bytes:
    """Return an evidence row as the line that is hashed and kept: sorted keys, no NaN."""
    return json.dumps(_plain(row), sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        # The table holds 32-bit floats; seven digits are all they have.
        return float(f"{value:.7g}") if math.isfinite(value) else None
    return value if isinstance(value, (str, int, bool)) or value is None else str(value)


def evidence_hash(row: Mapping[str, Any]) -> str:
    """Return the hash under which a decision names the row."""
    return line_hash(snapshot(row))


class Snapshots:
    """The kept rows of one run."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / SNAPSHOTS
        self._known: set[str] = set()
        self._end = 0
        self._threads = threading.Lock()

    def keep(self, lines: Iterable[bytes]) -> None:
        """Write the lines that are not there yet and wait for the disk, before a decision names them.

        Raises
        ------
        StorageError
            If they cannot be written.
        """
        with self._threads:
            wanted = {line_hash(line): line for line in lines}
            if wanted.keys() <= self._known:
                return
            try:
                self.path.parent.mkdir(exist_ok=True)
                descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | files.BINARY, 0o660)
            except OSError as error:
                raise files.storage_error(error, self.path) from error
            try:
                with locked(descriptor):
                    self._read(descriptor)
                    fresh = [line for key, line in wanted.items() if key not in self._known]
                    if fresh:
                        self._write(descriptor, b"".join(line + b"\n" for line in fresh))
                        self._known.update(wanted)
            finally:
                os.close(descriptor)

    def _write(self, descriptor: int, content: bytes) -> None:
        try:
            os.ftruncate(descriptor, self._end)  # what a killed writer left of a line
            left = memoryview(content)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, self._end)
            raise files.storage_error(error, self.path) from error
        self._end += len(content)

    def _read(self, descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        content = files.read_at(descriptor, size - self._end, self._end) if size > self._end else b""
        whole = content[: content.rfind(b"\n") + 1]
        self._known.update(line_hash(line) for line in whole.split(b"\n")[:-1])
        self._end += len(whole)

    def rows(self) -> dict[str, bytes]:
        """Return every kept line under its hash; empty where there are none."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        return {line_hash(line): line for line in content.split(b"\n")[:-1]}
