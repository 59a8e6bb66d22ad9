"""``workbench model compare``."""

from __future__ import annotations

from pathlib import Path

import typer


def compare(
    models: list[Path] = typer.Argument(..., metavar="MODELS...", help="Folders of models."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Put the errors of several models side by side; they compare only where data and split are the same."""
    import json

    from screening.models.cards.comparison import comparison
    from screening.models.storage import load_model
    from workbench.cli.printing.print_card import print_table

    found = comparison({str(path): load_model(path).card for path in models})
    if as_json:
        typer.echo(json.dumps(found.rows, indent=2))
        return
    for line in found.legend:
        typer.echo(line)
    for table in found.tables():
        typer.echo()
        print_table(table)
    for warning in found.warnings:
        typer.echo(f"note: {warning}")
