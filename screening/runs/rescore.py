"""The second stage of a cascade: the accurate model scores what the fast one put near the top.

Two pure functions run on workers: `rescore_batch` scores some of the library's compounds with the full model, and
`merge_batch` puts those numbers into a part of the first stage's scores.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from screening.engine.divisible import Tables
from screening.engine.ledger import RecordState
from screening.runs.score import bound_model, read_part, score_table
from screening.runs.scores import SCORE_SCHEMA


@dataclasses.dataclass(frozen=True)
class RescoreTask:
    """Compounds for the full model.

    Attributes
    ----------
    chosen
        For each library part they lie in: path and SHA-256 of its compounds, and their records, rising.
    model, model_key, sequence
        As in `screening.runs.score.ScoreTask`.
    """

    chosen: tuple[tuple[str, str, tuple[int, ...]], ...]
    model: str
    model_key: str
    sequence: str | None

    def __len__(self) -> int:
        return sum(len(records) for _, _, records in self.chosen)

    def piece(self, start: int, stop: int) -> RescoreTask:
        """Return the task of the compounds from `start` to before `stop`."""
        pieces, first = [], 0
        for path, sha256, records in self.chosen:
            wanted = records[max(start - first, 0) : max(stop - first, 0)]
            if wanted:
                pieces.append((path, sha256, wanted))
            first += len(records)
        return dataclasses.replace(self, chosen=tuple(pieces))

    def given_up(self, state: RecordState, reason: str) -> Tables:
        """Leave the compounds with the numbers of the first stage."""
        return {"scores": SCORE_SCHEMA.empty_table()}


def rescore_batch(task: RescoreTask) -> Tables:
    """Predict the chosen compounds with the full model; those it cannot predict are left out.

    Raises
    ------
    LibraryError, ModelError
        If the library or the model is no longer the one that was planned.
    """
    model = bound_model(task.model, task.model_key, task.sequence)
    rows = []
    for path, sha256, records in task.chosen:
        part = read_part(path, sha256)
        places = pc.index_in(pa.array(records, pa.int64()), value_set=part.column("record"))
        rows.append(part.take(places.drop_null()))  # a record may stand for nothing that could be prepared
    if not rows:
        return {"scores": SCORE_SCHEMA.empty_table()}
    scores, _ = score_table(model, pa.concat_tables(rows).combine_chunks(), model, full=True)
    return {"scores": scores}


@dataclasses.dataclass(frozen=True)
class MergeTask:
    """A part of the first stage's scores and the files of the second stage that may hold some of its compounds."""

    scores: tuple[str, str]
    second: tuple[str, ...]


def merge_batch(task: MergeTask) -> Tables:
    """Put the numbers of the second stage in the place of those of the first."""
    first = read_part(*task.scores)
    if not task.second or not first.num_rows:
        return {"scores": first}
    ends = pc.min_max(first.column("record")).as_py()
    inside = (pc.field("record") >= ends["min"]) & (pc.field("record") <= ends["max"])
    second = pa.concat_tables([pq.read_table(Path(path), filters=inside) for path in task.second])
    kept = first.filter(pc.invert(pc.is_in(first.column("record"), value_set=second.column("record"))))
    merged = pa.concat_tables([kept.cast(SCORE_SCHEMA), second.cast(SCORE_SCHEMA)])
    return {"scores": merged.sort_by("record").combine_chunks()}
