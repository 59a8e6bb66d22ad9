"""Run a screen: batches to workers, parts to disk, the best to the hit list."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.engine import files, ledger, parts
from screening.engine.limits import Limits
from screening.engine.lock import folder_lock
from screening.engine.progress import OnProgress
from screening.engine.read_part import seal
from screening.errors import FileError, LibraryError, RunMismatchError
from screening.models.affinity import AffinityModel
from screening.models.stand_in import StandIn
from screening.provenance import Manifest, content_key, file_sha256
from screening.runs import journal
from screening.runs.batching import batch_of, divided, work_batches
from screening.runs.fit_stand_in import LEARNING, STAND_IN, learn
from screening.runs.hits import describe_records, hit_table
from screening.runs.plan import ScreenPlan, planned_features
from screening.runs.run import (
    HITS,
    LEDGER,
    MANIFEST,
    PLAN,
    SCORES,
    TRAINING,
    ScreenRun,
    open_run,
)
from screening.runs.run_folder import SUMMARY
from screening.runs.score import bound_model, first_stage, score_batch
from screening.runs.scores import MATCHED, MEASURED_OF, TRAINING_SCHEMA
from screening.runs.top_scores import top_scores

if TYPE_CHECKING:
    from distributed import Client


def run_screen(
    plan: ScreenPlan,
    out: str | os.PathLike[str],
    *,
    client: Client | None = None,
    on_progress: OnProgress | None = None,
    limits: Limits | None = None,
) -> ScreenRun:
    """Screen the library of a plan into a run directory, or go on where it stopped.

    The same plan gives the same bytes in ``hits.parquet``, whatever the batch size, the number of workers, and
    however often it was killed on the way.

    Parameters
    ----------
    plan
        What to screen; see `screening.runs.plan.plan_screen`.
    out
        The run directory; made if it is not there. Workers must see it, the library and the model under the
        same paths.
    client
        Dask client; None works in this process.
    on_progress
        Called with the records done and the counts per ledger state.
    limits
        What a batch and a record may cost.

    Raises
    ------
    RunMismatchError
        If `out` holds a run of another plan.
    RunLockedError
        If another process is working in it.
    StorageError
        If it cannot be written or the disk is full.
    LibraryError, ModelError
        If the library or the model is not the planned one any more.
    """
    folder = Path(out).absolute()
    plan = _planned(plan, folder)
    library = _library(plan)
    if not library.counts.get(ledger.RecordState.READY):
        states = ", ".join(f"{count:,} {state}" for state, count in sorted(library.counts.items())) or "no records"
        raise LibraryError(f"has nothing to screen ({states})", source=plan.library, expected="at least one compound")
    model = bound_model(plan.model, plan.model_key, plan.sequence)
    with folder_lock(folder), journal.journal(folder) as log:
        plan = _planned(plan, folder)
        _begin(plan, folder, library)
        files.write_bytes(folder / TRAINING, _training(model))
        log.info(
            "key %s: %d records in %d batches; %s",
            plan.key[:12],
            library.records,
            len(divided(library)),
            journal.place(client),
        )
        features = planned_features(plan, library)
        learnt = None
        if first_stage(model) is not None:
            learnt = learn(
                plan, folder, library, model, features, client=client, on_progress=on_progress, limits=limits
            )
        stand_in = None
        if learnt is not None:
            stand_in = (str(folder / STAND_IN), learnt[1])
            log.info(
                "the full model scores what a fast one puts at %.3f or more, %.1f %% of a sample; recall expected %.3f",
                learnt[0].threshold,
                100 * learnt[0].keep,
                learnt[0].recall,
            )
        tasks = (batch_of(plan, library, part, features, stand_in) for part in divided(library))
        counts = work_batches(
            score_batch, tasks, folder, library.records, client=client, limits=limits, on_progress=on_progress, log=log
        )
        ledger.require_balance(counts, library.records, str(folder))
        score_files = [folder / SCORES / parts.part_name(part.index) for part in divided(library)]
        _merge(plan, folder, library, str(model.kind), counts, score_files, None if learnt is None else learnt[0])
        files.sweep(folder)
        log.info("finished: %s", json.dumps(counts, sort_keys=True))
    return open_run(folder)


def _planned(plan: ScreenPlan, folder: Path) -> ScreenPlan:
    """Return the plan as the run in the folder, if there is one, was begun with it; refuse a run of another plan."""
    path = folder / PLAN
    if path.is_file():
        begun = ScreenPlan.from_json(path.read_text("utf-8"), path)
        plan = plan.as_begun(begun)
        plan.require_same(begun, folder)
    elif (folder / HITS).exists() or (folder / parts.RECEIPTS).exists():
        raise RunMismatchError(f"holds results but no {PLAN}", source=folder, expected="an empty folder or a run")
    return plan


def _library(plan: ScreenPlan) -> PreparedLibrary:
    library = open_library(Path(plan.library))
    if library.key != plan.library_key:
        raise LibraryError(
            "has changed since the run was planned",
            source=plan.library,
            expected=f"the library with key {plan.library_key[:12]}",
        )
    return library


def _begin(plan: ScreenPlan, folder: Path, library: PreparedLibrary) -> None:
    """Write the plan and the manifest; drop parts that were made from another division of the same library."""
    layout = content_key([part.records for part in divided(library)])
    manifest = folder / MANIFEST
    if (folder / PLAN).is_file() and manifest.is_file():
        try:
            old = Manifest.from_json(manifest.read_text("utf-8")).inputs["library"]["parts"]
        except (OSError, ValueError, TypeError, KeyError):
            old = ""
        if old == layout:
            return
        for name in (SCORES, LEDGER, parts.RECEIPTS, LEARNING):
            shutil.rmtree(folder / name, ignore_errors=True)
    inputs = {
        "library": {"path": plan.library, "key": plan.library_key, "parts": layout},
        "model": {"path": plan.model, "key": plan.model_key},
    }
    if plan.target is not None:
        inputs["target"] = {"path": plan.target, "sha256": plan.target_sha256 or ""}
    files.write_text(manifest, Manifest.now(plan.key, seed=plan.seed, inputs=inputs).to_json())
    files.write_text(folder / PLAN, plan.to_json())


def _training(model: AffinityModel) -> bytes:
    values, limits = model.measured_values()
    columns = [
        pa.array(model.training_names, pa.string()),
        pa.array(model.training_identities, pa.binary(16)),
        pa.array(model.training_smiles, pa.string()),
        pa.array(values, pa.float32(), mask=~np.isfinite(values)),
        pa.array(limits, pa.int8()),
    ]
    said = {MEASURED_OF: getattr(model, "measured_of", ""), MATCHED: getattr(model, "matched", "")}
    schema = TRAINING_SCHEMA.with_metadata({name: text for name, text in said.items() if text} or None)
    return parts.table_bytes(pa.table(columns, schema=schema))


def _merge(
    plan: ScreenPlan,
    folder: Path,
    library: PreparedLibrary,
    kind: str,
    counts: dict[str, int],
    score_files: list[Path],
    stand_in: StandIn | None,
) -> None:
    """Write the hit list, and the summary last: a run with a summary is finished."""
    best = top_scores(score_files, plan.top)
    described = describe_records(library, best.column("record").combine_chunks())
    training = pq.read_table(folder / TRAINING)
    hits = parts.table_bytes(hit_table(best, described, training, kind))
    facts = {
        "counts": counts,
        "records": library.records,
        "parts": len(divided(library)),
        "kind": kind,
        "stages": 1 if stand_in is None else 2,
        "stand_in": None if stand_in is None else stand_in.facts(),
        "hits": hashlib.sha256(hits).hexdigest(),
        "training": file_sha256(folder / TRAINING),
        "seal": seal(parts.receipts(folder)),
    }
    summary = (json.dumps(facts, indent=2, sort_keys=True) + "\n").encode()
    if _as_written(folder / HITS, hits) and _as_written(folder / SUMMARY, summary):
        return
    (folder / SUMMARY).unlink(missing_ok=True)
    files.write_bytes(folder / HITS, hits)
    files.write_bytes(folder / SUMMARY, summary)


def _as_written(path: Path, content: bytes) -> bool:
    try:
        return file_sha256(path) == hashlib.sha256(content).hexdigest()
    except FileError:
        return False
