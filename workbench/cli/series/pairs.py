"""``workbench series pairs``."""

from __future__ import annotations

from pathlib import Path

import typer

from workbench.cli.series.series_options import JSON, KIND, OUT, SOURCE, answer, given
from workbench.cli.table_options import NAME, SMILES, UNIT, VALUE


def pairs(
    source: Path = SOURCE,
    radius: int = typer.Option(
        1, "--radius", min=0, max=3, help="Bonds to which surroundings must be the same; 0 anywhere."
    ),
    least: int = typer.Option(3, "--least-pairs", min=1, help="Pairs that an exchange must have."),
    by: str = typer.Option("surest", "--by", help="Order: surest, pairs or change."),
    top: int = typer.Option(25, "--top", min=1, help="Exchanges drawn on the page."),
    out: Path = OUT,
    as_json: bool = JSON,
    smiles: str = SMILES,
    name: str = NAME,
    value: str = VALUE,
    unit: str = UNIT,
    kind: str = KIND,
) -> None:
    """List exchanges of one fragment for another with their mean change and count: matched molecular pairs."""
    from workbench import series

    columns = given(smiles=smiles, name=name, value=value, unit=unit, kind=kind)
    answer(series.matched_pairs(source, radius=radius, least_pairs=least, by=by, top=top, **columns), out, as_json)
