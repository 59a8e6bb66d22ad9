"""``workbench model rebuild``."""

from __future__ import annotations

from pathlib import Path

import typer


def rebuild(
    model: Path = typer.Argument(..., metavar="MODEL", help="Folder of a model of one target."),
    out: Path = typer.Option(..., "--out", metavar="NEW", help="Folder to write the new model to."),
) -> None:
    """Train a model again from its own compounds and options, with the packages installed here."""
    from screening.models.rebuild import rebuild_model
    from screening.models.storage import require_place, save_model
    from workbench.cli.printing.print_card import print_card
    from workbench.plots.model_card import write_card
    from workbench.progress import progress_bar

    require_place(out)
    with progress_bar() as on_progress:
        trained = rebuild_model(model, on_progress=on_progress)
    save_model(trained, out)
    write_card(trained, out)
    print_card(trained.card)
    typer.echo(f"model written to {out}")
