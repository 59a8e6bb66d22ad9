"""Ensemble docking: a library docked into many structures of one target, and what each compound's best structure is.

Every structure has a docking run of its own (``ENSEMBLE/structures/NAME``), as `workbench dock` makes it; the ensemble
compares them. Scores of one engine in several structures of one protein are compared as they are, and a compound is
ranked by its best (Huang and Zou, Proteins 2007, 66, 399).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from screening.engine import files, parts
from screening.engine.progress import OnProgress
from screening.engine.read_part import table_of
from screening.errors import FileError, PlanError, RunError, RunMismatchError, SiteError, UsageError
from screening.provenance import content_key
from screening.runs.docking.dock import dock_library
from screening.runs.docking.docking import Docking, open_docking
from screening.runs.docking.docking_batches import receptor_of
from screening.runs.docking.docking_plan import DEFAULT_TIME_LIMIT
from screening.runs.matrix.targets import MatrixTarget, read_targets
from screening.runs.scores import damaged
from screening.runs.site import place_site
from screening.targets.files.read import read_target
from screening.targets.sites.superpose import matched_residues
from screening.targets.target import Target

if TYPE_CHECKING:
    from distributed import Client

    from screening.compounds.library.prepared_library import PreparedLibrary

PLAN, RESULT, STRUCTURES = "ensemble.json", "ensemble.parquet", "structures"


@dataclasses.dataclass(frozen=True)
class EnsembleStructure:
    """A structure of the target: name, file, and the text of its site (`screening.runs.site`)."""

    name: str
    path: str
    site: str

    @property
    def folder(self) -> str:
        """Name of its folder."""
        return re.sub(r"[^A-Za-z0-9._-]+", "_", self.name).strip(".") or "structure"


@dataclasses.dataclass(frozen=True)
class Ensemble:
    """An ensemble folder, finished or not.

    Attributes
    ----------
    folder
        The folder.
    structures
        What is docked into.
    library_key
        Content key of the library.
    """

    folder: Path
    structures: tuple[EnsembleStructure, ...]
    library_key: str

    @property
    def names(self) -> list[str]:
        """Names of the structures."""
        return [one.name for one in self.structures]

    def docking(self, name: str) -> Docking:
        """Return the docking layer of a structure, whose poses can be looked at as those of any run.

        Raises
        ------
        RunError
            If it was not docked into yet.
        """
        for one in self.structures:
            if one.name == name:
                found = open_docking(self.folder / STRUCTURES / one.folder)
                if found is not None:
                    return found
        raise RunError(f"nothing was docked into {name!r} yet", source=self.folder, expected=", ".join(self.names))

    @property
    def finished(self) -> bool:
        """Whether every structure was docked into and the result is there."""
        return (self.folder / RESULT).is_file()

    @cached_property
    def table(self) -> pa.Table:
        """One row for each compound with a pose in any structure, the best first.

        ``rank``, ``record``, ``name``, ``smiles``, ``structure`` (its best), ``best`` and ``mean`` (over the structures
        with a pose), ``poses`` (how many of them), and ``scores``: a ranking score for each structure, higher is
        better, null without a pose (`screening.runs.docking.docking_batches.ranking_score`).

        Raises
        ------
        RunError
            If it is not finished.
        FileError
            If the file was damaged.
        """
        if not self.finished:
            raise RunError("the ensemble is not finished", source=self.folder, expected="the same command again")
        path = self.folder / RESULT
        try:
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() != _facts(self.folder)["result"]:
                raise damaged(path)
            return table_of(content)
        except (OSError, KeyError, pa.ArrowException) as error:
            raise damaged(path) from error

    @cached_property
    def scores(self) -> np.ndarray:
        """Ranking scores of `table`, float64, shape (n, structures), NaN without a pose."""
        rows = self.table.column("scores").to_pylist()
        return np.array(rows, float).reshape(len(rows), len(self.structures))

    def flat(self, top: int | None = None) -> pa.Table:
        """Return `table` with a column for each structure, named after it."""
        table = self.table.slice(0, top)
        found = table.drop_columns(["scores"])
        for at, name in enumerate(self.names):
            values = self.scores[: table.num_rows, at]
            found = found.append_column(name, pa.array(values, pa.float64(), mask=~np.isfinite(values)))
        return found


def plan_ensemble(targets: str | os.PathLike[str] | Sequence[MatrixTarget], site: str) -> list[EnsembleStructure]:
    """Return the structures with the site of each.

    Parameters
    ----------
    targets
        See `screening.runs.matrix.targets.read_targets`; all must be structure files.
    site
        A text of `screening.runs.site`. Where a structure has no such ligand or residue, the site is made of the
        residues that correspond to those of the first structure that has it.

    Raises
    ------
    UsageError
        If a target is no structure, or there is no target.
    SiteError
        If no structure has the site.
    """
    named = read_targets(targets) if isinstance(targets, str | os.PathLike) else list(targets)
    opened: list[tuple[str, str, Target]] = []
    for one in named:
        if one.path is None:
            raise UsageError(f"{one.name!r} is no structure to dock into", expected="structure files")
        structure = read_target(one.path)
        if not len(structure.atoms):
            raise UsageError("is a sequence without coordinates", source=one.path, expected="a structure to dock into")
        opened.append((one.name, one.path, structure))
    placed: dict[str, str] = {}
    reference: Target | None = None
    problem: SiteError | None = None
    for name, _, structure in opened:
        try:
            place_site(structure, site)
        except SiteError as error:
            problem = problem or error
            continue
        placed[name] = site
        reference = reference or structure
    if reference is None:
        raise problem or UsageError("there is no structure to dock into", expected="structure files")
    for name, path, structure in opened:
        if name not in placed:
            placed[name] = _transferred(reference, structure, site, path)
    return [EnsembleStructure(name, path, placed[name]) for name, path, _ in opened]


def _transferred(reference: Target, other: Target, site: str, path: str) -> str:
    pairs = dict(matched_residues(reference, other))
    wanted = place_site(reference, site).residues
    found = [pairs[residue] for residue in wanted if residue in pairs]
    if 2 * len(found) < len(wanted) or not found:
        raise SiteError(
            f"has {len(found)} of the {len(wanted)} residues of {site} in {reference.id}", source=path,
            expected="a structure of the same target",
        )  # fmt: skip
    return "residues " + ", ".join(map(str, found))


def dock_ensemble(
    library: PreparedLibrary,
    structures: Sequence[EnsembleStructure],
    out: str | os.PathLike[str],
    *,
    engine: str | None = None,
    seed: int = 1,
    time_limit: float = DEFAULT_TIME_LIMIT,
    quick: bool = False,
    client: Client | None = None,
    on_progress: OnProgress | None = None,
) -> Ensemble:
    """Dock a library into every structure, or go on where it stopped; the same bytes in any case.

    Parameters
    ----------
    library
        A prepared library.
    structures
        See `plan_ensemble`.
    out
        The ensemble folder.
    engine, seed, time_limit, quick, client, on_progress
        As `screening.runs.docking.dock.dock_library`.

    Raises
    ------
    RunMismatchError
        If `out` holds something else, or another ensemble.
    ScreeningError
        As `dock_library`.
    """
    folder = Path(out).absolute()
    if len({one.folder for one in structures}) < len(structures):
        raise UsageError("two structures have the same name", expected="files with different names")
    facts = {
        "layer": "ensemble",
        "library": library.key,
        "structures": [dataclasses.asdict(one) for one in structures],
    }
    plan = folder / PLAN
    if plan.is_file():
        before = _facts(folder)
        if [before.get("library"), before.get("structures")] != [facts["library"], facts["structures"]]:
            raise RunMismatchError("holds another ensemble", source=folder, expected="the same one, or another folder")
    elif folder.is_dir() and any(folder.iterdir()):
        raise RunMismatchError("is no ensemble and is not empty", source=folder, expected="a new folder")
    else:
        files.write_text(plan, json.dumps(facts, indent=2, sort_keys=True) + "\n")
    keys = {}
    for one in structures:
        done = dock_library(
            one.path, one.site, library.folder, folder / STRUCTURES / one.folder, engine=engine, seed=seed,
            time_limit=time_limit, quick=quick, client=client, on_progress=on_progress,
        )  # fmt: skip
        keys[one.name] = done.plan.key
        receptor_of.cache_clear()  # a receptor of each structure would stay in memory
    found = Ensemble(folder, tuple(structures), library.key)
    content = parts.table_bytes(_merged(found))
    result = {"key": content_key(keys), "dockings": keys, "result": hashlib.sha256(content).hexdigest()}
    files.write_bytes(folder / RESULT, content)
    files.write_text(plan, json.dumps({**facts, **result}, indent=2, sort_keys=True) + "\n")
    return open_ensemble(folder)


def _merged(ensemble: Ensemble) -> pa.Table:
    scores: dict[int, np.ndarray] = {}
    said: dict[int, tuple[str, str]] = {}
    for at, name in enumerate(ensemble.names):
        docked = ensemble.docking(name).table()
        columns = (docked.column(column).to_pylist() for column in ("record", "name", "smiles", "ranking_score"))
        for record, who, smiles, score in zip(*columns):
            said.setdefault(record, (who, smiles))
            if score is not None:
                scores.setdefault(record, np.full(len(ensemble.structures), np.nan))[at] = score
    records = np.array(sorted(scores), np.int64)
    values = np.array([scores[record] for record in records.tolist()], float).reshape(len(records), -1)
    best = np.nanmax(values, axis=1) if len(records) else np.zeros(0)
    order = np.lexsort((records, -best))
    records, values, best = records[order], values[order], best[order]
    flat = values.ravel()
    width = len(ensemble.structures)
    return pa.table(
        {
            "rank": pa.array(np.arange(1, len(records) + 1), pa.int64()),
            "record": pa.array(records, pa.int64()),
            "name": pa.array([said[record][0] for record in records.tolist()], pa.string()),
            "smiles": pa.array([said[record][1] for record in records.tolist()], pa.string()),
            "structure": pa.array(
                [ensemble.names[at] for at in np.nanargmax(values, axis=1).tolist()] if len(records) else [],
                pa.string(),
            ),
            "best": pa.array(best, pa.float64()),
            "mean": pa.array(np.nanmean(values, axis=1) if len(records) else best, pa.float64()),
            "poses": pa.array(np.isfinite(values).sum(axis=1), pa.int64()),
            "scores": pa.FixedSizeListArray.from_arrays(pa.array(flat, pa.float64(), mask=~np.isfinite(flat)), width),
        }
    )


def open_ensemble(path: str | os.PathLike[str]) -> Ensemble:
    """Open an ensemble folder, finished or not.

    Raises
    ------
    FileError
        If the path holds none.
    PlanError
        If its plan cannot be read.
    """
    folder = Path(path)
    if not (folder / PLAN).is_file():
        raise FileError("is no ensemble", source=folder, expected="a folder of `workbench matrix --dock`")
    facts = _facts(folder)
    try:
        structures = tuple(EnsembleStructure(**one) for one in facts["structures"])
        return Ensemble(folder, structures, str(facts["library"]))
    except (KeyError, TypeError) as error:
        raise PlanError("is no plan of an ensemble", source=folder / PLAN) from error


def _facts(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / PLAN).read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise PlanError("is no plan of an ensemble", source=folder / PLAN) from error
