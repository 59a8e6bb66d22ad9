"""All evidence on compounds of a run as one Arrow table."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import pyarrow as pa

from screening.errors import UsageError
from screening.runs import hits
from screening.runs.evidence.catalog import EVIDENCE, Block
from screening.runs.evidence.column import EvidenceColumn, column_of
from screening.runs.evidence.rows import EvidenceRows, rows_of
from screening.runs.run import ScreenRun

#: Columns that are cheap enough for every compound of a library.
STREAMED = tuple(name for block in EVIDENCE.values() for name in block.streams)
#: Rows worked out at a time: each has a molecule and a fingerprint in memory meanwhile.
_ROWS = 2_000


def evidence(
    run: ScreenRun,
    records: Sequence[int] | None = None,
    *,
    top: int | None = None,
    columns: Sequence[str] | None = None,
) -> pa.Table:
    """Return what is known about compounds of a run.

    Parameters
    ----------
    run
        A finished run.
    records
        Records of the library (the column ``record``), scored, in the order of the table; instead of `top`.
    top
        The best so many; all kept hits by default.
    columns
        Names of columns or of blocks (`screening.runs.evidence.catalog.EVIDENCE`); all by default. Blocks that no
        column is asked of are not worked out.

    Returns
    -------
    pyarrow.Table
        One row a compound. The metadata of each field says title, unit, decimals, direction and group
        (`screening.runs.evidence.column.column_of`).

    Raises
    ------
    UsageError
        If there is no such column, or a record was not scored.
    RunError
        If the run is not finished.
    LibraryError
        If compounds beyond the kept hits are asked for and the library is not there any more.
    """
    if records is not None:
        rows = rows_of(run, records)
    else:
        batches = list(hits.ranking(run, run.hits().num_rows if top is None else top))
        rows = EvidenceRows(run, pa.Table.from_batches(batches, schema=hits.HIT_SCHEMA))
    return _filled(rows, columns)


def evidence_batches(
    run: ScreenRun, *, top: int | None = None, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield the same batch by batch, for any number of compounds; every compound of the library if `top` is None.

    Without `columns` only those are worked out that are cheap enough for a whole library (`STREAMED`).

    Raises
    ------
    As `evidence`.
    """
    wanted = STREAMED if columns is None else columns
    for batch in hits.ranking(run, top):
        for first in range(0, batch.num_rows, _ROWS):
            some = pa.Table.from_batches([batch.slice(first, _ROWS)], schema=hits.HIT_SCHEMA)
            yield from _filled(EvidenceRows(run, some), wanted).combine_chunks().to_batches()


def evidence_schema(run: ScreenRun, columns: Sequence[str] | None = None) -> pa.Schema:
    """Return the schema that `evidence` gives for these columns."""
    return _filled(EvidenceRows(run, hits.HIT_SCHEMA.empty_table()), columns).schema


def score_columns(table: pa.Table) -> list[EvidenceColumn]:
    """Return the columns a table may be ranked by: those whose direction is known."""
    found = [column_of(field) for field in table.schema]
    return [column for column in found if column.higher_is_better is not None]


def ranked_by(table: pa.Table, name: str) -> pa.Table:
    """Return the table with its best rows by a column first; rows without a value last, ties by rank.

    Raises
    ------
    UsageError
        If there is no such column, or it is not known whether a higher number is better.
    """
    import pyarrow.compute as pc

    if name not in table.schema.names:
        raise UsageError(f"there is no column {name!r}", expected=f"one of {', '.join(table.schema.names)}")
    column = column_of(table.schema.field(name))
    if column.higher_is_better is None:
        allowed = ", ".join(one.name for one in score_columns(table))
        raise UsageError(
            f"{name} says nothing of which way is better, so it ranks nothing", expected=f"one of {allowed}"
        )
    order = "descending" if column.higher_is_better else "ascending"
    keys = [(name, order), *([("rank", "ascending")] if "rank" in table.schema.names else [])]
    return table.take(pc.sort_indices(table, sort_keys=keys))


def _filled(rows: EvidenceRows, columns: Sequence[str] | None) -> pa.Table:
    wanted = None if columns is None else list(dict.fromkeys(columns))
    if wanted is not None:
        whole = [one for name, block in EVIDENCE.items() if name in wanted for one in block.names]
        rows = dataclasses.replace(rows, wanted=frozenset([*wanted, *whole]))
    found: dict[str, tuple[EvidenceColumn, pa.Array]] = {}
    asked: dict[str, list[str]] = {}
    for name, block in EVIDENCE.items():
        if wanted is not None and not _needed(name, block, wanted):
            continue
        filled = block.columns(rows)
        for column, values in filled:
            if column.name in found:  # an input column may have the name of one of ours
                column = EvidenceColumn(**{**column.__dict__, "name": f"{name}_{column.name}"})
            found[column.name] = (column, values)
            asked.setdefault(name, []).append(column.name)
    names = list(found)
    if wanted is not None:
        missing = [name for name in wanted if name not in found and name not in EVIDENCE]
        # Efficiencies of a model of probabilities, say: a column of a block that this run does not have.
        known = {name for block in EVIDENCE.values() for name in block.names}
        strange = [name for name in missing if name not in known]
        if strange:
            raise UsageError(
                f"there is no column {strange[0]!r}", expected=f"one of {', '.join([*EVIDENCE, *sorted(known)])}"
            )
        names = list(dict.fromkeys(one for name in wanted for one in asked.get(name, [name]) if one in found))
    schema = pa.schema([found[name][0].field() for name in names])
    arrays = [pa.array(found[name][1], found[name][0].type) for name in names]
    return pa.Table.from_arrays(arrays, schema=schema)


def _needed(name: str, block: Block, wanted: Sequence[str]) -> bool:
    if name in wanted or any(one in wanted for one in block.names):
        return True
    known = {one for other in EVIDENCE.values() for one in other.names} | set(EVIDENCE)
    return not block.names and any(one not in known for one in wanted)
