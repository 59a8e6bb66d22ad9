"""What ``workbench screen --dry-run`` says: the settings, whether the inputs are there, and what would happen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from screening.errors import UsageError

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary
    from screening.runs.plan import ScreenPlan
    from workbench.settings import Settings


def describe(settings: Settings) -> None:
    """Print the settings, and the job script of a queueing system."""
    from screening.clusters.jobqueue import SYSTEMS, job_script

    for section in type(settings).model_fields:
        values = getattr(settings, section).model_dump()
        typer.echo(f"[{section}]")
        for key, value in values.items():
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            typer.echo(f"  {key}: {'' if shown is None else shown}".rstrip())
    cluster = settings.cluster
    if cluster.scheduler is None and cluster.backend in SYSTEMS:
        typer.echo(f"\njob script, submitted {cluster.workers or 1} times:\n")
        script = job_script(SYSTEMS[cluster.backend], cluster.job_options(), certificates=cluster.certificates)
        typer.echo(script.rstrip())


def library_at_hand(settings: Settings) -> PreparedLibrary | None:
    """Return the prepared library of the settings; None if compound files would have to be prepared first.

    Raises
    ------
    FileError, LibraryError
        If a file is missing, or has no first record.
    """
    from screening.compounds.files.columns import Columns
    from screening.compounds.files.formats import open_files
    from screening.compounds.library.prepared_library import LIBRARY_FILE, open_library

    given, out = settings.screen.library, settings.screen.out
    sources = given if isinstance(given, list) else [given]
    if any(source.is_dir() for source in sources):
        if len(sources) > 1:
            raise UsageError(
                "a prepared library cannot be mixed with other files",
                source=", ".join(map(str, sources)),
                expected="one prepared library folder, or compound files only",
            )
        return open_library(sources[0])
    for file in open_files(sources, Columns(settings.library.smiles, settings.library.name)):
        file.require_first_record()
    beside = prepared_beside(out)
    return open_library(beside) if (beside / LIBRARY_FILE).exists() else None


def prepared_beside(out: Path) -> Path:
    """Return where compound files are prepared for a run."""
    return out.with_name(out.name + ".library")


def intention(settings: Settings, library: PreparedLibrary | None, plan: ScreenPlan | None) -> str:
    """Say whether the command would start a run, go on with one, or find it finished.

    Raises
    ------
    RunMismatchError
        If the run folder holds a run of another plan.
    """
    from screening.runs.plan import ScreenPlan
    from screening.runs.run import PLAN
    from screening.runs.status import run_status
    from workbench.progress import size_text

    out = settings.screen.out
    if library is None or plan is None:
        size = sum(source.stat().st_size for source in _files(settings))
        return f"would prepare {size_text(size)} of compound files in {prepared_beside(out)}, then screen into {out}"
    all_of_it = f"{library.records:,} records ({library.compounds:,} compounds)"
    path = out / PLAN
    if not path.is_file():
        return f"would start a screen of {all_of_it} in {out}"
    begun = ScreenPlan.from_json(path.read_text("utf-8"), path)
    plan.as_begun(begun).require_same(begun, out)
    status = run_status(out)
    if status.state == "finished":
        return f"the screen of {all_of_it} in {out} is finished; its files would be checked"
    held = f", which {status.holder} is working on" if status.holder else ""
    return f"would go on with {out}{held}: {status.records_done:,} of {all_of_it} are done"


def _files(settings: Settings) -> list[Path]:
    import glob

    given = settings.screen.library
    found = [Path(name) for each in (given if isinstance(given, list) else [given]) for name in glob.glob(str(each))]
    return [path for path in found if path.is_file()]
