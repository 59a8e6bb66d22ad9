"""``workbench screen``: screen a library with a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from screening.errors import UsageError

if TYPE_CHECKING:
    from distributed import Client

    from screening.compounds.library import PreparedLibrary
    from screening.engine.progress import OnProgress


def command(
    library: list[Path] = typer.Option(
        ..., "--library", "-l", help="Prepared library folder, or compound files (repeat for several)."
    ),
    model: Path = typer.Option(..., "--model", "-m", help="Model folder that `workbench train` wrote."),
    out: Path = typer.Option(..., "--out", "-o", help="Run folder; the same command goes on with a stopped run."),
    target: Path = typer.Option(
        None, "--target", "-t", help="Structure or FASTA file. May be left out for a model of one target."
    ),
    chain: str = typer.Option(None, "--chain", help="Chain of the target. Default: the longest protein chain."),
    site: str = typer.Option(None, "--site", help="Binding site for views, such as 'ligand ADN'."),
    top: int = typer.Option(1000, "--top", help="Hits kept with all columns; every score is kept anyway.", min=1),
    seed: int = typer.Option(0, "--seed", help="Seed of every random choice."),
    workers: int = typer.Option(None, "--workers", "-w", help="Worker processes; 0 uses this one only.", min=0),
    scheduler: str = typer.Option(None, "--scheduler", help="Address or file of a running Dask scheduler."),
    smiles: str = typer.Option(None, "--smiles", help="SMILES column of a CSV, TSV or Parquet library."),
    name: str = typer.Option(None, "--name", help="Name column of a CSV, TSV or Parquet library."),
    as_json: bool = typer.Option(False, "--json", help="Print the summary as JSON."),
) -> None:
    """Screen a library with a model into a run folder.

    Ctrl-C, a crash or a kill loses nothing but the batches in work: the same command goes on, and the hits are
    the same to the byte.
    """
    import json

    from screening.clusters.catalog import open_client
    from screening.runs.plan import plan_screen
    from screening.runs.run import ScreenRun
    from screening.runs.screen import run_screen
    from workbench.progress import progress_bar

    if scheduler is not None and workers is not None:
        raise UsageError("--workers and --scheduler exclude each other: the scheduler has its own workers")
    with open_client(workers=workers, address=scheduler) as client, progress_bar() as on_progress:
        prepared = _prepared(library, out, smiles, name, client, on_progress)
        plan = plan_screen(prepared, model, target=target, chain=chain, site=site, seed=seed, top=top)
        run: ScreenRun = run_screen(plan, out, client=client, on_progress=on_progress)
    if as_json:
        typer.echo(json.dumps({"folder": str(run.folder), "key": plan.key, **run.summary}, sort_keys=True))
        return
    typer.echo(f"{run.records:,} records: " + ", ".join(f"{n:,} {state}" for state, n in sorted(run.counts.items())))
    typer.echo(f"hits in {run.folder / 'hits.parquet'}; see them with: workbench hits {out}")


def _prepared(
    sources: list[Path],
    out: Path,
    smiles: str | None,
    name: str | None,
    client: Client | None,
    on_progress: OnProgress,
) -> PreparedLibrary:
    """Open a prepared library, or prepare raw files in a folder beside the run (once)."""
    from screening.compounds.library import open_library
    from screening.compounds.prepare import PrepareOptions, prepare_library

    if any(source.is_dir() for source in sources):
        if len(sources) > 1:
            raise UsageError(
                "a prepared library cannot be mixed with other files",
                source=", ".join(map(str, sources)),
                expected="one prepared library folder, or compound files only",
            )
        return open_library(sources[0])
    folder = out.with_name(out.name + ".library")
    options = PrepareOptions(smiles=smiles, name=name)
    return prepare_library(sources, folder, options=options, client=client, on_progress=on_progress)
