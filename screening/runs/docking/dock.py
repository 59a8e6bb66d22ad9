"""Dock the best hits of a screen, or a whole library by structure alone."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute

from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.engine import files, ledger, parts
from screening.engine.batches import Batch
from screening.engine.limits import Limits
from screening.engine.lock import LOCK_NAME, folder_lock
from screening.engine.progress import OnProgress
from screening.engine.read_part import read_part
from screening.errors import RunMismatchError, UsageError
from screening.poses.engines.catalog import engine_named
from screening.poses.engines.engine import require_seed
from screening.provenance import Manifest, file_sha256
from screening.runs import journal
from screening.runs.batching import work_batches
from screening.runs.docking.docking import DOCKED, LAYER, PLAN, RECEPTOR, REPORT, Docking, open_docking
from screening.runs.docking.docking_batches import POSES, DockRecord, DockTask, dock_batch, receptor_of
from screening.runs.docking.docking_plan import DEFAULT_POSES, DEFAULT_TIME_LIMIT, DockingPlan
from screening.runs.journal import LOG
from screening.runs.run import MANIFEST, ScreenRun
from screening.runs.run import PLAN as SCREEN_PLAN
from screening.runs.run_folder import SUMMARY

if TYPE_CHECKING:
    from distributed import Client

#: Records of one batch: some minutes of work, so that little is lost when a worker dies.
HITS_PER_BATCH, RECORDS_PER_BATCH = 2, 16
#: Seconds a batch may take beside those of its ligands: starting a process, preparing the receptor, checks.
_EXTRA_SECONDS = 300.0
#: Columns of the best pose of each record; those of `POSE_SCHEMA` without coordinates.
_DOCKED_COLUMNS = (
    "record", "name", "smiles", "state", "origin", "score", "score_name", "score_unit", "score_higher_is_better",
    "probability_2A", "ranking_score", "scores", "checks", "interactions",
)  # fmt: skip


def dock_run(
    run: ScreenRun,
    top: int = 100,
    *,
    target: str | os.PathLike[str] | None = None,
    site: str | None = None,
    engine: str | None = None,
    seed: int = 1,
    poses: int = DEFAULT_POSES,
    time_limit: float = DEFAULT_TIME_LIMIT,
    quick: bool = False,
    client: Client | None = None,
    on_progress: OnProgress | None = None,
    limits: Limits | None = None,
) -> Docking:
    """Dock the best `top` hits of a finished screen into the site of its target.

    Killed at any instant and started again with the same arguments it ends with the same bytes. With a larger `top`
    it docks the further hits; with a smaller one there is nothing to do. A full search takes the place of a quick one
    with the same settings.

    Parameters
    ----------
    run
        The run; its hit list says what is docked, in rank order.
    top
        How many hits.
    target, site
        Structure file and site (``"ligand ADN"``); those of the screen's plan where they are None.
    engine, seed, poses
        Docking engine (None: the first that can be used here), its seed, and poses kept of each hit.
    time_limit
        Seconds a ligand may take.
    quick
        Search for a third of the time: misses poses that the full search finds, for a first look only.
    client
        Dask client; None works in this process.
    on_progress
        Called with the records done and the counts per ledger state.
    limits
        What a batch may cost.

    Raises
    ------
    UsageError
        If neither the arguments nor the plan name a target and a site.
    RunMismatchError
        If the run holds poses of another plan.
    RunError, RunLockedError, StorageError, MissingExtraError and those of `prepare_receptor`
        See there.
    """
    hits = run.hits()
    structure = os.fspath(target) if target is not None else run.plan.target
    where = site if site is not None else run.plan.site
    if structure is None or where is None:
        lacking = "a target" if structure is None else "a site"
        raise UsageError(
            f"the run was planned without {lacking}", source=run.folder, expected=f"{lacking} to dock into"
        )
    plan = _plan(
        structure, where, run.plan.library, run.plan.library_key, engine, seed, poses, time_limit,
        run_key=run.plan.key, top=min(top, hits.num_rows), quick=quick,
    )  # fmt: skip
    wanted = hits.slice(0, plan.top)
    columns = ["record", "source", "number", "name", "smiles"]
    records = (
        DockRecord(**row, input=row["smiles"], state="ready", stage="", reason="")
        for row in wanted.select(columns).to_pylist()
    )
    return _dock(
        plan, run.folder, records, wanted.num_rows, HITS_PER_BATCH, by_score=False, client=client,
        on_progress=on_progress, limits=limits,
    )  # fmt: skip


def dock_library(
    target: str | os.PathLike[str],
    site: str,
    library: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    engine: str | None = None,
    seed: int = 1,
    poses: int = DEFAULT_POSES,
    time_limit: float = DEFAULT_TIME_LIMIT,
    quick: bool = False,
    client: Client | None = None,
    on_progress: OnProgress | None = None,
    limits: Limits | None = None,
) -> Docking:
    """Dock every ready compound of a prepared library into a site, without a model.

    Every record of the library ends in one state of the layer's ledger. The parameters and errors are those of
    `dock_run`; `out` is the run folder, whose ``poses`` the layer is.
    """
    prepared = open_library(Path(library))
    folder = Path(out).absolute()
    if (folder / SCREEN_PLAN).is_file():
        raise RunMismatchError("holds a screen", source=folder, expected="a folder of its own")
    plan = _plan(
        os.fspath(target), site, os.fspath(Path(library).absolute()), prepared.key, engine, seed, poses, time_limit,
        quick=quick,
    )  # fmt: skip
    return _dock(
        plan, folder, _library_records(prepared), prepared.records, RECORDS_PER_BATCH, by_score=True, client=client,
        on_progress=on_progress, limits=limits,
    )  # fmt: skip


def _plan(
    target: str,
    site: str,
    library: str,
    library_key: str,
    engine: str | None,
    seed: int,
    poses: int,
    time_limit: float,
    *,
    run_key: str | None = None,
    top: int | None = None,
    quick: bool = False,
) -> DockingPlan:
    chosen = engine_named(engine)
    path = os.fspath(Path(target).absolute())
    sha256 = file_sha256(path)
    receptor = receptor_of(path, sha256, site, 7.4)
    return DockingPlan(
        target=path, target_sha256=sha256, site=site, receptor_key=receptor.key, engine=chosen.name,
        engine_version=chosen.version(), library=library, library_key=library_key, run_key=run_key,
        seed=require_seed(seed), poses=poses, time_limit=float(time_limit), top=top, quick=quick,
    )  # fmt: skip


def _library_records(library: PreparedLibrary) -> Iterator[DockRecord]:
    """Yield every record of a library in order, part by part."""
    for number in range(len(library.parts)):
        compounds = library.read_compounds(number, ["record", "smiles"])
        smiles = dict(zip(compounds["record"].to_pylist(), compounds["smiles"].to_pylist()))
        for row in library.read_ledger(number).to_pylist():
            yield DockRecord(**row, smiles=smiles.get(row["record"], ""))


def _dock(
    plan: DockingPlan,
    run_folder: Path,
    records: Iterable[DockRecord],
    count: int,
    per_batch: int,
    *,
    by_score: bool,
    client: Client | None,
    on_progress: OnProgress | None,
    limits: Limits | None,
) -> Docking:
    folder = Path(run_folder).absolute() / LAYER
    earlier = open_docking(run_folder)
    first_look = earlier is not None and plan.supersedes(earlier.plan)
    if earlier is not None and not first_look:
        plan.require_same(earlier.plan, folder)
        if earlier.finished and plan.top is not None and (earlier.plan.top or 0) >= plan.top:
            return earlier
    batch_seconds = per_batch * plan.time_limit + _EXTRA_SECONDS
    limits = limits or Limits(batch_seconds=batch_seconds, record_seconds=plan.time_limit + 60.0)
    files.writable_folder(folder)
    with folder_lock(folder), journal.journal(folder) as log:
        if first_look:
            log.info("the quick search is replaced by the full one")
            _forget(folder)
            earlier = None
        _begin(plan, folder, earlier, per_batch)
        batches = -(-count // per_batch)
        log.info("key %s: %d records in %d batches; %s", plan.key[:12], count, batches, journal.place(client))
        counts = work_batches(
            dock_batch, _batches(plan, records, per_batch), folder, count, stage="docking", client=client,
            limits=limits, on_progress=on_progress, log=log,
        )  # fmt: skip
        ledger.require_balance(counts, count, str(folder))
        _merge(folder, batches, counts, count, by_score)
        files.sweep(folder)
        log.info("finished: %s", json.dumps(counts, sort_keys=True))
    found = open_docking(run_folder)
    assert found is not None
    return found


def _forget(folder: Path) -> None:
    """Delete the poses of a layer, but not its plan: killed meanwhile, the next full search begins here again."""
    kept = {LOG, LOCK_NAME, PLAN}
    first = (SUMMARY, parts.RECEIPTS)  # nothing counts as done whose files may be gone
    for path in sorted(folder.iterdir(), key=lambda path: first.index(path.name) if path.name in first else len(first)):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in kept:
            path.unlink()


def _begin(plan: DockingPlan, folder: Path, earlier: Docking | None, per_batch: int) -> None:
    """Write plan, manifest and receptor; when more hits are asked for, redo the last batch, which was not full."""
    if earlier is not None and earlier.plan.top != plan.top:
        for name in (SUMMARY, DOCKED):
            (folder / name).unlink(missing_ok=True)
        before = min(earlier.plan.top or 0, plan.top or 0)
        if before % per_batch:
            (folder / parts.RECEIPTS / parts.part_name(before // per_batch, ".json")).unlink(missing_ok=True)
    receptor = receptor_of(plan.target, plan.target_sha256, plan.site, plan.pH)
    files.write_text(folder / RECEPTOR, receptor.pdb())
    files.write_text(folder / REPORT, receptor.report() + "\n")
    inputs = {
        "library": {"path": plan.library, "key": plan.library_key},
        "target": {"path": plan.target, "sha256": plan.target_sha256},
    }
    if not (folder / MANIFEST).exists():
        files.write_text(folder / MANIFEST, Manifest.now(plan.key, seed=plan.seed, inputs=inputs).to_json())
    files.write_text(folder / PLAN, plan.to_json())


def _batches(plan: DockingPlan, records: Iterable[DockRecord], per_batch: int) -> Iterator[Batch]:
    receptor = receptor_of(plan.target, plan.target_sha256, plan.site, plan.pH)
    task = DockTask((), receptor, plan.search, plan.time_limit)
    source = iter(records)
    for index in itertools.count():
        chunk = tuple(itertools.islice(source, per_batch))
        if not chunk:
            return
        yield Batch(index, dataclasses.replace(task, records=chunk))


def _merge(folder: Path, batches: int, counts: dict[str, int], count: int, by_score: bool) -> None:
    """Write the best pose of each record, and the summary last: a layer with a summary is finished."""
    tables = []
    for index in range(batches):
        table = read_part(folder / POSES / parts.part_name(index), columns=[*_DOCKED_COLUMNS, "rank"])
        best = table.filter(pa.compute.equal(table["rank"], 1)).select(list(_DOCKED_COLUMNS))
        tables.append(best.append_column("batch", pa.array(np.full(best.num_rows, index, np.int64))))
    docked = pa.concat_tables(tables).combine_chunks()
    if by_score and docked.num_rows:
        score = docked["ranking_score"].to_numpy(zero_copy_only=False).astype(float)
        order = np.lexsort((docked["record"].to_numpy(), -np.nan_to_num(score, nan=-np.inf)))
        docked = docked.take(pa.array(order))
    content = parts.table_bytes(docked)
    facts = {
        "counts": counts,
        "records": count,
        "parts": batches,
        "poses": docked.num_rows,
        "docked": hashlib.sha256(content).hexdigest(),
    }
    (folder / SUMMARY).unlink(missing_ok=True)
    files.write_bytes(folder / DOCKED, content)
    files.write_text(folder / SUMMARY, json.dumps(facts, indent=2, sort_keys=True) + "\n")
