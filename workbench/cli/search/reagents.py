"""``workbench search reagents``."""

from __future__ import annotations

import sys
from pathlib import Path

import typer


def reagents(
    search: Path = typer.Argument(..., metavar="SEARCH", help="Folder of a search through a reaction library."),
    top: int = typer.Option(100, "--top", "-n", help="Of how many of the best products.", min=1),
    out: Path = typer.Option(None, "--out", "-o", metavar="FILE", help="CSV file. Default: standard output."),
    routes: bool = typer.Option(False, "--routes", help="The products with their routes instead."),
) -> None:
    """List the reagents to buy for the best products found, those needed most often first; or how each is made."""
    import io

    from screening.engine import files
    from screening.engine.csv_table import write_csv
    from screening.runs.search.reactions.shopping import reagents_to_buy, routes_of
    from screening.runs.search.rounds import open_search

    found = open_search(search)
    table = routes_of(found, top) if routes else reagents_to_buy(found, top)
    stream = io.StringIO(newline="")
    write_csv(stream, table)
    if out is None:
        sys.stdout.write(stream.getvalue())
        return
    files.write_text(out, stream.getvalue())
    typer.echo(f"{table.num_rows:,} {'products' if routes else 'reagents'} in {out}")
