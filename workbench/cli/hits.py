"""``workbench hits``: list the hits of a run, or explain any compound's fate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from screening.errors import UsageError
from workbench.cli.printable import printable

if TYPE_CHECKING:
    import pyarrow as pa

    from screening.runs.run import ScreenRun


def command(
    run: Path = typer.Argument(..., help="Run folder."),
    top: int = typer.Option(20, "--top", "-n", help="How many hits.", min=1),
    compound: str = typer.Option(
        None,
        "--why",
        help="Explain a compound: its name, SMILES, id, number in its file, FILE:NUMBER, or record:N (counted from 0).",
    ),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """List the best compounds of a run, or say what became of any compound and why."""
    import json

    from screening.runs.hits import HIT_SCHEMA, ranking
    from screening.runs.run import open_run

    found = open_run(run)
    if compound is not None:
        _explain(found, compound, as_json)
        return
    import pyarrow as pa

    table = pa.Table.from_batches(list(ranking(found, top)), schema=HIT_SCHEMA)
    if as_json:
        typer.echo(json.dumps([_rounded(row) for row in table.to_pylist()]))
        return
    _print(table, found)


def _explain(run: ScreenRun, compound: str, as_json: bool) -> None:
    import dataclasses
    import json

    from screening.runs.why import why

    fates = why(run, compound)
    if not fates:
        raise UsageError(
            f"no record of this run is {compound!r}",
            source=run.folder,
            expected="a name, SMILES, id or number of a record in the files that were screened",
        )
    if as_json:
        typer.echo(json.dumps([{**dataclasses.asdict(fate), "sentence": fate.sentence} for fate in fates]))
        return
    for fate in fates:
        typer.echo(printable(fate.sentence))


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    # float32 printed as float64 would show digits that were never there.
    return {key: float(f"{value:.6g}") if isinstance(value, float) else value for key, value in row.items()}


def _print(table: pa.Table, run: ScreenRun) -> None:
    from rich.console import Console
    from rich.table import Table

    from screening.models.affinity import meaning

    said = meaning(run.kind)
    affinity, interval = run.kind, "range" if said.interval.startswith("range") else said.interval
    shown = Table(box=None, pad_edge=False)
    for heading in ("rank", "name", affinity, interval, "in domain", "nearest known", "similarity", "smiles"):
        number = heading in ("rank", affinity, "similarity")
        shown.add_column(
            heading,
            justify="right" if number else "left",
            no_wrap=heading != "smiles",
            overflow="ellipsis",
            max_width=28 if heading in ("name", "nearest known") else None,
        )
    for row in map(_rounded, table.to_pylist()):
        shown.add_row(
            str(row["rank"]),
            printable(row["name"]) + (" *" if row["known"] else ""),
            f"{row['affinity']:.{said.decimals}f}",
            f"{row['lower']:.{said.decimals}f} to {row['upper']:.{said.decimals}f}",
            "yes" if row["in_domain"] else "no",
            printable(row["nearest"]),
            f"{row['similarity']:.2f}",
            row["smiles"],
        )
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, 200)
    console.print(shown)
    scored = run.counts.get("scored", 0)
    console.print(
        f"{table.num_rows:,} of {scored:,} scored compounds; {said.of} ({said.scale})"
        + (f"; {interval}: {said.interval}" if interval != said.interval else "")
        + (f"; {run.how_scored}" if run.how_scored else "")
        + (
            "; * seen in training (itself, a stereoisomer or a tautomer)"
            if any(table.column("known").to_pylist())
            else ""
        )
    )
