"""How often a batch was begun and never finished.

A worker that dies leaves no word. What it leaves is the mark it made before it began: a file of one byte for
each attempt, removed when the batch is finished. A batch that was begun several times is suspected of killing
its worker and is isolated (see `screening.engine.isolation`). A run killed by its user counts as an attempt
too, which costs nothing but time: isolation gives the same bytes.
"""

from __future__ import annotations

import os
from pathlib import Path

from screening.engine import files

FOLDER = "attempts"


def _mark(folder: Path, index: int) -> Path:
    return folder / FOLDER / f"part-{index:06d}"


def begin(folder: Path, index: int) -> int:
    """Mark the beginning of an attempt at batch `index`; return how many were begun before and not finished.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full.
    """
    mark = _mark(folder, index)
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        with open(mark, "ab") as stream:
            before = os.fstat(stream.fileno()).st_size
            stream.write(b".")
    except OSError as error:
        raise files.storage_error(error, mark) from error
    return before


def finish(folder: Path, index: int) -> None:
    """Remove the mark of batch `index`: it is done, or it failed in a way that left a word."""
    try:
        _mark(folder, index).unlink(missing_ok=True)
    except OSError as error:
        raise files.storage_error(error, _mark(folder, index)) from error
