"""``workbench model profile``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from workbench.cli.model.compounds import parents_of

if TYPE_CHECKING:
    from screening.models.affinity import AffinityModel, Predictions
    from screening.models.pairs.family_model import FamilyModel
    from screening.models.pairs.selectivity import Profile
    from screening.models.pairs.sequence import SequenceModel


def profile(
    model: Path = typer.Argument(..., metavar="MODEL", help="Folder of a sequence model."),
    smiles: list[str] = typer.Argument(..., metavar="SMILES...", help="Compounds."),
    top: int = typer.Option(10, "--top", min=1, help="Targets to list for each compound."),
    variants: bool = typer.Option(False, "--variants", help="Mutants, phosphorylated and autoinhibited forms too."),
    json: bool = typer.Option(False, "--json", help="Print all targets as JSON; intervals for those --top lists."),
) -> None:
    """Predict compounds against every target of a model at once: the tightest targets, and how selective."""
    import json as json_module

    from screening.errors import ModelError
    from screening.models.pairs import selectivity
    from screening.models.pairs.family_model import FamilyModel
    from screening.models.pairs.sequence import SequenceModel
    from screening.models.storage import load_model
    from screening.models.training_set import compound_block
    from screening.runs.evidence.text import number_text
    from workbench.cli.printing.print_prediction import domain

    loaded = load_model(model)
    if not isinstance(loaded, SequenceModel | FamilyModel):
        raise ModelError("is a model of one target", source=model, expected="a sequence model, as data/models/kinome")
    parents = parents_of(smiles)
    block = compound_block(parents)
    found = selectivity.profile(loaded, block, variants=variants)
    scores, gini = found.score(), found.gini(loaded.floor)
    listed = sorted({at for row in range(len(parents)) for at in _tightest(found, row, top)})
    bound = {at: _bound(loaded, found.target_names[at]).predict(block) for at in listed}
    if json:
        rows = [
            {
                "smiles": parents[row],
                "kind": str(loaded.kind),
                "score": round(float(scores[row]), 4),
                "gini": round(float(gini[row]), 4),
                "affinity": {name: round(value, 3) for name, value in found.tightest(row, len(found.target_names))},
                "tightest": [_as_dict(found, bound[at], row, at) for at in _tightest(found, row, top)],
            }
            for row in range(len(parents))
        ]
        typer.echo(json_module.dumps(rows, indent=2))
        return
    for row, text in enumerate(parents):
        typer.echo(
            f"{text}: predicted {loaded.kind} above 6 for {scores[row]:.1%} of {len(found.target_names)} targets,"
            f" Gini {gini[row]:.2f}; {domain(loaded.training_names, bound[listed[0]], row)}"
        )
        for at in _tightest(found, row, top):
            one, name = bound[at], found.target_names[at]
            measured = found.measured_text(row, at)
            known = f", measured {measured}" + (f" ({found.source})" if found.source else "") if measured else ""
            typer.echo(
                f"  {name}: predicted {loaded.kind} {number_text(float(one.affinity[row]), 2)} (90 % interval"
                f" {number_text(float(one.lower[row]), 2)} to {number_text(float(one.upper[row]), 2)}){known}"
            )


def _bound(model: SequenceModel | FamilyModel, name: str) -> AffinityModel:
    from screening.models.pairs.family_model import FamilyModel

    row = model.target_names.index(name)
    return model.bind_row(row) if isinstance(model, FamilyModel) else model.bind(model.target_sequences[row])


def _tightest(found: Profile, row: int, top: int) -> list[int]:
    return [found.target_names.index(name) for name, _ in found.tightest(row, top)]


def _as_dict(found: Profile, one: Predictions, row: int, at: int) -> dict[str, Any]:
    measured = float(found.measured[row, at])
    return {
        "target": found.target_names[at],
        "affinity": round(float(one.affinity[row]), 3),
        "lower": round(float(one.lower[row]), 3),
        "upper": round(float(one.upper[row]), 3),
        "in_domain": bool(one.in_domain[row]),
        "measured": round(measured, 3) if measured == measured else None,
        "measured_text": found.measured_text(row, at) or None,
        "source": found.source or None if measured == measured else None,
    }
