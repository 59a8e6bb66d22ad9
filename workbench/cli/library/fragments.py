"""``workbench library fragments``."""

from __future__ import annotations

from pathlib import Path

import typer


def fragments(
    library: Path = typer.Argument(..., metavar="LIBRARY", help="Prepared library."),
    out: Path = typer.Option(
        ..., "--out", "-o", metavar="FILE", help="Parquet file, for workbench design --fragments."
    ),
    largest: int = typer.Option(12, "--largest", min=1, help="Heavy atoms of a fragment at most."),
    least: int = typer.Option(1, "--least", min=1, help="Compounds that a fragment must have been seen in."),
    workers: int = typer.Option(None, "--workers", "-w", min=0, help="Worker processes; 0 works in this one."),
) -> None:
    """Collect the fragments of a library in their surroundings: what stands where, how often, where it was first seen.

    Killed at any time, the same command goes on.
    """
    from screening.compounds.library.prepared_library import open_library
    from screening.runs.design.fragment_table import build_fragment_table
    from workbench.progress import progress_bar
    from workbench.workers import local_client

    opened = open_library(library)
    with local_client(workers) as client, progress_bar() as on_progress:
        found = build_fragment_table(
            opened, out, largest=largest, least=least, client=client, on_progress=on_progress
        )  # fmt: skip
    typer.echo(
        f"{found.count():,} fragments with the same surroundings to 3 bonds ({found.count(1):,} to 1 bond) of"
        f" {opened.compounds:,} compounds in {out}"
    )
