"""The notebook facade: open, train, screen, look, export, each in one line."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.compounds import library as libraries
from screening.compounds import prepare
from screening.errors import UsageError
from screening.models import measurements, storage
from screening.models import train as training
from screening.models.affinity import AffinityKind
from screening.runs import hits as ranking
from screening.runs import run as runs
from screening.runs import screen as screens
from screening.runs import why as fates
from screening.runs.plan import ScreenPlan
from screening.targets import read
from screening.targets.site import BindingSite
from screening.targets.target import Target
from workbench.export import catalog
from workbench.export.stamp import Stamp
from workbench.progress import progress_bar

if TYPE_CHECKING:
    from distributed import Client

    from workbench.tables.hit_grid import HitGrid

PathLike = str | Path

#: Hits that one self-contained page shows when nobody says how many.
PAGE_ROWS = 1000


def open_target(path: PathLike) -> Target:
    """Read a protein target from PDB, mmCIF (also .gz) or FASTA.

    Raises
    ------
    FileError, StructureError
        If the file cannot be read; the message says why.
    """
    return read.read_target(path)


def open_library(
    source: PathLike | Sequence[PathLike], *, out: PathLike | None = None, workers: int | None = None, **columns: str
) -> libraries.PreparedLibrary:
    """Open a prepared library, or prepare compound files first.

    Parameters
    ----------
    source
        Folder of a prepared library, or one or more compound files.
    out
        Folder for the prepared library; ``<first file>.library`` in the working folder by default. Prepared
        once, it is opened again at once.
    workers
        Dask worker processes; every core by default, 0 to stay in this process.
    **columns
        Column names of CSV and Parquet files: ``smiles="SMILES"``, ``name="ID"``.

    Raises
    ------
    FileError, LibraryError
        If a file cannot be read or the library is damaged.
    """
    sources = [source] if isinstance(source, str | Path) else list(source)
    if len(sources) == 1 and Path(sources[0]).is_dir():
        return libraries.open_library(Path(sources[0]))
    folder = Path(out) if out is not None else Path(Path(sources[0]).name.split(".")[0] + ".library")
    options = prepare.PrepareOptions(**columns)
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
    out: PathLike | None = None,
) -> Any:
    """Train an affinity model on a table of measured values; see ``workbench train --help``.

    Raises
    ------
    AffinityDataError
        If the table cannot be trained on.
    """
    data = measurements.read_measurements(
        Path(table), smiles=smiles, value=value, unit=unit, kind=AffinityKind(kind), name=name, qualifier=qualifier
    )
    with progress_bar() as on_progress:
        model = training.train_model(data, on_progress=on_progress)
    if out is not None:
        storage.save_model(model, Path(out))
    return model


@contextlib.contextmanager
def _client(workers: int | None) -> Iterator[Client | None]:
    from screening.clusters.catalog import open_client

    if workers == 0:
        yield None
        return
    with open_client("local", workers=workers) as client:
        yield client
