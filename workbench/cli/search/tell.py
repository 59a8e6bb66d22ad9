"""``workbench search tell``."""

from __future__ import annotations

from pathlib import Path

import typer

from screening.errors import UsageError
from screening.printable import printable
from workbench.cli.search.print_search import print_search


def tell(
    search: Path = typer.Argument(..., metavar="SEARCH", help="Folder of the search."),
    file: Path = typer.Argument(..., metavar="FILE", help="CSV with a value for each compound that was asked for."),
    value: str = typer.Option("value", "--value", help="Its column with the values."),
    name: str = typer.Option("name", "--name", help="Its column with the names."),
) -> None:
    """Take the measured values of the compounds that were asked for."""
    from screening.runs.search import ask_tell
    from screening.runs.search.rounds import open_search

    found = open_search(search)
    told = ask_tell.tell(found, file, value=value, name=name)
    if told.missing:
        named = ", ".join(printable(one) for one in told.missing[:5])
        raise UsageError(
            f"{len(told.missing)} compounds that were asked for are not in it ({named}); nothing was taken",
            source=file,
            expected="a row for each, its value empty where it was not measured",
        )
    typer.echo(f"{told.answered:,} values, {told.failed:,} without one")
    if found.finished:
        print_search(found)
