"""``workbench export``: write a hit list to a file."""

from __future__ import annotations

from pathlib import Path

import typer

from screening.errors import UsageError


def command(
    run: Path = typer.Argument(..., help="Run folder."),
    out: Path = typer.Option(..., "--out", "-o", help="File to write; its suffix gives the format."),
    format: str = typer.Option(None, "--format", "-f", help="csv, sdf, html or parquet."),
    top: int = typer.Option(None, "--top", help="Number of hits. Default: 1,000.", min=1),
    all_rows: bool = typer.Option(False, "--all", help="Every scored compound, not only the best."),
    inchikey: bool = typer.Option(False, "--inchikey", help="Add a column with standard InChIKeys; not in a page."),
    force: bool = typer.Option(False, "--force", help="Write over a file that is no earlier export."),
) -> None:
    """Write the ranked hits of a run to CSV, SDF, Parquet or one self-contained HTML page."""
    from workbench import session
    from workbench.run import PAGE_ROWS

    if all_rows and top is not None:
        raise UsageError("--top and --all exclude each other")
    if all_rows and (format or out.suffix.removeprefix(".")) == "html":
        raise UsageError(
            "a page cannot hold every compound", expected="--top N with html, or csv, sdf, parquet with --all"
        )
    rows = None if all_rows else top or PAGE_ROWS
    path = session.open_run(run).export(out, format=format, top=rows, overwrite=force, inchikey=inchikey)
    typer.echo(path)
