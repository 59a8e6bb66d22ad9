"""``workbench model cliffs``."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import typer

from screening.printable import printable


def cliffs(
    model: Path = typer.Argument(..., metavar="MODEL", help="Folder of a model of one target."),
    alike: float = typer.Option(0.7, "--alike", min=0.0, max=1.0, help="Least Tanimoto similarity of a pair."),
    jump: float = typer.Option(2.0, "--jump", min=0.0, help="Least difference in log units."),
    top: int = typer.Option(20, "--top", min=1, help="Pairs to list."),
    as_json: bool = typer.Option(False, "--json", help="Print all pairs as JSON."),
) -> None:
    """List activity cliffs: pairs of training compounds that look alike and differ much."""
    import json

    from screening.errors import ModelError
    from screening.models import explain
    from screening.models.storage import load_model, require_one_target

    loaded = require_one_target(load_model(model), model)
    what = loaded.card.data.get("measured", loaded.card.kind)
    if loaded.card.model_type == "known actives" or what == "label":
        raise ModelError("holds no measured affinities", source=model, expected="a model trained on values")
    found = explain.cliffs(loaded.training, alike=alike, jump=jump)
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(one) for one in found], indent=2))
        return
    pairs = "pair" if len(found) == 1 else "pairs"
    typer.echo(
        f"{len(found):,} {pairs} of training compounds with similarity {alike:g} or more differ by {jump:g} log units"
        " or more"
    )
    for one in found[:top]:
        typer.echo(
            f"  {printable(one.first)}: {what} {one.value:.2f}; {printable(one.second)}:"
            f" {one.value - one.difference:.2f}; similarity {one.similarity:.2f}"
        )
        typer.echo(f"    {one.first_smiles}\n    {one.second_smiles}")
    if len(found) > top:
        typer.echo(f"  and {len(found) - top:,} more (--top, or --json for all)")
