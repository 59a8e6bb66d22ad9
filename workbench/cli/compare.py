"""``workbench compare``: what changed between two runs."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    run_a: Path = typer.Argument(..., help="Run folder, before."),
    run_b: Path = typer.Argument(..., help="Run folder, after."),
    top: int = typer.Option(100, "--top", help="Best so many of each are compared.", min=1),
    out: Path = typer.Option(None, "--out", "-o", help="Draw both rankings to this .png, .svg or .pdf."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Say what entered, left and moved among the best, and why: another model, library, target, site or filter."""
    import dataclasses
    import json

    from screening.printable import printable
    from screening.runs.comparison.compare_runs import compare_runs
    from screening.runs.run import open_run

    found = compare_runs(open_run(run_a), open_run(run_b), top)
    if out is not None:
        from workbench.plots.figure import save_figure
        from workbench.plots.run_comparison import run_comparison

        save_figure(run_comparison(found), out)
    if as_json:
        facts = {key: value for key, value in vars(found).items() if key != "ranks"}
        for name in ("entered", "left", "moved"):
            facts[name] = [{**dataclasses.asdict(one), "identity": one.identity.hex()} for one in facts[name]]
        typer.echo(json.dumps(facts))
        return
    for line in found.differences or ["the plans are the same"]:
        typer.echo(printable(line))
    overlap = ", ".join(f"{count} of {size:,}" for size, count in found.overlap.items())
    typer.echo(
        f"{found.shared:,} compounds scored by both, rank correlation {found.correlation:.3f}; in both: {overlap}"
    )
    for title, rows in (("entered", found.entered), ("left", found.left), ("moved most", found.moved)):
        typer.echo(f"{title}: {len(rows)}")
        for one in rows[:10]:
            ranks = " to ".join("not scored" if rank is None else f"{rank:,}" for rank in (one.before, one.after))
            typer.echo(printable(f"  {one.name}: {ranks}" + (f" ({one.why})" if one.why else "")))
    if out is not None:
        typer.echo(out)
