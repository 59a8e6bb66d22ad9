"""``workbench library profile``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary


def profile(
    library: Path = typer.Argument(..., help="Folder of a prepared library, or a compound file."),
    workers: int = typer.Option(None, "--workers", min=0, help="Worker processes for a file; 0 works in this one."),
    scaffolds: int = typer.Option(0, "--scaffolds", min=0, help="Also the N commonest Murcko scaffolds."),
    against: Path = typer.Option(None, "--against", help="Also what it shares with another prepared library."),
    as_json: bool = typer.Option(False, "--json", help="Print the profile as JSON."),
) -> None:
    """Show what is in a prepared library: states, first reasons, flags, properties.

    A compound file is prepared as by 'library prepare', which takes its time, and nothing of that is kept.
    """
    import dataclasses
    import json
    import tempfile

    from screening.compounds.library.prepared_library import open_library
    from screening.compounds.library.profile import profile_library
    from screening.compounds.search.scaffolds_and_overlap import overlap, top_scaffolds
    from workbench.cli.library.print_profile import print_overlap, print_profile, print_scaffolds
    from workbench.console import Console

    other = None if against is None else open_library(against)
    with tempfile.TemporaryDirectory() as folder:
        opened = _prepared_for_now(library, Path(folder), workers) if library.is_file() else open_library(library)
        found = profile_library(opened)
        commonest = top_scaffolds(opened, scaffolds).to_pylist() if scaffolds else []
        shared = None if other is None else overlap(opened, other)
    if as_json:
        facts = {"folder": str(library), "key": opened.key, **found.to_dict()}
        if scaffolds:
            facts["scaffolds"] = commonest
        if shared is not None:
            facts["overlap"] = {**dataclasses.asdict(shared), "nearest": [float(f"{x:.4f}") for x in shared.nearest]}
        typer.echo(json.dumps(facts))
        return
    console = Console()
    print_profile(found, console)
    print_scaffolds(commonest, console)
    if shared is not None:
        print_overlap(shared, str(against), console)
    if library.is_file():
        line = f"Keep it: workbench library prepare {library} --out FOLDER"
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def _prepared_for_now(file: Path, folder: Path, workers: int | None) -> PreparedLibrary:
    from screening.clusters.catalog import open_client
    from screening.compounds.library.prepare import prepare_library
    from workbench.progress import progress_bar

    with open_client(workers=workers) as client, progress_bar() as on_progress:
        return prepare_library(file, folder / "library", client=client, on_progress=on_progress)
