"""``workbench search ask``."""

from __future__ import annotations

import sys
from pathlib import Path

import typer


def ask(
    search: Path = typer.Argument(..., metavar="SEARCH", help="Folder of the search."),
    count: int = typer.Option(None, "--count", "-n", help="Compounds of the next round. Default: the plan's.", min=1),
    out: Path = typer.Option(None, "--out", "-o", metavar="FILE", help="CSV file. Default: standard output."),
) -> None:
    """Give the compounds to measure next, with an empty column for their values."""
    import io

    import pyarrow as pa

    from screening.engine import files
    from screening.engine.csv_table import write_csv
    from screening.runs.search import ask_tell
    from screening.runs.search.rounds import open_search

    table = ask_tell.ask(open_search(search), count)
    shown = table.select(["name", "smiles", "record", "chosen"])
    stream = io.StringIO(newline="")
    write_csv(stream, shown.append_column("value", pa.nulls(table.num_rows, pa.string())))
    if out is None:
        sys.stdout.write(stream.getvalue())
        return
    files.write_text(out, stream.getvalue())
    typer.echo(f"{table.num_rows:,} compounds in {out}; when they are measured: workbench search tell {search} FILE")
