"""The notebook facade: open, train, screen, look, export, each in one line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from functools import cached_property
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
from screening.runs import plan as plans
from screening.runs import run as runs
from screening.runs import screen as screens
from screening.runs import why as fates
from screening.targets import read, site_around
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


class Fates(list[fates.Fate]):
    """What became of every record that fits a question; shows itself as sentences."""

    def __repr__(self) -> str:
        return "\n".join(fate.sentence for fate in self)


class Run:
    """A finished screen, as a notebook and the exports use it."""

    def __init__(self, run: runs.ScreenRun, *, site: BindingSite | None = None) -> None:
        self.run = run
        self._site = site

    @property
    def folder(self) -> Path:
        """The run folder."""
        return Path(self.run.folder)

    @property
    def counts(self) -> dict[str, int]:
        """Records per ledger state; they add up to the records read."""
        return dict(self.run.counts)

    @cached_property
    def target(self) -> Target | None:
        """The target that was screened against, if one was given and its file is still there."""
        return None if self.run.plan.target is None else read.read_target(self.run.plan.target)

    @cached_property
    def site(self) -> BindingSite | None:
        """The binding site of the screen; around the first bound ligand if none was named."""
        if self._site is None and self.target is not None and self.target.ligands:
            return site_around.site_around_ligand(self.target)
        return self._site

    def table(self, top: int | None = None) -> pa.Table:
        """Return the `top` best compounds in rank order, or all of them; columns as in ``HIT_SCHEMA``."""
        return pa.Table.from_batches(list(ranking.ranking(self.run, top)), schema=ranking.HIT_SCHEMA)

    def hits(self, top: int = 10) -> HitGrid:
        """Show the `top` best compounds with their 2D depictions."""
        from workbench.tables import hit_grid

        return hit_grid(self.table(top))

    def why(self, compound: str) -> Fates:
        """Explain what became of a compound, hit or not: by name, SMILES, id or record number.

        Raises
        ------
        UsageError
            If no record fits.
        """
        return Fates(fates.why(self.run, compound))

    def view(self) -> Any:
        """Show the target and its site in 3D.

        Raises
        ------
        UsageError
            If the run has no target with coordinates.
        """
        from workbench.viewer import view_site, view_target

        if self.target is None or not len(self.target.atoms):
            raise UsageError("there are no coordinates to show", source=self.folder, expected="a run with a structure")
        return view_target(self.target) if self.site is None else view_site(self.target, self.site)

    def export(self, path: PathLike, *, format: str | None = None, top: int | None = PAGE_ROWS) -> Path:
        """Write the `top` best compounds, or all with ``top=None``, and return the path.

        Parameters
        ----------
        path
            File to write.
        format
            ``csv``, ``sdf``, ``html`` or ``parquet``; by the suffix of `path` when left out.
        top
            Number of rows; None for all.

        Raises
        ------
        UsageError
            If there is no such format.
        StorageError
            If the file cannot be written.
        """
        path = Path(path)
        name, write = catalog.writer_for(path, format)
        write(ranking.ranking(self.run, top), path, self._stamp(page=name in catalog.PAGES))
        return path

    def _stamp(self, *, page: bool) -> Stamp:
        plan = self.run.plan
        title = f"Hits on {self.target.id}" if self.target else f"Hits of {self.folder.name}"
        facts = {
            "target": f"{self.target.id}: {self.target.title} ({plan.target})" if self.target else "none given",
            "binding site": self.site.origin if self.site else "none",
            "library": f"{plan.library} ({self.run.records:,} records)",
            "model": plan.model,
        }
        fragments: dict[str, Any] = {}
        if page:
            from workbench.tables import hit_grid

            if self.target is not None and len(self.target.atoms):
                fragments["The target and its binding site"] = self.view().html()
            fragments["Hits"] = lambda rows: hit_grid(rows).html()
        first = next(iter(ranking.ranking(self.run, 1)), None)
        kind = first.column("kind")[0].as_py() if first is not None and first.num_rows else "affinity"
        return Stamp(title, kind, self.run.manifest, self.counts, facts, fragments)

    def __repr__(self) -> str:
        counted = ", ".join(f"{count:,} {state}" for state, count in self.counts.items() if count)
        return f"<Run {self.folder}: {counted}>"


@contextlib.contextmanager
def _client(workers: int | None) -> Iterator[Client | None]:
    from screening.clusters.catalog import open_client

    if workers == 0:
        yield None
        return
    with open_client("local", workers=workers) as client:
        yield client
