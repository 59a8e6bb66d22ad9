"""Which compounds of a run an export takes: the best, all, or what was decided."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from screening.errors import UsageError
from screening.runs.decisions.decide import open_log
from screening.runs.evidence.rows import rows_of
from screening.runs.evidence.table import STREAMED, evidence, evidence_batches, evidence_schema
from screening.runs.hits import HIT_SCHEMA, ranking
from screening.runs.run import ScreenRun

#: Rows up to which an export holds all evidence unless columns are chosen; beyond, what is cheap to work out.
WITH_ALL_EVIDENCE = 1000
#: What `only` can ask for, and the verdict it means; or ``list NAME``.
VERDICTS = {"accepted": "accept", "held": "hold", "rejected": "reject", "disputed": "disputed"}
LIST = "list"
EXPECTED = "accepted, held, rejected, disputed or list NAME"


def chosen_records(run: ScreenRun, only: str) -> list[int]:
    """Return the records that were decided so, or that are on a list, in rank order.

    Parameters
    ----------
    run
        A finished run.
    only
        A key of `VERDICTS`, or ``"list NAME"``.

    Raises
    ------
    UsageError
        If `only` is something else, nothing was decided so, or there is no such list.
    """
    word, _, name = only.strip().replace(":", " ", 1).partition(" ")
    state = open_log(run).state
    if word == LIST and name.strip():
        lists = state.lists()
        if name.strip() not in lists:
            raise UsageError(
                f"there is no list {name.strip()!r}", source=run.folder,
                expected=", ".join(sorted(lists)) or "a list made in the review",
            )  # fmt: skip
        found = list(lists[name.strip()])
    elif word in VERDICTS and not name:
        found = [record for record, verdict in state.decided().items() if verdict == VERDICTS[word]]
        if not found:
            raise UsageError(
                f"no hit of this run is {word}", source=run.folder,
                expected="decisions, made with `workbench review`",
            )  # fmt: skip
    else:
        raise UsageError(f"{only!r} is nothing that hits can be chosen by", expected=EXPECTED)
    hits = rows_of(run, found).hits
    return [
        int(record) for record in hits.take(pc.sort_indices(hits, [("rank", "ascending")])).column("record").to_pylist()
    ]


def chosen_rows(
    run: ScreenRun, *, top: int | None, only: str | None = None, columns: list[str] | None = None
) -> tuple[pa.Schema, Iterator[pa.RecordBatch], list[int] | None]:
    """Return schema, rows in rank order, and the records if they are few.

    Parameters
    ----------
    run
        A finished run.
    top
        How many; None for every scored compound, which come with the columns of ``HIT_SCHEMA`` unless `columns` asks
        for others.
    only
        See `chosen_records`.
    columns
        Columns or blocks of evidence. By default all for up to `WITH_ALL_EVIDENCE` rows, and beyond those that are
        cheap to work out (`screening.runs.evidence.table.STREAMED`).

    Raises
    ------
    UsageError
        If there is no such column, or as `chosen_records`.
    RunError, LibraryError
        If the run is not finished, or its library is needed and gone.
    """
    if only is None and top is None:
        rows = ranking(run, None) if columns is None else evidence_batches(run, top=None, columns=columns)
        schema = HIT_SCHEMA if columns is None else evidence_schema(run, columns)
        return schema, rows, None
    if only is None and top is not None and top > WITH_ALL_EVIDENCE:
        wanted = list(STREAMED) if columns is None else columns
        schema = evidence_schema(run, wanted)
        return schema, evidence_batches(run, top=top, columns=wanted), run.hits().column("record").to_pylist()[:top]
    records = None if only is None else chosen_records(run, only)[:top]
    table = evidence(run, records, top=top if records is None else None, columns=columns)
    if records is None and "record" in table.schema.names:
        records = table.column("record").to_pylist()
    return table.schema, iter(table.to_batches()), records
