"""``workbench hits``: list the hits of a run, or explain any compound's fate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from screening.errors import UsageError
from screening.printable import printable

if TYPE_CHECKING:
    import pyarrow as pa

    from screening.runs.run import ScreenRun


#: Rows of one table that is fitted to the terminal; more come as plain lines, this many at a time.
TABLE_ROWS = 1000
#: Widest column of names.
_WIDEST = 34
#: Places of the columns with numbers: rank, affinity and similarity.
_NUMBERS = (0, 2, 6)


def command(
    run: Path = typer.Argument(..., help="Run folder."),
    top: int = typer.Option(20, "--top", "-n", help="How many hits.", min=1),
    compound: str = typer.Option(
        None,
        "--why",
        help="Explain a compound: its name, SMILES, id, number in its file, FILE:NUMBER, or record:N (counted from 0).",
    ),
    against: str = typer.Option(
        None, "--against", help="With --why: say why it is weaker or stronger than this compound, named likewise."
    ),
    columns: list[str] = typer.Option(
        None, "--columns", help="With --json: these columns or blocks of evidence only; may be repeated."
    ),
    mpo: str = typer.Option(
        None, "--mpo", help="By the score of several aims: oral, lead, or 'affinity > 6..8 * 2; logp = 0..1..3..5'."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print all evidence on each compound as JSON."),
) -> None:
    """List the best compounds of a run, or say what became of any compound and why."""
    from screening.runs.run import open_run

    found = open_run(run)
    if compound is None and against is not None:
        raise UsageError("--against names the second of two compounds", expected="the first one with --why")
    if compound is not None and against is not None:
        from workbench.cli.series.series_options import explain
        from workbench.run import Run

        explain(Run(found).compare(compound, against), None, as_json)
        return
    if compound is not None:
        _explain(found, compound, as_json)
        return
    from screening.runs.evidence.table import evidence

    if note := found.without_library(top):
        typer.echo(f"note: {note}", err=True)
    if mpo is not None:
        _print_scores(found, mpo, top, as_json)
        return
    if as_json:
        _print_json(found, top, columns)
        return
    import pyarrow as pa

    shown = ["identity", "affinity", "nearest known"]
    if top <= TABLE_ROWS:
        _print(evidence(found, top=top, columns=shown), found)
        return
    from screening.runs.evidence.table import evidence_batches

    # Block by block, so that the first lines come at once and any number takes the memory of one block.
    first = True
    for batch in evidence_batches(found, top=top, columns=shown):
        for start in range(0, batch.num_rows, TABLE_ROWS):
            _print_lines(pa.Table.from_batches([batch.slice(start, TABLE_ROWS)]), found, first)
            first = False
    typer.echo(f"{min(top, found.counts.get('scored', 0)):,} compounds; `workbench export` writes them to a file")


def _print_json(run: ScreenRun, top: int, columns: list[str] | None) -> None:
    """Print the rows one by one, so that any number of them takes the memory of a few thousand."""
    import json

    from screening.runs.evidence.catalog import EVIDENCE
    from screening.runs.evidence.column import column_of
    from screening.runs.evidence.table import evidence_batches
    from screening.runs.evidence.text import plain_value

    wanted = columns or (list(EVIDENCE) if top <= run.hits().num_rows else None)
    before = "["
    for batch in evidence_batches(run, top=top, columns=wanted):
        described = {field.name: column_of(field) for field in batch.schema}
        for row in batch.to_pylist():
            text = json.dumps({name: plain_value(value, described[name]) for name, value in row.items()})
            typer.echo(f"{before}{text}", nl=False)
            before = ",\n"
    typer.echo("]" if before != "[" else "[]")


def _print_scores(run: ScreenRun, profile: str, top: int, as_json: bool) -> None:
    """Print the kept hits by the score of a profile."""
    import json

    from rich.table import Table

    from screening.runs.evidence.column import column_of
    from screening.runs.evidence.text import cell_text, plain_value
    from screening.runs.scoring.best_hits import best_hits
    from screening.runs.scoring.profile import read_profile
    from workbench.console import Console

    aims = read_profile(profile)
    table = best_hits(run, aims, top=top)
    described = {field.name: column_of(field) for field in table.schema}
    if as_json:
        rows = table.to_pylist()
        typer.echo(
            json.dumps([{name: plain_value(row[name], described[name]) for name in row} for row in rows], indent=1)
        )
        return
    shown = Table(box=None, pad_edge=False)
    for heading in ("score", "90 %", "front", "rank", "name", run.kind, "parts"):
        shown.add_column(heading, justify="left" if heading in ("name", "parts") else "right", overflow="fold")
    for row in table.to_pylist():
        text = {name: cell_text(row[name], described[name]) for name in row}
        shown.add_row(
            text["mpo"] or "none", f"{text['mpo_lower']} to {text['mpo_upper']}" if text["mpo"] else "", text["pareto"],
            text["rank"], printable(row["name"]), text["affinity"], text["mpo_parts"],
        )  # fmt: skip
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, 200)
    console.print(shown)
    console.print(
        f"{table.num_rows:,} of the {run.hits().num_rows:,} hits that the run keeps, by: {'; '.join(map(str, aims))}"
    )


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


def _headings(run: ScreenRun) -> tuple[str, ...]:
    from screening.models.affinity import meaning

    said = meaning(run.kind).interval
    interval = "range" if said.startswith("range") else said
    return (
        "rank", "name", run.kind, interval, "in domain", "nearest known", "similarity", "nearest measured", "smiles",
    )  # fmt: skip


def _cells(table: pa.Table) -> Iterator[tuple[str, ...]]:
    """Yield the text of the cells of each row, in the order of the headings."""
    from screening.runs.evidence.column import column_of
    from screening.runs.evidence.text import cell_text, neighbour_text

    described = {field.name: column_of(field) for field in table.schema}
    for row in table.to_pylist():
        text = {name: cell_text(value, described[name]) for name, value in row.items()}
        near = row["neighbours"][0] if row["neighbours"] else None
        # Beside the prediction stands what was measured for the most similar compound that has a value here.
        measured = "" if near is None else neighbour_text(near).replace("similarity ", "")
        yield (
            text["rank"],
            printable(row["name"]) + (" *" if row["known"] else ""),
            text["affinity"],
            f"{text['lower']} to {text['upper']}",
            "yes" if row["in_domain"] else "no",
            printable(row["nearest"]),
            text["similarity"],
            printable(measured),
            row["smiles"],
        )


def _print_lines(table: pa.Table, run: ScreenRun, first: bool) -> None:
    """Print many rows: columns of one width each, whatever the terminal; Rich's tables take 3 ms a row."""
    from rich.cells import cell_len, set_cell_size

    headings, rows = _headings(run), list(_cells(table))
    widths = [min(max(map(cell_len, column)), _WIDEST) for column in zip(headings, *rows)]

    def padded(at: int, cell: str) -> str:
        if cell_len(cell) > widths[at]:
            return set_cell_size(cell, widths[at] - 1) + "…"
        space = " " * (widths[at] - cell_len(cell))
        return space + cell if at in _NUMBERS else cell + space

    for row in [headings, *rows] if first else rows:
        typer.echo("  ".join([*(padded(at, cell) for at, cell in enumerate(row[:-1])), row[-1]]).rstrip())


def _print(table: pa.Table, run: ScreenRun) -> None:
    """Print rows as a table, and below it what they are."""
    from rich.table import Table

    from screening.models.affinity import meaning
    from workbench.console import Console

    said = meaning(run.kind)
    headings = _headings(run)
    interval = headings[3]
    shown = Table(box=None, pad_edge=False)
    for at, heading in enumerate(headings):
        shown.add_column(
            heading,
            justify="right" if at in _NUMBERS else "left",
            no_wrap=heading != "smiles",
            overflow="ellipsis",
            max_width=_WIDEST if heading in ("name", "nearest known", "nearest measured") else None,
        )
    for row in _cells(table):
        shown.add_row(*row)
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
    if run.matched:
        console.print(f"the target {run.matched}")
    outside = table.num_rows - sum(table.column("in_domain").to_pylist())
    if 2 * outside > table.num_rows:
        console.print(
            f"{outside:,} of these {table.num_rows:,} lie outside the model's domain: it knows too little like them, so"
            " take their order as a guess"
        )
