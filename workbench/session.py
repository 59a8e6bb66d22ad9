"""The notebook facade: open, train, screen, look, export, each in one line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening.compounds import library as libraries
from screening.compounds import prepare
from screening.models import measurements, storage
from screening.models import train as training
from screening.models.affinity import AffinityKind
from screening.runs import plan as plans
from screening.runs import run as runs
from screening.runs import screen as screens
from screening.targets import read
from screening.targets.site import BindingSite
from screening.targets.target import Target
from workbench.progress import progress_bar
from workbench.run import Run

if TYPE_CHECKING:
    from distributed import Client


PathLike = str | Path


def open_target(path: PathLike) -> Target:
    """Read a protein target from PDB, mmCIF (also .gz) or FASTA.

    Raises
    ------
    FileError, StructureError
        If the file cannot be read; the message says why.
    """
    return read.read_target(path)


def open_library(
    source: PathLike | Sequence[PathLike],
    *,
    out: PathLike | None = None,
    smiles: str | None = None,
    name: str | None = None,
    workers: int | None = None,
) -> libraries.PreparedLibrary:
    """Open a prepared library, or prepare compound files first.

    Parameters
    ----------
    source
        Folder of a prepared library, or one or more compound files.
    out
        Folder for the prepared library; ``<first file>.library`` in the working folder by default. Prepared
        once, it is opened again at once.
    smiles, name
        Columns of CSV and Parquet files; guessed when left out.
    workers
        Dask worker processes; every core by default, 0 to stay in this process.

    Raises
    ------
    FileError, LibraryError
        If a file cannot be read or the library is damaged.
    """
    sources = [source] if isinstance(source, str | Path) else list(source)
    if len(sources) == 1 and Path(sources[0]).is_dir():
        return libraries.open_library(Path(sources[0]))
    folder = Path(out) if out is not None else Path(Path(sources[0]).name.split(".")[0] + ".library")
    options = prepare.PrepareOptions(smiles=smiles, name=name)
    with _client(workers) as client, progress_bar() as on_progress:
        return prepare.prepare_library(sources, folder, options=options, client=client, on_progress=on_progress)


def load_model(path: PathLike) -> Any:
    """Load an affinity model that was saved by `train` or ships with the project.

    Raises
    ------
    ModelError
        If it is damaged, was tampered with or is no model.
    """
    return storage.load_model(Path(path))


def train(
    table: PathLike,
    *,
    smiles: str,
    value: str,
    unit: str,
    kind: str = "pIC50",
    name: str | None = None,
    qualifier: str | None = None,
    model: str = training.TrainOptions.model,
    seed: int = 0,
    out: PathLike | None = None,
) -> Any:
    """Train an affinity model on a table of measured values; see ``workbench train --help``.

    Raises
    ------
    AffinityDataError
        If the table cannot be trained on.
    """
    data = measurements.read_measurements(
        Path(table),
        smiles=smiles,
        value=value,
        unit=unit,
        kind=AffinityKind(kind),
        name=name,
        qualifier=qualifier,
    )
    with progress_bar() as on_progress:
        options = training.TrainOptions(model=model, seed=seed)
        trained = training.train_model(data, options=options, on_progress=on_progress)
    if out is not None:
        storage.save_model(trained, Path(out))
    return trained


def screen(
    *,
    library: libraries.PreparedLibrary | PathLike | Sequence[PathLike],
    model: Any,
    out: PathLike,
    target: Target | PathLike | None = None,
    site: BindingSite | None = None,
    top: int = 1000,
    workers: int | None = None,
) -> Run:
    """Screen a library with a model in the run folder `out`; the same call continues what was interrupted.

    Parameters
    ----------
    library
        A prepared library, its folder, or compound files (prepared beside the run first).
    model
        Folder of a model, or a model from `train` or `load_model`.
    out
        Run folder.
    target
        Target the model is bound to; may be left out for a model of one target.
    site
        Binding site, shown in views.
    top
        Hits kept with all their columns; every score is kept in any case.
    workers
        Dask worker processes; every core by default, 0 to stay in this process.

    Raises
    ------
    ScreeningError
        If an input cannot be used or the folder belongs to another run.
    """
    out = Path(out)
    if not isinstance(library, libraries.PreparedLibrary):
        beside = out.with_name(out.name + ".library")
        library = open_library(library, out=beside, workers=workers)
    if not isinstance(model, str | Path):
        place = out.with_name(out.name + ".model")
        storage.save_model(model, place)
        model = place
    plan = plans.plan_screen(library, model, target=target, site=None if site is None else site.origin, top=top)
    with _client(workers) as client, progress_bar() as on_progress:
        done = screens.run_screen(plan, out, client=client, on_progress=on_progress)
    return Run(done, site=site)


def open_run(folder: PathLike) -> Run:
    """Open a run that was made earlier, here or on a cluster.

    Raises
    ------
    RunError
        If the folder holds no finished run.
    """
    return Run(runs.open_run(Path(folder)))


@contextlib.contextmanager
def _client(workers: int | None) -> Iterator[Client | None]:
    from screening.clusters.catalog import open_client

    if workers == 0:
        yield None
        return
    with open_client("local", workers=workers) as client:
        yield client
