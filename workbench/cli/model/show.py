"""``workbench model show``."""

from __future__ import annotations

from pathlib import Path

import typer


def show(
    model: Path = typer.Argument(..., metavar="MODEL", help="Folder of a model."),
    page: Path = typer.Option(None, "--page", metavar="FILE", help="Write the card with its plots as a web page."),
    json: bool = typer.Option(False, "--json", help="Print the model card as JSON."),
) -> None:
    """Show the model card: data, errors beside the baselines, interval, domain, limitations."""
    from screening.models.storage import load_model
    from workbench.cli.printing.print_card import print_card

    loaded = load_model(model)
    if page is not None:
        from workbench.plots.model_card import write_page

        typer.echo(f"card written to {write_page(loaded, page)}")
        return
    if json:
        typer.echo(loaded.card.to_json(), nl=False)
        return
    print_card(loaded.card)
