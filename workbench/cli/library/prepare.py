"""``workbench library prepare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from workbench.cli.library.print_profile import print_warnings

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary


def prepare(
    files: list[str] = typer.Argument(
        ..., help="Compound files, quoted patterns such as 'vendor/*.sdf.gz', or - to read from standard input."
    ),
    out: Path = typer.Option(..., "--out", "-o", help="Folder of the prepared library."),
    workers: int = typer.Option(None, "--workers", min=0, help="Worker processes; 0 works in this one."),
    scheduler: str = typer.Option(None, "--scheduler", help="Address or file of a running Dask scheduler."),
    smiles: str = typer.Option(None, "--smiles", help="Column that holds the structures."),
    name: str = typer.Option(None, "--name", help="Column (or SDF data item) that holds the names."),
    flag: list[str] = typer.Option(
        None, "--flag", help="Rule that flags compounds (repeat): lipinski, pains, 'logp 0-5', 'smarts FILE', none."
    ),
    drop: list[str] = typer.Option(None, "--drop", help="Rule that drops compounds (repeat); as for --flag."),
    seconds: float = typer.Option(20.0, "--seconds", min=0.1, help="Time limit for one structure."),
    tautomers: bool = typer.Option(
        False, "--tautomers", help="Make parents canonical tautomers; takes some milliseconds a compound more."
    ),
    chiral_flag: str = typer.Option(
        "auto",
        "--chiral-flag",
        help="Mol blocks without the chiral flag: racemates (obeyed), as drawn (ignored), or what FILES say (auto).",
    ),
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """Standardise compound files, find duplicates and store parents, keys, fingerprints and properties.

    Every compound keeps its file and its number in it, counted from 1; records count over all files, from 0.

    Rules: lipinski, veber, lead-like, fragment; alert sets pains, brenk, nih, bms, glaxo, dundee, lint, mlsmr,
    inpharmatica, surechembl, zinc, nibr, nibr-exclude; windows such as 'molecular_weight 150-500'; 'smarts FILE'
    with your own patterns.
    Unless --flag is given, pains, brenk, lipinski and veber flag. Killed at any time, the same command goes on.
    """
    import json
    import tempfile

    from screening.clusters.catalog import open_client
    from screening.compounds.library.prepare import PrepareOptions, prepare_library
    from screening.compounds.rules.rules import DEFAULT_RULES, read_rules
    from screening.errors import LibraryError
    from workbench.progress import progress_bar

    flags = flag or [rule for rule in DEFAULT_RULES.flag if rule not in (drop or [])]
    rules = read_rules([rule for rule in flags if rule != "none"], drop or [])
    options = PrepareOptions(
        smiles=smiles, name=name, seconds=seconds, rules=rules, tautomers=tautomers, chiral_flag=chiral_flag
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        open_client(workers=workers, address=scheduler) as client,
        progress_bar() as on_progress,
    ):
        given = [_standard_input(Path(folder)) if name == "-" else name for name in files]
        library = prepare_library(given, out, options=options, client=client, on_progress=on_progress)
    if as_json:
        typer.echo(json.dumps({"folder": str(library.folder), **library.facts}))
    else:
        _print_outcome(library)
    if not library.compounds:
        raise LibraryError("no compound of it can be used", source=library.folder, expected="at least one")


def _standard_input(folder: Path) -> str:
    """Keep what comes from standard input in a file: it is read twice (for its key, and for its records)."""
    import shutil
    import sys

    path = folder / "standard-input.txt"
    with path.open("wb") as stream:
        shutil.copyfileobj(sys.stdin.buffer, stream)
    return str(path)


def _print_outcome(library: PreparedLibrary) -> None:
    from workbench.console import Console

    console = Console()
    states = ", ".join(f"{count:,} {state}" for state, count in library.counts.items())
    console.print(f"{library.records:,} records: {states}", highlight=False)
    print_warnings(library.warnings, console)
    console.print(f"Library: {library.folder}", highlight=False, soft_wrap=True)
    console.print(f"Next:    workbench library profile {library.folder}", highlight=False, soft_wrap=True)
