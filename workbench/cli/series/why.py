"""``workbench series why``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from workbench.cli.series.series_options import JSON, KIND, OUT, SOURCE, given
from workbench.cli.table_options import NAME, SMILES, UNIT, VALUE

if TYPE_CHECKING:
    from screening.targets.target import Target


def why(
    source: Path = SOURCE,
    first: str = typer.Argument(..., metavar="COMPOUND", help="Name, SMILES or id; of a run also record:N."),
    second: str = typer.Argument(..., metavar="COMPOUND", help="The analogue of it."),
    target: str = typer.Option(
        None, "--target", "-t", help="Structure file or known target, for a model of a protein family."
    ),
    out: Path = OUT,
    as_json: bool = JSON,
    smiles: str = SMILES,
    name: str = NAME,
    value: str = VALUE,
    unit: str = UNIT,
    kind: str = KIND,
) -> None:
    """Say why one compound is weaker than another: what changes, and what is measured, predicted and seen of it."""
    from workbench import series
    from workbench.cli.series.series_options import explain

    columns = given(smiles=smiles, name=name, value=value, unit=unit, kind=kind)
    asked: Target | str | None = target
    if target is not None and Path(target).is_file():
        from screening.targets.files.read import read_target

        asked = read_target(target)
    explain(series.compare_compounds(source, first, second, target=asked, **columns), out, as_json)
