"""``workbench screen``: screen a library with a model."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from screening.errors import UsageError
from workbench.cli.site_options import HELP as SITE_HELP

if TYPE_CHECKING:
    from distributed import Client

    from screening.compounds.library.prepare import PrepareOptions
    from screening.compounds.library.prepared_library import PreparedLibrary
    from screening.engine.progress import OnProgress
    from screening.runs.plan import ScreenPlan
    from screening.targets.target import Target
    from workbench.settings import Settings


def command(
    plan: Path = typer.Argument(None, help="TOML plan; the options below override it. See --example."),
    library: list[Path] = typer.Option(
        None, "--library", "-l", help="Prepared library folder, or compound files (repeat for several)."
    ),
    model: Path = typer.Option(
        None, "--model", "-m", help="Model folder that `workbench train` wrote, or the shipped data/models/kinome."
    ),
    out: Path = typer.Option(None, "--out", "-o", help="Run folder; the same command goes on with a stopped run."),
    target: Path = typer.Option(
        None, "--target", "-t", help="Structure or FASTA file. May be left out for a model of one target."
    ),
    chain: str = typer.Option(None, "--chain", help="Chain of the target. Default: the longest protein chain."),
    site: str = typer.Option(None, "--site", help=SITE_HELP, metavar="SITE"),
    top: int = typer.Option(
        None, "--top", help="Hits kept with all columns; every score is kept anyway. Default: 1000.", min=1
    ),
    seed: int = typer.Option(None, "--seed", help="Seed of every random choice. Default: 0."),
    smiles: str = typer.Option(None, "--smiles", help="SMILES column of a CSV, TSV or Parquet library."),
    name: str = typer.Option(None, "--name", help="Name column of a CSV, TSV or Parquet library."),
    workers: int = typer.Option(None, "--workers", "-w", help="Worker processes or jobs; 0: only this one.", min=0),
    scheduler: str = typer.Option(None, "--scheduler", help="Address or file of a running Dask scheduler."),
    cluster: str = typer.Option(None, "--cluster", help="Start workers as jobs: slurm, pbs, sge or lsf."),
    queue: str = typer.Option(None, "--queue", help="Queue or partition of the jobs."),
    walltime: str = typer.Option(None, "--walltime", help="Longest run time of a job, HH:MM:SS."),
    certificates: Path = typer.Option(None, "--certificates", help="Folder of `workbench cluster certificates`."),
    insecure: bool = typer.Option(None, "--insecure", help="Allow traffic that is not encrypted."),
    performance: Path = typer.Option(None, "--performance", help="Write Dask's performance report to this page."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would be done, and stop."),
    pilot: bool = typer.Option(
        False,
        "--pilot",
        help="Measure a few thousand records, say what all cost, and stop. Compound files: what preparing them costs.",
    ),
    example: bool = typer.Option(False, "--example", help="Print a commented TOML plan, and stop."),
    as_json: bool = typer.Option(False, "--json", help="Print the summary as JSON."),
) -> None:
    """Screen a library with a model into a run folder.

    Ctrl-C, a crash or a kill loses nothing but the batches in work: the same command goes on, and the hits are the
    same to the byte.
    """
    if example:
        from workbench.settings import example as text

        typer.echo(text(), nl=False)
        return
    if scheduler is not None and (workers is not None or cluster is not None):
        raise UsageError("--scheduler excludes --workers and --cluster: a running scheduler has its own workers")
    given: dict[str, dict[str, Any]] = {
        "screen": {
            "library": library or None, "model": model, "out": out, "target": target, "chain": chain, "site": site,
            "top": top, "seed": seed,
        },
        "library": {"smiles": smiles, "name": name},
        "cluster": {
            "backend": cluster, "workers": workers, "scheduler": scheduler, "queue": queue, "walltime": walltime,
            "certificates": certificates, "insecure": insecure,
        },
    }  # fmt: skip
    from screening import interrupts

    with interrupts.watched():
        settings = _settings(plan, given)
        _placed(settings)
        if dry_run:
            _dry_run(settings)
        elif pilot:
            _pilot(settings, as_json)
        else:
            _screen(settings, performance, as_json)


def _settings(plan: Path | None, given: dict[str, dict[str, Any]]) -> Settings:
    """Read the plan file, if any, and put the options of the command line over it."""
    from workbench.settings import read_settings, settings_from

    raw: dict[str, dict[str, Any]] = {} if plan is None else read_settings(plan).model_dump(exclude_unset=True)
    for section, values in given.items():
        raw.setdefault(section, {}).update({key: value for key, value in values.items() if value is not None})
    missing = [f"--{key}" for key in ("library", "model", "out") if raw["screen"].get(key) is None]
    if missing:
        raise UsageError(f"{', '.join(missing)} missing", expected="a TOML plan, or --library, --model and --out")
    return settings_from(raw, source=plan or "the command line")


def _client(settings: Settings, on_progress: OnProgress) -> Any:
    from screening.clusters.catalog import open_client

    cluster = settings.cluster
    options: dict[str, Any] = {}
    if cluster.scheduler is not None:
        options = {"certificates": cluster.certificates, "insecure": cluster.insecure}
    elif cluster.backend != "local":
        report = _waiting(on_progress)
        options = {"options": cluster.job_options(), "certificates": cluster.certificates, "tell": report}
    return open_client(cluster.backend, workers=cluster.workers, address=cluster.scheduler, **options)


def _waiting(on_progress: OnProgress) -> Callable[[str], None]:
    """Return what tells the user how the jobs are in the queue: in the bar, or as lines where there is none."""
    from screening.engine.progress import Progress

    last = ""

    def report(text: str) -> None:
        nonlocal last
        if sys.stderr.isatty():
            on_progress(Progress("waiting for workers", 0, None, f"there yet; {text}"))
        elif text != last:
            typer.echo(f"waiting for workers: {text}", err=True)
        last = text

    return report


def _screen(settings: Settings, performance: Path | None, as_json: bool) -> None:
    import json

    from screening.runs.screen import run_screen
    from workbench.progress import progress_bar

    with progress_bar() as on_progress, _client(settings, on_progress) as client, contextlib.ExitStack() as stack:
        if performance is not None:
            stack.enter_context(_performance_report(client, performance))
        plan = _plan(settings, _prepared(settings, client, on_progress))
        run = run_screen(
            plan, settings.screen.out, client=client, on_progress=on_progress, limits=settings.limits.for_engine()
        )
        plan = run.plan
    if as_json:
        typer.echo(json.dumps({"folder": str(run.folder), "key": plan.key, **run.summary}, sort_keys=True))
        return
    typer.echo(f"{run.records:,} records: " + ", ".join(f"{n:,} {state}" for state, n in sorted(run.counts.items())))
    if run.matched:
        typer.echo(f"the target {run.matched}")
    if run.how_scored:
        typer.echo(f"scored compounds: {run.how_scored}")
    if run.how_scored and plan.features is None:
        typer.echo(f"faster and more complete next time, after: workbench library featurise {plan.library}")
    typer.echo(f"hits in {run.folder / 'hits.parquet'}; see them with: workbench hits {settings.screen.out}")


@contextlib.contextmanager
def _performance_report(client: Client | None, path: Path) -> Iterator[None]:
    import importlib.util

    from distributed import performance_report

    from screening.engine import files
    from screening.errors import MissingExtraError

    if importlib.util.find_spec("bokeh") is None:
        raise MissingExtraError(
            "Dask draws its report with bokeh", expected="pip install 'target-screening-workbench[performance]'"
        )
    if client is None:
        raise UsageError("--performance reports on Dask workers, and --workers 0 uses none")
    client.as_current()
    with performance_report(filename=str(path), mode="inline"):
        yield
    # Two decorations of the page (an icon, formulas) would still be fetched from a network by whoever opens it.
    page = re.sub(r'<(?:link|script)\b[^>]*(?:href|src)="https?://[^>]*>(?:\s*</script>)?', "", path.read_text("utf-8"))
    files.write_text(path, page)


def _plan(settings: Settings, library: PreparedLibrary) -> ScreenPlan:
    from screening.runs.plan import plan_screen

    screen = settings.screen
    target, site = _placed(settings)
    return plan_screen(
        library, screen.model, target=target, chain=screen.chain, site=site, seed=screen.seed, top=screen.top
    )


def _placed(settings: Settings) -> tuple[Target | None, str | None]:
    """Read the target and place the site on it, so that what cannot be placed is report before any work."""
    from screening.runs.site import place_site
    from screening.targets.files.read import read_target

    screen = settings.screen
    if screen.target is None:
        if screen.site is not None or screen.chain is not None:
            raise UsageError("a site or a chain needs a target", expected="--target FILE")
        return None, None
    target = read_target(screen.target)
    return target, None if screen.site is None else place_site(target, screen.site).origin


def _prepared(settings: Settings, client: Client | None, on_progress: OnProgress) -> PreparedLibrary:
    """Open a prepared library, or prepare raw files in a folder beside the run (once)."""
    from screening.compounds.library.prepare import prepare_library
    from workbench.cli.dry_run import library_at_hand, prepared_beside

    found = library_at_hand(settings)
    sources, options = _raw(settings)
    if found is not None and sources[0].is_dir():
        return found
    folder = prepared_beside(settings.screen.out)
    return prepare_library(sources, folder, options=options, client=client, on_progress=on_progress)


def _raw(settings: Settings) -> tuple[list[Path], PrepareOptions]:
    from screening.compounds.library.prepare import PrepareOptions

    given = settings.screen.library
    options = PrepareOptions(smiles=settings.library.smiles, name=settings.library.name)
    return given if isinstance(given, list) else [given], options


def _dry_run(settings: Settings) -> None:
    """Say what would be done; what is missing or does not fit is an error, as it would be later."""
    from workbench.cli import dry_run

    library = dry_run.library_at_hand(settings)
    plan = None
    if library is not None:
        plan = _plan(settings, library)
    else:
        _require_model(settings)
    intention = dry_run.intention(settings, library, plan)
    dry_run.describe(settings)
    typer.echo(f"\n{intention}")


def _require_model(settings: Settings) -> None:
    """Load the model and bind it to the target, so that what does not fit is report before any library is there."""
    from screening.runs.plan import load_bound, sequence_of

    target, _ = _placed(settings)
    load_bound(str(settings.screen.model), None if target is None else sequence_of(target, settings.screen.chain))


def _pilot(settings: Settings, as_json: bool) -> None:
    """Say what the screen costs, or what preparing its compound files costs where they are not prepared yet."""
    import dataclasses
    import json

    from screening.clusters.local import cores
    from screening.compounds.library.preparation_cost import PreparationCost, preparation_cost
    from screening.runs.estimate import Estimate, estimate
    from workbench.cli.dry_run import library_at_hand, prepared_beside
    from workbench.progress import progress_bar, size_text

    prepared = library_at_hand(settings) is not None
    if not prepared:
        _require_model(settings)
    found: Estimate | PreparationCost
    with progress_bar() as on_progress:
        if prepared:
            library = _prepared(settings, None, on_progress)
        else:
            sources, options = _raw(settings)
            found = preparation_cost(sources, options=options, on_progress=on_progress)
    if prepared:
        found = estimate(_plan(settings, library), library)
    workers = settings.cluster.workers or cores()
    if as_json:
        report = {"stage": "screen" if prepared else "prepare", "workers": workers, "hours": found.hours(workers)}
        typer.echo(json.dumps({**dataclasses.asdict(found), **report}))
        return
    typer.echo(
        f"{found.records:,} records{'' if prepared else ' to prepare first,'} at "
        f"{found.records_per_second:,.0f} a second on one worker (measured on "
        f"{found.pilot_records:,}): {_hours(found.cpu_hours)} of one core, about {_hours(found.hours(workers))} on "
        f"{workers} worker{'s' if workers != 1 else ''}, {size_text(found.megabytes * 1e6)} written"
    )
    if not prepared:
        columns = [f"--{key} {value}" for key, value in settings.library.model_dump().items() if value is not None]
        beside = prepared_beside(settings.screen.out)
        command = ["workbench library prepare", *map(str, sources), *columns, "--out", str(beside)]
        typer.echo(f"what the screen costs can be measured once they are prepared: {' '.join(command)}")


def _hours(hours: float) -> str:
    if hours < 0.025:
        return f"{hours * 3600:.0f} s"
    return f"{hours * 60:.0f} min" if hours < 1.5 else f"{hours:.1f} h"
