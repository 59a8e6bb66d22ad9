"""The notebook facade: open, train, screen, look, export, each in one line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening import interrupts
from screening.compounds.library import prepare
from screening.compounds.library import prepared_library as libraries
from screening.errors import UsageError
from screening.features import library_features
from screening.models import storage
from screening.models import train as training
from screening.models.affinity import AffinityKind
from screening.models.data import labels, measurements
from screening.models.evaluation.chosen_splits import require_splits
from screening.runs import plan as plans
from screening.runs import run as runs
from screening.runs import screen as screens
from screening.targets.binding_site import BindingSite
from screening.targets.files import read
from screening.targets.target import Target
from workbench import known_actives
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
        Dask worker processes; every core by default; 0 works one batch after another, without Dask.

    Raises
    ------
    FileError, LibraryError
        If a file cannot be read or the library is damaged.
    """
    if not isinstance(source, str | Path | Sequence):
        raise UsageError(
            f"{source!r:.60} is no library", expected="a file, several, or the folder of a prepared library"
        )
    sources = [source] if isinstance(source, str | Path) else list(source)
    if len(sources) == 1 and Path(sources[0]).is_dir():
        return libraries.open_library(Path(sources[0]))
    folder = Path(out) if out is not None else Path(Path(sources[0]).name.split(".")[0] + ".library")
    options = prepare.PrepareOptions(smiles=smiles, name=name)
    with _client(workers) as client, progress_bar() as on_progress:
        return prepare.prepare_library(sources, folder, options=options, client=client, on_progress=on_progress)


def featurise_library(library: libraries.PreparedLibrary, *, workers: int | None = None) -> None:
    """Store with a library what the accurate models see of it: screens with them are several times as fast then.

    It takes about half a millisecond and 2.5 kB a compound, once.

    Raises
    ------
    LibraryError
        If the library is damaged.
    """
    with _client(workers) as client, progress_bar() as on_progress:
        library_features.featurise_library(library, client=client, on_progress=on_progress)


def load_model(path: PathLike) -> Any:
    """Load an affinity model that was saved by `train` or ships with the project.

    Raises
    ------
    ModelError
        If it is damaged, was tampered with or is no model.
    """
    return storage.load_model(path)


def train(
    table: PathLike,
    *,
    smiles: str | None = None,
    value: str | None = None,
    unit: str | None = None,
    kind: str | None = None,
    label: str | None = None,
    active_above: float | None = None,
    name: str | None = None,
    qualifier: str | None = None,
    splits: Sequence[str] = (),
    date: str | None = None,
    side: str | None = None,
    model: str = training.TrainOptions.model,
    seed: int = 0,
    out: PathLike | None = None,
) -> Any:
    """Train a model on a table of measured values or of labels; see ``workbench train --help``.

    Parameters
    ----------
    table
        CSV, TSV, Excel or Parquet file; exports of ChEMBL, BindingDB and PubChem as they are.
    smiles, name, qualifier
        Its columns with the SMILES, the names, and ``>``, ``<`` or ``=``; recognised when left out.
    value, unit, kind
        Column with the affinity, its unit, and what was measured (pIC50, pKi, pKd or pEC50); left out, what the table
        says.
    label
        Column with active or inactive, instead of `value`: the model then predicts a probability.
    active_above
        Predict the probability of a value of so much (-log10 molar) or more.
    splits, date, side
        Ways to test beside the scaffold split, and the columns that ``time`` and ``predefined`` go by.
    model, seed
        Which model, and the seed of every random choice.
    out
        Folder to save it in, with its card.

    Raises
    ------
    UsageError
        If both `value` and `label` are given, or there is no such kind.
    AffinityDataError
        If the table cannot be trained on.
    """
    if value is not None and label is not None:
        raise UsageError("it is not clear what to train on", expected="value= or label=, not both")
    kinds = {one.value.lower(): one for one in AffinityKind}
    if kind is not None and str(kind).lower() not in kinds:
        raise UsageError(f"{kind!r:.60} is no kind of affinity", expected=f"one of {', '.join(AffinityKind)}")
    interrupts.restore()
    chosen = require_splits(splits, date=date is not None, side=side is not None)
    options = training.TrainOptions(model=model, seed=seed, splits=chosen)
    columns: dict[str, Any] = {"smiles": smiles, "name": name, "date": date, "side": side}
    trained: Any
    if label is not None:
        data = labels.read_labels(Path(table), label=label, **columns)
    else:
        measured = None if kind is None else kinds[str(kind).lower()]
        data = measurements.read_measurements(
            Path(table), value=value, unit=unit, kind=measured, qualifier=qualifier, **columns
        )
    threshold = 0.5 if label is not None else active_above
    with progress_bar() as on_progress:
        if threshold is None:
            trained = training.train_model(data, options=options, on_progress=on_progress)
        else:
            trained = training.train_activity(data, threshold, options=options, on_progress=on_progress)
    return _saved(trained, out)


def fill_table(
    table: PathLike,
    *,
    smiles: str | None = None,
    name: str | None = None,
    columns: Sequence[str] = (),
    target: str | None = None,
    value: str | None = None,
    qualifier: str | None = None,
    unit: str | None = None,
    active_above: float | None = None,
    measure_next: int = 10,
    seed: int = 0,
    out: PathLike | None = None,
) -> Any:
    """Fill the gaps of a table of compounds by targets; see ``workbench train --table``.

    Parameters
    ----------
    table, smiles, name, columns, target, value, qualifier, unit
        As in `screening.models.tables.affinity_table.read_affinity_table`.
    active_above
        Value from which on a compound counts as active; the tightest tenth if None.
    measure_next
        How many gaps to suggest for measuring.
    seed
        Seed of every random choice.
    out
        Folder to write the filled table to.

    Returns
    -------
    screening.models.tables.filled_table.FilledTable
        With ``gaps``, ``measure_next``, ``filled`` and ``evaluation``.

    Raises
    ------
    FileError, UsageError, AffinityDataError
        If the table cannot be read or filled.
    """
    from screening.models.tables import affinity_table, fill, filled_table

    interrupts.restore()
    if out is not None:
        filled_table.require_place(out)
    read = affinity_table.read_affinity_table(
        table, smiles=smiles, name=name, columns=columns, target=target, value=value, qualifier=qualifier, unit=unit
    )
    options = fill.FillOptions(seed=seed, active_above=active_above, measure_next=measure_next)
    with progress_bar() as on_progress:
        found = fill.fill_table(read, options=options, on_progress=on_progress)
    if out is not None:
        found.write(out)
    return found


def rank_by_actives(
    actives: PathLike,
    *,
    background: PathLike | None = None,
    smiles: str | None = None,
    name: str | None = None,
    seed: int = 0,
    out: PathLike | None = None,
) -> Any:
    """Train a model that ranks compounds by similarity to a few known actives.

    The parameters are those of `workbench.known_actives.rank_by_actives`; `out` is a folder to save it in, with its
    card.

    Raises
    ------
    FileError, LibraryError, AffinityDataError
        If a file cannot be used, or holds too few compounds.
    """
    interrupts.restore()
    with progress_bar() as on_progress:
        trained = known_actives.rank_by_actives(
            actives, background=background, smiles=smiles, name=name, seed=seed, on_progress=on_progress
        )
    return _saved(trained, out)


def _saved(trained: Any, out: PathLike | None) -> Any:
    if out is not None:
        from workbench.plots.model_card import write_card

        storage.save_model(trained, Path(out))
        write_card(trained, Path(out))
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
        Dask worker processes; every core by default; 0 works one batch after another, without Dask.

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
    return Run(runs.open_run(folder))


@contextlib.contextmanager
def _client(workers: int | None) -> Iterator[Client | None]:
    from screening.clusters.catalog import open_client

    if workers == 0:
        yield None
        return
    with open_client("local", workers=workers) as client:
        yield client
