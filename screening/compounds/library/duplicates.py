"""Equal parents over a whole library, found with bounded memory.

The keys are spread over temporary files by their value, so that equal keys meet in the same file and each file fits
in memory; each is then sorted by itself. The first record of a key stays, the others are its duplicates.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import numpy as np

from screening.engine import files

#: Keys that are sorted in memory at once (about 60 bytes each).
KEYS_IN_MEMORY = 1_000_000

_MAX_FILES = 256
_ROW = np.dtype([("high", ">u8"), ("low", ">u8"), ("record", "<i8")])


class Duplicates:
    """Which records repeat an earlier one.

    Parameters
    ----------
    keys
        Blocks of (records, identities): int64 of shape (n,) and uint8 of shape (n, 16).
    expected
        About how many keys there will be.
    scratch
        Folder for temporary files; emptied first and removed when the object is closed.

    Notes
    -----
    A context manager. Memory does not depend on the number of keys up to 256 million of them.
    """

    def __init__(self, keys: Iterable[tuple[np.ndarray, np.ndarray]], *, expected: int, scratch: Path) -> None:
        self._scratch = scratch
        shutil.rmtree(scratch, ignore_errors=True)
        files.writable_folder(scratch)
        count = min(_MAX_FILES, max(1, -(-expected // KEYS_IN_MEMORY)))
        try:
            self._spread(keys, count)
            self._pairs = [self._settle(scratch / f"keys-{index}") for index in range(count)]
        except OSError as error:
            raise files.storage_error(error, scratch) from error
        self.total = sum(len(pairs) for pairs in self._pairs)

    def _spread(self, keys: Iterable[tuple[np.ndarray, np.ndarray]], count: int) -> None:
        with contextlib.ExitStack() as stack:
            sinks = [stack.enter_context(open(self._scratch / f"keys-{i}", "wb")) for i in range(count)]
            for records, identities in keys:
                rows = np.empty(len(records), _ROW)
                halves = np.ascontiguousarray(identities).view(">u8").reshape(-1, 2)
                rows["high"], rows["low"], rows["record"] = halves[:, 0], halves[:, 1], records
                bucket = (identities[:, 0].astype(np.int64) * count) // 256
                for index in range(count):
                    sinks[index].write(rows[bucket == index].tobytes())

    def _settle(self, path: Path) -> np.ndarray:
        rows = np.fromfile(path, _ROW)
        path.unlink()
        rows = rows[np.lexsort((rows["record"], rows["low"], rows["high"]))]
        repeated = np.zeros(len(rows), bool)
        same = (rows["high"][1:] == rows["high"][:-1]) & (rows["low"][1:] == rows["low"][:-1])
        repeated[1:] = same
        first = np.maximum.accumulate(np.where(repeated, 0, np.arange(len(rows))))
        pairs = np.stack([rows["record"][repeated], rows["record"][first[repeated]]], axis=1)
        pairs = pairs[np.argsort(pairs[:, 0], kind="stable")].astype(np.int64)
        if not len(pairs):
            return pairs
        target = path.with_name(path.name.replace("keys", "pairs"))
        pairs.tofile(target)
        return np.memmap(target, np.int64, mode="r", shape=pairs.shape)

    def between(self, start: int, stop: int) -> np.ndarray:
        """Return the pairs (record, first record with that key) for records from `start` to before `stop`.

        Returns
        -------
        ndarray
            int64, shape (n, 2), sorted by record.
        """
        found = []
        for pairs in self._pairs:
            low, high = np.searchsorted(pairs[:, 0], [start, stop])
            found.append(np.asarray(pairs[low:high]))
        joined = np.concatenate(found)
        return joined[np.argsort(joined[:, 0], kind="stable")]

    def __enter__(self) -> Duplicates:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pairs = []
        shutil.rmtree(self._scratch, ignore_errors=True)
