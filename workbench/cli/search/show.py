"""``workbench search show``."""

from __future__ import annotations

from pathlib import Path

import typer

from workbench.cli.search.print_search import print_search


def show(
    search: Path = typer.Argument(..., metavar="SEARCH", help="Folder of the search."),
    top: int = typer.Option(20, "--top", "-n", help="How many of the best.", min=1),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Show what a search has found so far, and how much of the best that is expected to be."""
    import json

    from screening.runs.search.rounds import open_search

    found = open_search(search)
    if as_json:
        typer.echo(json.dumps({"summary": found.summary, "found": found.found().slice(0, top).to_pylist()}))
        return
    print_search(found, top)
