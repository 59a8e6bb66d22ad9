"""A matrix screen from Python: one call, and what a notebook shows of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.engine import files
from screening.engine.csv_table import write_csv
from screening.errors import UsageError
from screening.runs.matrix.ensemble import Ensemble, plan_ensemble
from screening.runs.matrix.ensemble import dock_ensemble as docked_into_all
from screening.runs.matrix.matrix import run_matrix
from screening.runs.matrix.matrix_run import MatrixRun, list_values, open_matrix
from screening.runs.matrix.plan import DEFAULT_TOP, plan_matrix
from workbench.plots.figure import Chart, save_figure
from workbench.plots.selectivity_map import selectivity_map
from workbench.progress import progress_bar
from workbench.tables.ensemble_map import EnsembleMap
from workbench.tables.matrix_map import MatrixMap
from workbench.workers import local_client

if TYPE_CHECKING:
    import pandas as pd

PathLike = str | Path
#: Rows and columns that a picture holds.
_PICTURE_ROWS, _PICTURE_COLUMNS = 40, 60


class Matrix:
    """A finished matrix screen in a notebook.

    Attributes
    ----------
    run
        The run folder read back.
    """

    def __init__(self, run: MatrixRun) -> None:
        self.run = run

    def table(self, top: int | None = None) -> pa.Table:
        """Return the hits: one row a compound, three columns a target, and the selectivity."""
        return self.run.table(top)

    def hits(self, top: int = 10) -> pd.DataFrame:
        """Return the best hits as a data frame without intervals."""
        table = self.table(top)
        keep = ["rank", "name", "target", "off_target", "difference", "difference_lower", "difference_upper",
                "selectivity_10uM", "selectivity_1uM", "gini", *self.run.plan.names]  # fmt: skip
        frame: pd.DataFrame = table.select(keep).to_pandas().set_index("rank")
        return frame

    def heat_map(self, top: int = 300) -> MatrixMap:
        """Return the map of hits by targets, which sorts, filters and opens a compound."""
        return MatrixMap(self.run, top=top)

    def figure(self, top: int = _PICTURE_ROWS) -> Chart:
        """Return the map as a figure; the first 60 targets."""
        hits = self.run.hits().slice(0, top)
        plan = self.run.plan
        values = list_values(hits.column("affinity"), len(plan.columns))[:, :_PICTURE_COLUMNS]
        kinds = sorted({column.kind for column in plan.columns})
        return selectivity_map(
            values, hits.column("name").to_pylist(), plan.names[:_PICTURE_COLUMNS], kind=" or ".join(kinds)
        )

    def export(self, folder: PathLike | None = None) -> list[Path]:
        """Write ``hits.csv``, ``matrix.html``, ``matrix.svg`` and ``matrix.png``; into the run folder by default.

        Raises
        ------
        StorageError
            If a file cannot be written.
        """
        place = Path(folder) if folder is not None else self.run.folder / "exports"
        stream = io.StringIO(newline="")
        write_csv(stream, self.table())
        files.write_text(place / "hits.csv", stream.getvalue())
        written = [place / "hits.csv", self.heat_map().save_html(place / "matrix.html")]
        if self.run.hits().num_rows:
            figure = self.figure()
            written += [save_figure(figure, place / name) for name in ("matrix.svg", "matrix.png")]
        return written

    def _repr_html_(self) -> str:
        return self.heat_map().html()

    def __repr__(self) -> str:
        return repr(self.run)


def matrix(
    *,
    library: PreparedLibrary | PathLike | Sequence[PathLike],
    models: PathLike | Sequence[PathLike],
    out: PathLike,
    targets: PathLike | Sequence[str] | None = None,
    primary: str | None = None,
    rank_by: str = "affinity",
    top: int = DEFAULT_TOP,
    workers: int | None = None,
) -> Matrix:
    """Screen a library against many targets and models in one pass; the same call continues what was interrupted.

    Parameters
    ----------
    library
        A prepared library, its folder, or compound files (prepared beside the run first).
    models
        Folders of models; those that predict from a sequence are asked for every target.
    out
        Run folder.
    targets
        Folder of structures and sequences, one such file, a list of them or of names that the model knows (a file, or
        names), or ``"all"``.
    primary
        Target that compounds are ranked by and selectivity is told of; by default the tightest of each.
    rank_by
        ``"affinity"``, or ``"difference"`` to the best off-target.
    top
        Hits kept; every number is kept in any case.
    workers
        Dask worker processes; every core by default; 0 works one batch after another, without Dask.

    Raises
    ------
    ScreeningError
        If an input cannot be used or the folder belongs to another run.
    """
    opened = library if isinstance(library, PreparedLibrary) else _opened(library, Path(out), workers)
    folders = [models] if isinstance(models, str | Path) else list(models)
    named = targets if targets is None or isinstance(targets, str | Path) else ",".join(targets)
    plan = plan_matrix(opened, folders, named, primary=primary, rank_by=rank_by, top=top)
    with local_client(workers) as client, progress_bar() as on_progress:
        return Matrix(run_matrix(plan, out, client=client, on_progress=on_progress))


def dock_ensemble(
    *,
    library: PreparedLibrary | PathLike | Sequence[PathLike],
    targets: PathLike | Sequence[str],
    site: str,
    out: PathLike,
    engine: str | None = None,
    seed: int = 1,
    quick: bool = False,
    time_limit: float = 120.0,
    workers: int | None = None,
) -> Ensemble:
    """Dock a library into many structures of one target; the same call continues what was interrupted.

    Parameters
    ----------
    library
        As `matrix` takes it.
    targets
        Folder of structures, or a list of their files.
    site
        The binding site, such as ``"ligand ADN"``: in a structure without it, the residues that correspond.
    out
        The ensemble folder; ``exports/`` of it gets ``scores.csv`` and ``matrix.html``.
    engine, seed, quick, time_limit
        How ligands are docked.
    workers
        As `matrix`.

    Raises
    ------
    ScreeningError
        If an input cannot be used or the folder belongs to something else.
    """
    opened = library if isinstance(library, PreparedLibrary) else _opened(library, Path(out), workers)
    named = targets if isinstance(targets, str | Path) else ",".join(targets)
    structures = plan_ensemble(named, site)
    with local_client(workers) as client, progress_bar() as on_progress:
        found = docked_into_all(
            opened, structures, out, engine=engine, seed=seed, quick=quick, time_limit=time_limit, client=client,
            on_progress=on_progress,
        )  # fmt: skip
    stream = io.StringIO(newline="")
    write_csv(stream, found.flat())
    files.write_text(found.folder / "exports" / "scores.csv", stream.getvalue())
    if found.table.num_rows:
        EnsembleMap(found).save_html(found.folder / "exports" / "matrix.html")
    return found


def open_matrix_run(folder: PathLike) -> Matrix:
    """Open a matrix screen that was made earlier.

    Raises
    ------
    FileError
        If the folder holds none.
    """
    return Matrix(open_matrix(folder))


def _opened(library: PathLike | Sequence[PathLike], out: Path, workers: int | None) -> PreparedLibrary:
    if isinstance(library, str | Path) and Path(library).is_dir():
        return open_library(Path(library))
    sources = [library] if isinstance(library, str | Path) else list(library)
    if not sources:
        raise UsageError("no library was given", expected="a prepared library or compound files")
    with local_client(workers) as client, progress_bar() as on_progress:
        return prepare_library(sources, out.with_name(out.name + ".library"), client=client, on_progress=on_progress)
