"""``workbench model``: show what a model is and how far it can be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from screening.models.card import ModelCard

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def group() -> None:
    """Show affinity models."""


@app.command("show")
def show(
    model: Path = typer.Argument(..., metavar="MODEL", help="Folder of a model."),
    json: bool = typer.Option(False, "--json", help="Print the model card as JSON."),
) -> None:
    """Show the model card: data, errors beside the baselines, interval, domain, limitations."""
    from screening.models.storage import load_model

    card = load_model(model).card
    if json:
        typer.echo(card.to_json(), nl=False)
        return
    print_card(card)


@app.command("rebuild")
def rebuild(
    model: Path = typer.Argument(..., metavar="MODEL", help="Folder of a model of one target."),
    out: Path = typer.Option(..., "--out", metavar="NEW", help="Folder to write the new model to."),
) -> None:
    """Train a model again from its own compounds and options, with the packages installed here."""
    from screening.models.rebuild import rebuild_model
    from screening.models.storage import require_place, save_model
    from workbench.progress import progress_bar

    require_place(out)
    with progress_bar() as on_progress:
        trained = rebuild_model(model, on_progress=on_progress)
    save_model(trained, out)
    print_card(trained.card)
    typer.echo(f"model written to {out}")


@app.command("compare")
def compare(
    models: list[Path] = typer.Argument(..., metavar="MODELS...", help="Folders of models."),
) -> None:
    """Put the errors of several models side by side; they compare only where data and split are the same."""
    from rich.console import Console
    from rich.table import Table

    from screening.models.storage import load_model

    table = Table()
    for column in ("model", "data", "split", "compounds", "RMSE", "R2", "Spearman", "coverage", "nearest neighbour"):
        table.add_column(column)
    for path in models:
        card = load_model(path).card
        for split, found in card.evaluation.items():
            numbers = found["model"]
            table.add_row(
                f"{path.name} ({card.estimator['name']})",
                f"{card.data['source']} {card.data['sha256'][:6]}",
                split,
                str(numbers["n"]),
                *(_cell(numbers[key]) for key in ("rmse", "r2", "spearman")),
                _cell(found["interval"]["coverage"]),
                _cell(found["baselines"]["nearest neighbour"]["rmse"]),
            )
    Console(highlight=False, soft_wrap=True).print(table)


def print_card(card: ModelCard) -> None:
    """Print a model card for people."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{card.title} ({card.model_type}, {card.kind})", style="bold", markup=False)
    data = card.data
    rows = ", ".join(f"{count} {state}" for state, count in data.get("states", {}).items())
    console.print(
        f"{data['compounds']} compounds from {data['source']}" + (f": {data['rows']} rows, {rows}" if rows else ""),
        markup=False,
    )
    for split, found in card.evaluation.items():
        table = Table(title=f"{split}: {found['how']}", title_justify="left", title_style="none")
        for column in ("", "compounds", "RMSE", "MAE", "R2", "Spearman"):
            table.add_column(column, justify="left" if not column else "right")
        for label, numbers in {"this model": found["model"], **found["baselines"]}.items():
            table.add_row(
                label, str(numbers["n"]), *(_cell(numbers.get(key)) for key in ("rmse", "mae", "r2", "spearman"))
            )
        console.print(table)
        interval = found["interval"]
        console.print(
            f"  {interval['confidence']:.0%} interval: holds {interval['coverage']:.1%} of the measured values,"
            f" median width {interval['median_width']:.2f} log units",
            markup=False,
        )
        if "leakage" in found:
            console.print(f"  {found['leakage']['sentence']}", markup=False)
    console.print(f"domain: {card.domain['rule']} {card.domain['least_similarity']:g}", markup=False)
    for one in data.get("contradictions", [])[:5]:
        values = ", ".join(f"{value:g}" for value in one["values"])
        console.print(
            f"contradictory: {one['name']} ({values}), {'kept at its median' if one['kept'] else 'left out'}",
            markup=False,
        )
    for sentence in (*data.get("notes", []), *card.limitations):
        console.print(f"note: {sentence}", markup=False)


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:.3f}"
