"""``workbench matrix``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from screening.errors import UsageError
from screening.printable import printable

if TYPE_CHECKING:
    from workbench.matrix_screen import Matrix


def command(
    library: Path = typer.Option(..., "--library", "-l", help="Prepared library, or a compound file."),
    models: list[Path] = typer.Option(
        None,
        "--models",
        "-m",
        help="Folder of a model; may be repeated. Those that predict from a sequence are asked for every target.",
    ),
    targets: str = typer.Option(
        None,
        "--targets",
        "-t",
        metavar="FOLDER|LIST",
        help="Folder of structures and sequences, a FASTA file, a list of files or of names that the model knows (one a"
        " line), names with commas between them, or 'all'.",
    ),
    dock: str = typer.Option(
        None,
        "--dock",
        metavar="SITE",
        help="Instead of models: dock into this site of every structure of --targets, such as 'ligand ADN'.",
    ),
    engine: str = typer.Option(None, "--engine", help="With --dock: rustina, vina, smina or gnina."),
    quick: bool = typer.Option(False, "--quick", help="With --dock: a third of the time, for a first look only."),
    out: Path = typer.Option(..., "--out", "-o", metavar="RUN", help="Run folder; the same command goes on."),
    primary: str = typer.Option(
        None, "--primary", help="Target that compounds are ranked by and selectivity is told of. Default: the tightest."
    ),
    rank: str = typer.Option("affinity", "--rank", help="affinity, or difference to the best off-target."),
    top: int = typer.Option(1000, "--top", help="Hits kept.", min=1),
    show: int = typer.Option(10, "--show", help="Hits to print.", min=0),
    workers: int = typer.Option(None, "--workers", "-w", help="Worker processes; 0: only this one.", min=0),
    no_exports: bool = typer.Option(False, "--no-exports", help="Write no table, page or picture."),
    as_json: bool = typer.Option(False, "--json", help="Print the summary as JSON."),
) -> None:
    """Screen a library against many targets and models in one pass, and see who is selective.

    Writes RUN/exports/hits.csv, matrix.html (sorts, filters, opens a compound), matrix.svg and matrix.png. With --dock
    the library is docked into many structures of one target, and RUN/exports holds scores.csv and matrix.html.
    """
    import json

    if dock is not None:
        if models or targets is None:
            raise UsageError("--dock goes with --targets and without --models", expected="--targets FOLDER")
        _ensemble(library, targets, dock, out, engine, quick, workers, show, as_json)
        return
    if not models:
        raise UsageError("--models is missing", expected="--models FOLDER, or --dock SITE")
    from workbench.matrix_screen import matrix

    found = matrix(
        library=library, models=models, targets=targets, out=out, primary=primary, rank_by=rank, top=top,
        workers=workers,
    )  # fmt: skip
    written = [] if no_exports else found.export()
    if as_json:
        facts = {"folder": str(found.run.folder), "key": found.run.plan.key, "targets": found.run.plan.names}
        typer.echo(json.dumps({**facts, **found.run.summary, "exports": [str(path) for path in written]}))
        return
    counts = found.run.counts
    typer.echo(
        f"{sum(counts.values()):,} records: " + ", ".join(f"{n:,} {state}" for state, n in sorted(counts.items()))
        + f"; {len(found.run.plan.columns)} targets"
    )  # fmt: skip
    _print(found, show)
    for path in written:
        typer.echo(f"wrote {path}")


def _print(found: Matrix, show: int) -> None:
    from rich.table import Table

    from workbench.console import Console

    rows = found.table(show).to_pylist() if show else []
    if not rows:
        return
    table = Table(title=f"best {len(rows)} hits", title_justify="left")
    for name in ("rank", "compound", "target", "value", "over the best other", "S(1µM)", "Gini", "domain"):
        table.add_column(name, justify="right" if name in ("rank", "value", "S(1µM)", "Gini") else "left")
    domain = next(name for name in rows[0] if name.startswith("in_domain"))
    names = found.run.plan.names
    for row in rows:
        target = row["target"] or (found.run.plan.primary or names[0])
        other = ""
        if row["difference"] is not None:
            interval = f"{row['difference_lower']:+.1f} to {row['difference_upper']:+.1f}"
            other = f"{row['difference']:+.2f} {row['off_target']} ({interval})"
        table.add_row(
            str(row["rank"]), printable(row["name"])[:40], target, f"{row[target]:.2f}", other,
            _text(row["selectivity_1uM"]), _text(row["gini"]), "in" if row[domain] else "outside",
        )  # fmt: skip
    Console().print(table)


def _ensemble(
    library: Path, targets: str, site: str, out: Path, engine: str | None, quick: bool, workers: int | None, show: int,
    as_json: bool,
) -> None:  # fmt: skip
    import json

    from rich.table import Table

    from workbench.console import Console
    from workbench.matrix_screen import dock_ensemble

    found = dock_ensemble(
        library=library, targets=targets, site=site, out=out, engine=engine, quick=quick, workers=workers
    )
    if as_json:
        counts = {name: found.docking(name).counts for name in found.names}
        typer.echo(json.dumps({"folder": str(found.folder), "structures": counts, "compounds": found.table.num_rows}))
        return
    table = Table(title=f"best {min(show, found.table.num_rows)} compounds", title_justify="left")
    for name in ("rank", "compound", "best structure", "best", "mean", "structures"):
        table.add_column(name, justify="left" if name in ("compound", "best structure") else "right")
    for row in found.table.slice(0, show).to_pylist():
        table.add_row(
            str(row["rank"]), printable(row["name"])[:40], printable(row["structure"]), _text(row["best"]),
            _text(row["mean"]), f"{row['poses']} of {len(found.names)}",
        )  # fmt: skip
    Console().print(table)
    typer.echo("ranking scores of docking, higher is better; no affinities")
    typer.echo(f"poses {found.folder / 'structures'}; wrote {found.folder / 'exports'}")


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
