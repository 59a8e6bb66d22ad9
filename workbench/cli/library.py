"""``workbench library``: prepare and profile compound libraries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from screening.compounds.library import PreparedLibrary
    from screening.compounds.profile import LibraryProfile

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@app.command()
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
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """Standardise compound files, find duplicates and store parents, keys, fingerprints and properties.

    Rules: lipinski, veber, lead-like, fragment; alert sets pains, brenk, nih, bms, glaxo, dundee, lint, mlsmr,
    inpharmatica, surechembl, zinc; windows such as 'molecular_weight 150-500'; 'smarts FILE' with your own patterns.
    Unless --flag is given, pains, brenk, lipinski and veber flag. Killed at any time, the same command goes on.
    """
    import json
    import tempfile

    from screening.clusters.catalog import open_client
    from screening.compounds.prepare import PrepareOptions, prepare_library
    from screening.compounds.rules import DEFAULT_RULES, read_rules
    from screening.errors import LibraryError
    from workbench.progress import progress_bar

    flags = flag or [rule for rule in DEFAULT_RULES.flag if rule not in (drop or [])]
    rules = read_rules([rule for rule in flags if rule != "none"], drop or [])
    options = PrepareOptions(smiles=smiles, name=name, seconds=seconds, rules=rules, tautomers=tautomers)
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


@app.command()
def profile(
    library: Path = typer.Argument(..., help="Folder of a prepared library, or a compound file."),
    workers: int = typer.Option(None, "--workers", min=0, help="Worker processes for a file; 0 works in this one."),
    as_json: bool = typer.Option(False, "--json", help="Print the profile as JSON."),
) -> None:
    """Show what is in a prepared library: states, first reasons, properties.

    A compound file is prepared as by 'library prepare', which takes its time, and nothing of that is kept.
    """
    import json
    import tempfile

    from rich.console import Console

    from screening.compounds.library import open_library
    from screening.compounds.profile import profile_library

    with tempfile.TemporaryDirectory() as folder:
        opened = _prepared_for_now(library, Path(folder), workers) if library.is_file() else open_library(library)
        found = profile_library(opened)
    if as_json:
        typer.echo(json.dumps({"folder": str(library), "key": opened.key, **found.to_dict()}))
        return
    console = Console()
    _print_profile(found, console)
    if library.is_file():
        line = f"Keep it: workbench library prepare {library} --out FOLDER"
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def _prepared_for_now(file: Path, folder: Path, workers: int | None) -> PreparedLibrary:
    from screening.clusters.catalog import open_client
    from screening.compounds.prepare import prepare_library
    from workbench.progress import progress_bar

    with open_client(workers=workers) as client, progress_bar() as on_progress:
        return prepare_library(file, folder / "library", client=client, on_progress=on_progress)


def _print_outcome(library: PreparedLibrary) -> None:
    from rich.console import Console

    console = Console()
    states = ", ".join(f"{count:,} {state}" for state, count in library.counts.items())
    console.print(f"{library.records:,} records: {states}", highlight=False)
    _print_warnings(library.warnings, console)
    console.print(f"Library: {library.folder}", highlight=False, soft_wrap=True)
    console.print(f"Next:    workbench library profile {library.folder}", highlight=False, soft_wrap=True)


def _print_warnings(warnings: list[str], console: Console) -> None:
    from rich.markup import escape
    from rich.panel import Panel

    for warning in warnings:
        head, _, reasons = warning.partition(": ")
        text = "\n".join([f"[bold]{escape(head)}[/bold]", *(f"  {escape(each)}" for each in reasons.split("; "))])
        console.print(Panel(text, title="LOOK HERE", border_style="bold red"))


def _print_profile(found: LibraryProfile, console: Console) -> None:
    from rich.table import Table

    console.print(f"{found.records:,} records, {found.compounds:,} unique compounds", highlight=False)
    for source, count in found.sources:
        console.print(f"  {count:,} from {source}", highlight=False, markup=False)
    states = Table(box=None)
    for heading in ("state", "records", "share"):
        states.add_column(heading, justify="left" if heading == "state" else "right")
    for state, count in found.counts.items():
        states.add_row(state, f"{count:,}", f"{count / found.records:.1%}")
    console.print(states)
    if found.reasons:
        console.print("First reasons:")
        for reason, count in list(found.reasons.items())[:10]:
            console.print(f"  {count:>8,}  {reason}", highlight=False, markup=False)
    if found.flags:
        console.print("Flags (kept):")
        for flag, count in found.flags.items():
            console.print(f"  {count:>8,}  {flag}", highlight=False, markup=False)
    if found.properties:
        table = Table(box=None, padding=(0, 1, 0, 0))
        for heading in ("property", "mean", "min", "5 %", "median", "95 %", "max", "distribution"):
            table.add_column(
                heading, justify="left" if heading in ("property", "distribution") else "right", no_wrap=True
            )
        for name, one in found.properties.items():
            numbers = (one.mean, one.minimum, one.low, one.median, one.high, one.maximum)
            table.add_row(name.replace("_", " "), *(f"{value:.3g}" for value in numbers), _sparkline(one.counts))
        console.print(table)
    _print_warnings(found.warnings, console)


def _sparkline(counts: object, width: int = 16) -> str:
    import numpy as np

    values = np.asarray(counts, float)
    if len(values) > width:
        values = np.array([piece.sum() for piece in np.array_split(values, width)])
    levels = " ▁▂▃▄▅▆▇█"
    return "".join(levels[int(np.ceil(value / values.max() * 8))] for value in values)
