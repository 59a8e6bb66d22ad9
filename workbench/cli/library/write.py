"""``workbench library write``."""

from __future__ import annotations

from pathlib import Path

import typer


def write(
    library: Path = typer.Argument(..., help="Folder of a prepared library."),
    out: Path = typer.Option(
        ..., "--out", "-o", help="File to write: .smi, .csv, .sdf or .parquet; the first three also .gz or .zst."
    ),
    inchikey: bool = typer.Option(False, "--inchikey", help="Add standard InChIKeys; takes a while; not in .smi."),
    force: bool = typer.Option(False, "--force", help="Write over an existing file."),
) -> None:
    """Write the unique compounds of a prepared library to a file that other programs read.

    Each compound keeps its name, file and number in it (counted from 1), properties and flags.
    """
    from screening.compounds.library.prepared_library import open_library
    from screening.compounds.library.write_library import write_library
    from workbench.cli.library.rows import require_new

    require_new(out, force)
    count = write_library(open_library(library), out, inchikey=inchikey)
    typer.echo(f"{count:,} compounds in {out}")
