"""``workbench train``: measured affinities in, a model with its card out."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    file: Path = typer.Argument(..., metavar="FILE", help="CSV or TSV of measured affinities (also .gz, .zst)."),
    smiles: str = typer.Option(..., "--smiles", metavar="COLUMN", help="Column with the SMILES."),
    value: str = typer.Option(..., "--value", metavar="COLUMN", help="Column with the affinity."),
    unit: str = typer.Option(..., "--unit", help="nM, uM, mM, pM, M, or p for -log10 molar."),
    out: Path = typer.Option(..., "--out", metavar="MODEL", help="Folder to write the model to."),
    kind: str = typer.Option("pIC50", "--kind", help="What was measured: pIC50, pKi, pKd or pEC50."),
    qualifier: str | None = typer.Option(None, "--qualifier", metavar="COLUMN", help="Column with >, < or =."),
    name: str | None = typer.Option(None, "--name", metavar="COLUMN", help="Column with compound names."),
    model: str = typer.Option("ensemble", "--model", help="Which model to train."),
    fast: bool = typer.Option(False, "--fast", help="The model that trains in seconds and screens fastest."),
    seed: int = typer.Option(0, "--seed", help="Seed of every random choice."),
    title: str = typer.Option("", "--title", help="One line that says what the model predicts."),
    trust_units: bool = typer.Option(False, "--trust-units", help="Accept a column that looks like two units."),
    json: bool = typer.Option(False, "--json", help="Print the model card as JSON."),
) -> None:
    """Train an affinity model on measured values and say how good it is."""
    from screening.errors import UsageError
    from screening.models.affinity import AffinityKind
    from screening.models.measurements import read_measurements
    from screening.models.storage import require_place, save_model
    from screening.models.train import TrainOptions, require_model, train_model
    from workbench.cli.model import print_card
    from workbench.progress import progress_bar

    kinds = {one.value.lower(): one for one in AffinityKind}
    if kind.lower() not in kinds:
        raise UsageError(
            f"{kind!r} is no kind of affinity", expected=f"one of {', '.join(kinds[one].value for one in kinds)}"
        )
    model = "fast" if fast else model
    require_model(model)
    require_place(out)
    with progress_bar() as on_progress:
        data = read_measurements(
            file,
            smiles=smiles,
            value=value,
            unit=unit,
            kind=kinds[kind.lower()],
            name=name,
            qualifier=qualifier,
            trust_units=trust_units,
            on_progress=on_progress,
        )
        trained = train_model(data, options=TrainOptions(model=model, seed=seed, title=title), on_progress=on_progress)
    save_model(trained, out)
    if json:
        typer.echo(trained.card.to_json(), nl=False)
        return
    print_card(trained.card)
    typer.echo(f"model written to {out}")
