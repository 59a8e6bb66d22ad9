"""The best N of any number of score parts, one part in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from screening.runs.scores import RANK_ORDER, SCORE_SCHEMA, read_run_file


def top_scores(files: Iterable[Path], top: int) -> pa.Table:
    """Return the best `top` rows of all score files in rank order.

    Memory holds one part and at most three times `top` rows; most of a part is dropped at sight, because it stands
    behind the last of the best.
    """
    best = SCORE_SCHEMA.empty_table()
    waiting: list[pa.Table] = []
    rows, last = 0, None
    for path in files:
        part = read_run_file(path)
        if last is not None:
            part = part.filter(_may_precede(part, last))
        if part.num_rows:
            waiting.append(part)
            rows += part.num_rows
        if rows >= 2 * top:
            best = _best([best, *waiting], top)
            waiting, rows = [], 0
            last = best.slice(top - 1, 1).to_pylist()[0] if best.num_rows == top else None
    return _best([best, *waiting], top)


def _may_precede(part: pa.Table, last: dict[str, Any]) -> pa.ChunkedArray:
    """Return which rows may stand before a row: all that are not surely behind it."""
    close = pc.greater_equal(part.column("affinity"), pa.scalar(last["affinity"], pa.float32()))
    full = part.column("full")
    return pc.and_(full, close) if last["full"] else pc.or_(full, close)


def _best(tables: list[pa.Table], top: int) -> pa.Table:
    return ranked(pa.concat_tables(tables)).slice(0, top).combine_chunks()


def ranked(scores: pa.Table) -> pa.Table:
    """Return the rows in rank order: affinity falling, then identity key, then record."""
    return scores.take(pc.sort_indices(scores, sort_keys=RANK_ORDER))


def count_before(files: Iterable[Path], affinity: float, identity: bytes, record: int, full: bool = True) -> int:
    """Return how many rows of all score files stand before this one in rank order."""
    before = 0
    value = pa.scalar(affinity, pa.float32())
    for path in files:
        part = read_run_file(path, columns=["affinity", "identity", "record", "full"])
        if not full:
            before += pc.sum(part.column("full")).as_py() or 0
        part = part.filter(pc.equal(part.column("full"), full))
        before += pc.sum(pc.greater(part.column("affinity"), value)).as_py() or 0
        ties = part.filter(pc.equal(part.column("affinity"), value))
        before += sum(
            (other, number) < (identity, record)
            for other, number in zip(ties.column("identity").to_pylist(), ties.column("record").to_pylist())
        )
    return before
