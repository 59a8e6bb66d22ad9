"""Run a matrix screen: batches to workers, parts to disk, the best to the hit list."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.engine import files, ledger, parts
from screening.engine.batches import Batch
from screening.engine.limits import Limits
from screening.engine.lock import folder_lock
from screening.engine.progress import OnProgress
from screening.engine.read_part import seal
from screening.errors import LibraryError, RunMismatchError
from screening.features.library_features import features_of
from screening.provenance import Manifest, content_key
from screening.runs import journal
from screening.runs.batching import divided, slices_of, work_batches
from screening.runs.hits import describe_records
from screening.runs.matrix.matrix_run import (
    HITS,
    MANIFEST,
    MARK,
    PLAN,
    SCORES,
    TRAINING,
    MatrixRun,
    hit_rows,
    open_matrix,
)
from screening.runs.matrix.plan import MatrixPlan, loaded, uses_features
from screening.runs.matrix.score_rows import MatrixTask, row_schema, score_rows
from screening.runs.run_folder import SUMMARY
from screening.runs.scores import read_run_file

if TYPE_CHECKING:
    from distributed import Client

_RANK_ORDER = [("rank_value", "descending"), ("identity", "ascending"), ("record", "ascending")]


def run_matrix(
    plan: MatrixPlan,
    out: str | os.PathLike[str],
    *,
    client: Client | None = None,
    on_progress: OnProgress | None = None,
    limits: Limits | None = None,
) -> MatrixRun:
    """Screen the library of a plan for all its columns into a run folder, or go on where it stopped.

    The same plan gives the same bytes in ``hits.parquet``, whatever the batch size, the number of workers, and
    however often it was killed on the way. Every compound is scored with every model in full.

    Parameters
    ----------
    plan
        See `screening.runs.matrix.plan.plan_matrix`.
    out
        The run folder; made if it is not there.
    client
        Dask client; None works in this process.
    on_progress
        Called with the records done and the counts per ledger state.
    limits
        What a batch and a record may cost.

    Raises
    ------
    RunMismatchError
        If `out` holds something else, or a matrix of another plan.
    RunLockedError
        If another process is working in it.
    StorageError
        If it cannot be written or the disk is full.
    LibraryError, ModelError
        If the library or a model is not the planned one any more.
    """
    folder = Path(out).absolute()
    _require_ours(plan, folder)
    library = _library(plan)
    with folder_lock(folder), journal.journal(folder) as log:
        _begin(plan, folder, library)
        batches = divided(library)
        log.info(
            "key %s: %d records in %d batches, %d columns; %s",
            plan.key[:12], library.records, len(batches), len(plan.columns), journal.place(client),
        )  # fmt: skip
        features = features_of(library) if uses_features(plan) else None
        tasks = (
            Batch(
                part.index, MatrixTask(slices_of(library, part, features), plan.columns, plan.at_primary, plan.rank_by)
            )
            for part in batches
        )
        counts = work_batches(
            score_rows, tasks, folder, library.records, client=client, limits=limits, on_progress=on_progress, log=log
        )
        ledger.require_balance(counts, library.records, str(folder))
        _merge(plan, folder, library, counts)
        files.sweep(folder)
        log.info("finished: %s", json.dumps(counts, sort_keys=True))
    return open_matrix(folder)


def _require_ours(plan: MatrixPlan, folder: Path) -> None:
    path = folder / PLAN
    if path.is_file():
        text = path.read_text("utf-8")
        if MARK not in text:
            raise RunMismatchError("holds another run", source=folder, expected="an empty folder or a matrix")
        plan.require_same(MatrixPlan.from_json(text, path), folder)
    elif (folder / parts.RECEIPTS).exists():
        raise RunMismatchError(f"holds results but no {PLAN}", source=folder, expected="an empty folder or a matrix")


def _library(plan: MatrixPlan) -> PreparedLibrary:
    library = open_library(Path(plan.library))
    if library.key != plan.library_key:
        raise LibraryError(
            "has changed since the matrix was planned", source=plan.library,
            expected=f"the library with key {plan.library_key[:12]}",
        )  # fmt: skip
    if not library.counts.get(ledger.RecordState.READY):
        raise LibraryError("has nothing to screen", source=plan.library, expected="at least one compound")
    return library


def _begin(plan: MatrixPlan, folder: Path, library: PreparedLibrary) -> None:
    """Write plan, manifest and training compounds; drop parts made from another division of the same library."""
    layout = content_key([part.records for part in divided(library)])
    manifest = folder / MANIFEST
    if (folder / PLAN).is_file() and manifest.is_file():
        try:
            old = Manifest.from_json(manifest.read_text("utf-8")).inputs["library"]["parts"]
        except (OSError, ValueError, TypeError, KeyError):
            old = ""
        if old == layout:
            return
        for name in (SCORES, "ledger", parts.RECEIPTS):
            shutil.rmtree(folder / name, ignore_errors=True)
    inputs = {"library": {"path": plan.library, "key": plan.library_key, "parts": layout}}
    for column in plan.columns:
        inputs[f"column {column.name}"] = {
            "model": column.model, "key": column.model_key, "target": column.path or column.target or "",
            "sha256": column.sha256 or "",
        }  # fmt: skip
    files.write_bytes(folder / TRAINING, parts.table_bytes(_training(plan)))
    files.write_text(manifest, Manifest.now(plan.key, inputs=inputs).to_json())
    files.write_text(folder / PLAN, plan.to_json())


def _training(plan: MatrixPlan) -> pa.Table:
    """Return names and structures of the training compounds of every model, which hits name as their nearest."""
    tables = []
    for number, folder in enumerate(plan.models):
        training = loaded(folder).training
        count = len(training)
        columns = {"model": pa.array([number] * count, pa.int32()), "name": training.names, "smiles": training.smiles}
        tables.append(pa.table(columns))
    return pa.concat_tables(tables).combine_chunks()


def _merge(plan: MatrixPlan, folder: Path, library: PreparedLibrary, counts: dict[str, int]) -> None:
    """Write the hit list, and the summary last: a matrix with a summary is finished."""
    paths = [folder / SCORES / parts.part_name(part.index) for part in divided(library)]
    best = _best(paths, plan)
    described = describe_records(library, best.column("record").combine_chunks())
    hits = parts.table_bytes(hit_rows(best, described))
    facts = {
        "counts": counts,
        "records": library.records,
        "parts": len(paths),
        "columns": len(plan.columns),
        "hits": hashlib.sha256(hits).hexdigest(),
        "seal": seal(parts.receipts(folder)),
    }
    (folder / SUMMARY).unlink(missing_ok=True)
    files.write_bytes(folder / HITS, hits)
    files.write_text(folder / SUMMARY, json.dumps(facts, indent=2, sort_keys=True) + "\n")


def _best(paths: Iterable[Path], plan: MatrixPlan) -> pa.Table:
    """Return the best rows of all parts in rank order; a row without the number that ranks is none of them."""
    best = row_schema(len(plan.columns), len(plan.models)).empty_table()
    for path in paths:
        part = read_run_file(path)
        part = part.filter(pc.is_valid(part.column("rank_value")))
        if best.num_rows == plan.top:
            least = best.column("rank_value")[plan.top - 1]
            part = part.filter(pc.greater_equal(part.column("rank_value"), least))
        if part.num_rows:
            both = pa.concat_tables([best, part])
            best = both.take(pc.sort_indices(both, sort_keys=_RANK_ORDER)[: plan.top]).combine_chunks()
    return best
