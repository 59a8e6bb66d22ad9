"""``workbench results show``: how right a run was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from screening.runs.run import ScreenRun


def command(
    run: Path = typer.Argument(..., help="Run folder."),
    active_above: float = typer.Option(None, "--active-above", metavar="P", help="A hit has this value or more."),
    out: Path = typer.Option(None, "--out", "-o", help="Draw measured against predicted to this .png, .svg or .pdf."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Say how right the predictions of a run were, on the chosen compounds and on the rest."""
    import dataclasses
    import json

    from screening.runs.results.assay import all_results
    from screening.runs.results.calibration import calibration, hit_threshold
    from screening.runs.results.kept_batch import batch_outcomes
    from screening.runs.run import open_run

    opened = open_run(run)
    if out is not None:
        from workbench.plots.figure import save_figure
        from workbench.plots.results_calibration import results_calibration

        table = all_results(opened)
        drawn = results_calibration(table, opened.kind, hit_threshold(opened, active_above))
        save_figure(drawn, out)
    if as_json:
        table = all_results(opened)
        found = calibration(table, hit_threshold(opened, active_above), opened.kind)
        groups = [dataclasses.asdict(one) for one in found]
        batches = [dataclasses.asdict(one) for one in batch_outcomes(opened, table)]
        typer.echo(json.dumps({"groups": groups, "batches": batches}).replace("NaN", "null"))
        return
    print_results(opened, active_above)
    if out is not None:
        typer.echo(out)


def print_results(run: ScreenRun, active_above: float | None) -> None:
    """Print what was found, a line a group."""
    from rich.table import Table

    from screening.runs.results.assay import all_results
    from screening.runs.results.calibration import calibration, hit_threshold
    from screening.runs.results.kept_batch import batch_outcomes
    from workbench.console import Console

    table = all_results(run)
    threshold = hit_threshold(run, active_above)
    shown = Table(box=None, pad_edge=False)
    for heading in ("", "compounds", "RMSE", "bias", "90 % holds", f"hits ({threshold:g} or more)", "promised"):
        shown.add_column(heading, justify="left" if not heading else "right", no_wrap=True)
    for one in calibration(table, threshold, run.kind):
        numbers = ("", "", "") if not one.exact else (f"{one.rmse:.2f}", f"{one.bias:+.2f}", f"{one.coverage:.0%}")
        promise = f"{one.promised:.0%} ({one.low:.0%} to {one.high:.0%})"
        shown.add_row(one.group, f"{one.compounds:,}", *numbers, f"{one.hits:,} ({one.hit_rate:.0%})", promise)
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, 160)
    console.print(shown)
    console.print(
        f"bias: measured {run.kind} less predicted; promised: what the predictions as they were made let expect, with"
        " its 90 % interval, not corrected for choosing the best"
    )
    limits = table.num_rows - table.column("limit").to_pylist().count(0)
    if limits:
        console.print(f"{limits:,} of {table.num_rows:,} are limits or labels: they count for hits, not for errors")
    for outcome in batch_outcomes(run, table):
        console.print(outcome.sentence)
