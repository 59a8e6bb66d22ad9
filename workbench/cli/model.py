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


@app.command("profile")
def profile(
    model: Path = typer.Argument(..., metavar="MODEL", help="Folder of a sequence model."),
    smiles: list[str] = typer.Argument(..., metavar="SMILES...", help="Compounds."),
    top: int = typer.Option(10, "--top", min=1, help="Targets to list for each compound."),
    json: bool = typer.Option(False, "--json", help="Print all targets as JSON."),
) -> None:
    """Predict compounds against every target of a model at once: the tightest targets, and how selective."""
    import json as json_module

    from screening.compounds.standardise import Refusal, parent_of
    from screening.errors import LibraryError, ModelError
    from screening.models import selectivity
    from screening.models.sequence import SequenceModel
    from screening.models.storage import load_model
    from screening.models.training_set import compound_block

    loaded = load_model(model)
    if not isinstance(loaded, SequenceModel):
        raise ModelError("is a model of one target", source=model, expected="a sequence model, as data/models/kinome")
    parents = []
    for text in smiles:
        parent = parent_of(text)
        if isinstance(parent, Refusal):
            raise LibraryError(parent.reason, source=text[:60], expected="a SMILES")
        parents.append(parent.smiles)
    found = selectivity.profile(loaded, compound_block(parents))
    scores, gini = found.score(), found.gini(loaded.floor)
    if json:
        rows = [
            {
                "smiles": parents[row],
                "score": round(float(scores[row]), 4),
                "gini": round(float(gini[row]), 4),
                "affinity": dict(found.tightest(row, len(found.target_names))),
            }
            for row in range(len(parents))
        ]
        typer.echo(json_module.dumps(rows, indent=2))
        return
    for row, text in enumerate(parents):
        typer.echo(
            f"{text}: predicted {loaded.kind} above 6 for {scores[row]:.1%} of {len(found.target_names)} targets,"
            f" Gini {gini[row]:.2f}"
        )
        for name, affinity in found.tightest(row, top):
            measured = float(found.measured[row, found.target_names.index(name)])
            known = f", measured {measured:.2f}" if measured == measured else ""
            typer.echo(f"  {name}: {affinity:.2f}{known}")


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
