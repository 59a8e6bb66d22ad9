"""``workbench series r-groups``."""

from __future__ import annotations

from pathlib import Path

import typer

from workbench.cli.series.series_options import JSON, KIND, OUT, SOURCE, answer, given
from workbench.cli.table_options import NAME, SMILES, UNIT, VALUE


def r_groups(
    source: Path = SOURCE,
    core: str = typer.Option(None, "--core", help="SMILES or SMARTS, with or without [*:1]; default: looked for."),
    rows: int = typer.Option(30, "--rows", min=1, help="Compounds drawn on the page."),
    out: Path = OUT,
    as_json: bool = JSON,
    smiles: str = SMILES,
    name: str = NAME,
    value: str = VALUE,
    unit: str = UNIT,
    kind: str = KIND,
) -> None:
    """Show which group each compound has at each position of a common core, and what it is worth."""
    from workbench import series

    columns = given(smiles=smiles, name=name, value=value, unit=unit, kind=kind)
    answer(series.r_groups(source, core, rows=rows, **columns), out, as_json)
