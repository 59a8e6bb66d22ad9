"""``workbench series cliffs``."""

from __future__ import annotations

from pathlib import Path

import typer

from workbench.cli.series.series_options import JSON, KIND, OUT, SOURCE, answer, given
from workbench.cli.table_options import NAME, SMILES, UNIT, VALUE


def cliffs(
    source: Path = SOURCE,
    alike: float = typer.Option(0.7, "--alike", min=0.0, max=1.0, help="Least Tanimoto similarity of a pair."),
    jump: float = typer.Option(2.0, "--jump", min=0.0, help="Least difference in log units."),
    top: int = typer.Option(20, "--top", min=1, help="Pairs drawn on the page."),
    out: Path = OUT,
    as_json: bool = JSON,
    smiles: str = SMILES,
    name: str = NAME,
    value: str = VALUE,
    unit: str = UNIT,
    kind: str = KIND,
) -> None:
    """Show activity cliffs: pairs of compounds that look alike and differ much."""
    from workbench import series

    columns = given(smiles=smiles, name=name, value=value, unit=unit, kind=kind)
    answer(series.cliffs(source, alike=alike, jump=jump, top=top, **columns), out, as_json)
