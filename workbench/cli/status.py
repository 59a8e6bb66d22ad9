"""``workbench status``: how far a run is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from screening.printable import printable

if TYPE_CHECKING:
    from screening.runs.status import RunStatus


def command(
    run: Path = typer.Argument(..., help="Run folder."),
    watch: bool = typer.Option(False, "--watch", help="Look again every two seconds until the run ends."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Show how far a run is, from any terminal; nothing in the run is touched."""
    import dataclasses
    import json
    import time

    from screening.runs.open_folder import run_folders
    from screening.runs.status import run_status

    while True:
        several = run_folders(run)
        states = []
        for folder in several:
            if len(several) > 1 and not folder.exists():
                typer.echo(f"{folder}: not begun", err=as_json)
                continue
            found = run_status(folder)
            states.append(found.state)
            typer.echo(json.dumps(dataclasses.asdict(found), sort_keys=True) if as_json else _text(found))
        if not watch or "running" not in states:
            return
        time.sleep(2)


def _text(status: RunStatus) -> str:
    from workbench.progress import rate_text

    lines = [f"{status.folder}: {status.state}" + (f" ({printable(status.holder)})" if status.holder else "")]
    of = f" of {status.records:,}" if status.records is not None else ""
    batches = f" of {status.parts:,}" if status.parts is not None else ""
    lines.append(f"  {status.records_done:,}{of} records, {status.parts_done:,}{batches} batches")
    if status.counts:
        lines.append("  " + ", ".join(f"{count:,} {state}" for state, count in sorted(status.counts.items())))
    if status.matched:
        lines.append(f"  the target {printable(status.matched)}")
    if status.records_per_second_worker:
        together = f", {rate_text(status.records_per_second)} by all together" if status.records_per_second else ""
        lines.append(
            f"  {rate_text(status.records_per_second_worker)} records on one worker{together}; "
            f"{_duration(status.cpu_seconds)} of work so far"
        )
    if status.seconds_left is not None:
        lines.append(f"  about {_duration(status.seconds_left)} left")
    lines += [f"  {count:,} x {printable(reason)}" for reason, count in status.failures.items()]
    lines += [f"  the {name} is not at {printable(place)}" for name, place in status.missing.items()]
    if status.state == "stopped":
        lines.append("  run the same command again to go on")
    return "\n".join(lines)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
