"""What the commands on a series have in common: where the compounds come from, and where the answer goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from screening.printable import printable

if TYPE_CHECKING:
    from workbench.tables.compared_pair import ComparedPair

SOURCE = typer.Argument(..., metavar="SOURCE", help="Folder of a model or a run, or a table of measured values.")
OUT = typer.Option(None, "--out", "-o", metavar="FILE", help="Write a drawn page (.html) or all rows (.csv).")
JSON = typer.Option(False, "--json", help="Print all rows as JSON.")
KIND = typer.Option(None, "--kind", help="pIC50, pKi, pKd or pEC50, if the table does not say it.")


def given(**columns: Any) -> dict[str, Any]:
    """Return the columns that were named."""
    return {name: value for name, value in columns.items() if value is not None}


def answer(found: Any, out: Path | None, as_json: bool) -> None:
    """Write the answer to a file, or print it."""
    if as_json:
        import json

        typer.echo(json.dumps(found.table.to_pylist(), indent=1))
    elif out is None:
        for line in repr(found).splitlines():
            typer.echo(printable(line.strip("<>")))
    if out is not None:
        typer.echo(found.save(out), err=as_json)


def explain(found: ComparedPair, out: Path | None, as_json: bool) -> None:
    """Write what is known of two compounds to a file, or print it."""
    if as_json:
        import json

        typer.echo(json.dumps(found.as_dict(), indent=1))
    elif out is None:
        for line in repr(found).splitlines():
            typer.echo(printable(line))
    if out is not None:
        typer.echo(found.save(out), err=as_json)
