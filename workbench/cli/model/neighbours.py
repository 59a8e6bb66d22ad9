"""``workbench model neighbours``."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import typer

from screening.printable import printable
from workbench.cli.model.compounds import parents_of


def neighbours(
    model: Path = typer.Argument(..., metavar="MODEL", help="Folder of a model of one target."),
    smiles: list[str] = typer.Argument(..., metavar="SMILES...", help="Compounds."),
    top: int = typer.Option(5, "--top", min=1, help="Neighbours to list for each compound."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Predict compounds, and list the most similar training compounds with their measured values."""
    import json

    from screening.models import explain
    from screening.models.cards.card_text import measured_text
    from screening.models.storage import load_model, require_one_target
    from screening.models.training_set import compound_block
    from workbench.cli.printing.print_prediction import as_dict, sentence

    loaded = require_one_target(load_model(model), model)
    parents = parents_of(smiles)
    found = loaded.predict(compound_block(parents))
    near = [explain.neighbours(loaded.training, parent, top) for parent in parents]
    if as_json:
        rows = [
            {"smiles": parent, **as_dict(loaded, found, row), "neighbours": [_rounded(one) for one in near[row]]}
            for row, parent in enumerate(parents)
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    for row, parent in enumerate(parents):
        typer.echo(f"{parent}: {sentence(loaded, found, row)}")
        for one in near[row]:
            value = measured_text(loaded.card, one.value, one.limit)
            typer.echo(f"  similarity {one.similarity:.2f}  {printable(one.name)}: {value}  {one.smiles}")


def _rounded(one: object) -> dict[str, object]:
    row: dict[str, object] = dataclasses.asdict(one)  # type: ignore[call-overload]
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}
