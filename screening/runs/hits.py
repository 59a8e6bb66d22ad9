"""The hit list: complete rows, in rank order."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from screening.engine import leftovers
from screening.runs.scores import SCORE_SCHEMA, require_run_file

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary
    from screening.runs.run import ScreenRun

#: A row of a hit list. `affinity` is in the unit `kind` says (-log10 molar, higher binds tighter), `lower` and
#: `upper` bound its 90 % interval; `nearest` names the most similar training compound and `similarity` is the
#: Tanimoto similarity to it; `known` says that the compound, a stereoisomer or a tautomer of it was trained on;
#: `id` is the identity key in hexadecimal; `source` and `number` are the file it was read from and its record
#: there, counted from 1; `record` counts the records of the whole library, from 0.
HIT_SCHEMA = pa.schema(
    [
        pa.field("rank", pa.int32(), nullable=False),
        pa.field("record", pa.int64(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("smiles", pa.string(), nullable=False),
        pa.field("affinity", pa.float32(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("lower", pa.float32(), nullable=False),
        pa.field("upper", pa.float32(), nullable=False),
        pa.field("in_domain", pa.bool_(), nullable=False),
        pa.field("nearest", pa.string(), nullable=False),
        pa.field("similarity", pa.float32(), nullable=False),
        pa.field("known", pa.bool_(), nullable=False),
        pa.field("flags", pa.list_(pa.string()), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("number", pa.int64(), nullable=False),
    ]
)

#: Flag of a compound that only the fast first stage of a model has scored.
FIRST_STAGE = "first stage"

#: Columns of a prepared library that a hit needs.
_DESCRIPTION = ["record", "name", "smiles", "flags", "source", "number"]
_BLOCK = 10_000
#: Memory that sorting a whole ranking takes; the rest lies on the disk.
MEMORY = "250MB"


def hit_table(scores: pa.Table, described: pa.Table, training: pa.Table, kind: str, first_rank: int = 1) -> pa.Table:
    """Return complete hit rows.

    Parameters
    ----------
    scores
        Rows of `SCORE_SCHEMA` in rank order.
    described
        The library's rows of the same compounds in the same order.
    training
        Training compounds of the model (`TRAINING_SCHEMA`).
    kind
        The affinity kind, such as ``"pKd"``.
    first_rank
        Rank of the first row.
    """
    count = scores.num_rows
    nearest = scores.column("nearest")
    named = pc.if_else(pc.less(nearest, 0), None, nearest)
    columns = {
        "rank": pa.array(np.arange(first_rank, first_rank + count, dtype=np.int32)),
        "id": pa.array([key.hex() for key in scores.column("identity").to_pylist()], pa.string()),
        "kind": pa.array([kind] * count, pa.string()),
        "nearest": pc.fill_null(training.column("name").take(named), ""),
    }
    for name in ("record", "affinity", "lower", "upper", "in_domain", "similarity", "known"):
        columns[name] = scores.column(name)
    for name in ("name", "smiles", "source", "number"):
        columns[name] = described.column(name)
    columns["flags"] = _flags(described.column("flags"), scores.column("full"))
    return pa.table([columns[field.name] for field in HIT_SCHEMA], schema=HIT_SCHEMA).combine_chunks()


def _flags(flags: pa.ChunkedArray, full: pa.ChunkedArray) -> pa.Array:
    """Return the library's flags, and one more for a number that is only the fast first stage's."""
    extended = [[*own, *([] if whole else [FIRST_STAGE])] for own, whole in zip(flags.to_pylist(), full.to_pylist())]
    return pa.array(extended, pa.list_(pa.string()))


def describe_records(library: PreparedLibrary, records: pa.Array) -> pa.Table:
    """Return the library's rows of these records, in their order; reads only the parts they lie in."""
    wanted: dict[int, list[int]] = {}
    firsts = first_records(library)
    for record in records.to_pylist():
        wanted.setdefault(bisect.bisect_right(firsts, record) - 1, []).append(record)
    found = []
    for position, members in sorted(wanted.items()):
        table = library.read_compounds(position, _DESCRIPTION)
        rows = pc.index_in(pa.array(sorted(members), pa.int64()), value_set=table.column("record"))
        found.append(table.take(rows))
    if not found:
        return (
            library.read_compounds(0, _DESCRIPTION).slice(0, 0)
            if library.parts
            else pa.schema([HIT_SCHEMA.field(name) for name in _DESCRIPTION]).empty_table()
        )
    table = pa.concat_tables(found)
    return table.take(pc.index_in(records, value_set=table.column("record"))).combine_chunks()


def first_records(library: PreparedLibrary) -> list[int]:
    """Return the number of the first record of each part of a library."""
    firsts, total = [], 0
    for part in library.parts:
        firsts.append(total)
        total += part.records
    return firsts


def ranking(run: ScreenRun, top: int | None = None) -> Iterator[pa.RecordBatch]:
    """Yield complete rows (`HIT_SCHEMA`) in rank order.

    Parameters
    ----------
    run
        A finished run.
    top
        How many; None yields every scored compound of the library, sorted on disk with a memory limit.

    Raises
    ------
    LibraryError
        If every row is asked for and the library is not there any more. A number of rows gives the kept ones then;
        `ScreenRun.without_library` tells.
    """
    kept = run.hits()
    if top is not None and (top <= kept.num_rows or kept.num_rows < run.plan.top or run.without_library(top)):
        yield from kept.slice(0, top).to_batches(max_chunksize=_BLOCK)
        return
    yield from _all_in_order(run, top)


def _all_in_order(run: ScreenRun, top: int | None) -> Iterator[pa.RecordBatch]:
    import tempfile

    import duckdb
    import pyarrow.dataset as ds

    library = run.library()
    _require_intact(run, library)
    scores = ds.dataset([str(path) for path in run.score_files()], schema=SCORE_SCHEMA, format="parquet")
    compounds = ds.dataset(
        [str(part.compounds) for part in library.parts],
        schema=library.read_compounds(0).schema,
        format="parquet",
    )
    scratch = f"{leftovers.SCRATCH}{leftovers.mark()}-"
    with tempfile.TemporaryDirectory(prefix=scratch, dir=_spill_folder(run.folder)) as spill:
        database = duckdb.connect(
            config={"memory_limit": MEMORY, "temp_directory": spill, "threads": 2, "preserve_insertion_order": False}
        )
        try:
            database.register("scores", scores)
            database.register("compounds", compounds)
            limit = "" if top is None else f"LIMIT {int(top)}"
            relation = database.sql(
                "SELECT s.record, s.identity, s.affinity, s.lower, s.upper, s.in_domain, s.nearest, s.similarity,"
                ' s.known, s."full", c.name, c.smiles, c.flags, c.source, c.number'
                " FROM scores s JOIN compounds c ON s.record = c.record"
                f' ORDER BY s."full" DESC, s.affinity DESC, s.identity ASC, s.record ASC {limit}'
            )
            training, rank = run.training(), 1
            # Named differently before DuckDB 1.4.
            name = "to_arrow_reader" if hasattr(relation, "to_arrow_reader") else "fetch_arrow_reader"
            for batch in getattr(relation, name)(_BLOCK):
                table = pa.Table.from_batches([batch])
                hits = hit_table(table, table, training, run.kind, rank)
                rank += hits.num_rows
                yield from hits.to_batches()
            # DuckDB reads by itself: nobody may have put other files there meanwhile. Else it costs nothing.
            _require_intact(run, library)
        finally:
            database.close()
    leftovers.sweep_in(run.folder)


def _require_intact(run: ScreenRun, library: PreparedLibrary) -> None:
    library.require_intact()
    for path in run.score_files():
        require_run_file(path)


def _spill_folder(folder: Path) -> Path | None:
    """Return the run folder if it can be written (its disk is the large one), else None for the system's."""
    import os

    return folder if os.access(folder, os.W_OK) else None
