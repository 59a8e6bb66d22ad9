"""``workbench model curve``."""

from __future__ import annotations

from pathlib import Path

import typer


def curve(
    model: Path = typer.Argument(..., metavar="MODEL", help="Folder of a model of one target."),
    by_scaffold: bool = typer.Option(False, "--by-scaffold", help="Test on rare scaffolds, not on a random fifth."),
    estimator: str = typer.Option(
        "fast", "--model", help="Which model to train, see `workbench train --help`; the ensemble takes minutes."
    ),
    plot: Path = typer.Option(None, "--plot", metavar="FILE", help="Draw it, as .png, .svg or .pdf."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Train on growing parts of a model's compounds: would more measurements help?"""
    import dataclasses
    import json

    from screening.errors import ModelError
    from screening.models.cards.card_text import CardTable
    from screening.models.learning_curve import learning_curve
    from screening.models.rebuild import stored_data
    from workbench.cli.printing.print_card import print_table
    from workbench.progress import progress_bar

    data = stored_data(model)
    if len(data) < 50:
        raise ModelError(f"holds {len(data)} training compounds", source=model, expected="at least 50 for a curve")
    with progress_bar() as on_progress:
        points = learning_curve(data, model=estimator, by_scaffold=by_scaffold, on_progress=on_progress)
    if plot is not None:
        from workbench.plots.figure import save_figure
        from workbench.plots.learning_curve import learning_curve as draw

        save_figure(draw(points, kind=data.kind.value), plot)
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(point) for point in points], indent=2))
        return
    rows = tuple((f"{p.compounds:,}", f"{p.rmse:.3f}", f"{p.spearman:.3f}") for p in points)
    where = "rare scaffolds" if by_scaffold else "a random fifth"
    print_table(CardTable(f"{estimator} model, tested on {where}", ("training compounds", "RMSE", "Spearman"), rows))
    gain = points[-2].rmse - points[-1].rmse
    typer.echo(f"The last doubling of the training compounds lowered the RMSE by {gain:.3f}.")
    if plot is not None:
        typer.echo(f"drawn in {plot}")
