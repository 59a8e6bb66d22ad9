"""The best N of any number of score parts, one part in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from screening.runs.scores import RANK_ORDER, SCORE_SCHEMA


def top_scores(files: Iterable[Path], top: int) -> pa.Table:
    """Return the best `top` rows of all score files in rank order.

    Memory holds one part and the best so far; most of a part is dropped at sight, because its affinity is
    below the last of the best.
    """
    best = SCORE_SCHEMA.empty_table()
    for path in files:
        part = pq.read_table(path, schema=SCORE_SCHEMA)
        if best.num_rows == top:
            part = part.filter(pc.greater_equal(part.column("affinity"), best.column("affinity")[-1]))
        if part.num_rows:
            best = ranked(pa.concat_tables([best, part])).slice(0, top).combine_chunks()
    return best


def ranked(scores: pa.Table) -> pa.Table:
    """Return the rows in rank order: affinity falling, then identity key, then record."""
    return scores.take(pc.sort_indices(scores, sort_keys=RANK_ORDER))


def count_before(files: Iterable[Path], affinity: float, identity: bytes, record: int) -> int:
    """Return how many rows of all score files stand before this one in rank order."""
    before = 0
    for path in files:
        part = pq.read_table(path, columns=["affinity", "identity", "record"])
        value = pa.scalar(affinity, pa.float32())
        before += pc.sum(pc.greater(part.column("affinity"), value)).as_py() or 0
        ties = part.filter(pc.equal(part.column("affinity"), value))
        before += sum(
            (other, number) < (identity, record)
            for other, number in zip(ties.column("identity").to_pylist(), ties.column("record").to_pylist())
        )
    return before
