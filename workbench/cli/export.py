"""``workbench export``: write a hit list to a file."""

from __future__ import annotations

import contextlib
from pathlib import Path

import typer

from screening.errors import UsageError

#: As in `workbench.export.catalog`, which takes too long to import for ``--help``; a test holds them together.
FORMATS = "csv, tsv, xlsx, parquet, smi, sdf, html, pml, pse, cxc, fragalysis or purchase"


def command(
    run: Path = typer.Argument(..., help="Run folder."),
    out: Path = typer.Option(None, "--out", "-o", help="File to write; its suffix gives the format."),
    format: str = typer.Option(None, "--format", "-f", help=f"{FORMATS}."),
    top: int = typer.Option(None, "--top", help="Number of hits. Default: 1,000.", min=1),
    all_rows: bool = typer.Option(False, "--all", help="Every scored compound, not only the best."),
    only: str = typer.Option(None, "--only", help="What was decided: accepted, held, rejected, disputed, 'list NAME'."),
    columns: str = typer.Option(
        None,
        "--columns",
        help="Columns or groups of evidence, with commas between. Default: all up to 1,000 rows, else the quick ones.",
    ),
    figure: str = typer.Option(
        None,
        "--figure",
        help="Instead of hits: a figure as .png, .svg or .pdf; slide: the best hit in its site; 'list' names all.",
    ),
    mpo: str = typer.Option(
        None, "--mpo", help="By the score of several aims: oral, lead, or 'affinity > 6..8 * 2; logp = 0..1..3..5'."
    ),
    inchikey: bool = typer.Option(False, "--inchikey", help="Add a column with standard InChIKeys; not in a page."),
    force: bool = typer.Option(False, "--force", help="Write over a file that is no earlier export."),
) -> None:
    """Write the hits of a run for Excel, PyMOL, ChimeraX, other programs, or as one page; beside it its manifest.

    `workbench verify FILE` checks later that the file is what was exported.
    """
    if all_rows and (top is not None or only is not None):
        raise UsageError("--all goes with neither --top nor --only")
    if figure == "list":
        from workbench.report.figures import FIGURES

        for name, drawn in FIGURES.items():
            typer.echo(f"{name:<12} {drawn.title}")
        typer.echo(f"{'slide':<12} the best docked hit in its site: picture, structure, numbers, contacts")
        return
    if out is None:
        raise UsageError("--out is missing", expected="a file to write")
    if figure == "slide":
        from screening.runs.run import open_run
        from workbench.report.slide import write_slide

        typer.echo(write_slide(open_run(run), out, top=top, overwrite=force))
        return
    if figure is not None:
        from workbench.report.figures import write_figure

        typer.echo(write_figure(run, figure, out, top=top, overwrite=force))
        return
    from workbench import session
    from workbench.export.chosen import WITH_ALL_EVIDENCE
    from workbench.progress import progress_bar
    from workbench.run import PAGE_ROWS

    rows = None if all_rows else top or PAGE_ROWS
    wanted = None if columns is None else [name.strip() for name in columns.split(",") if name.strip()]
    opened = session.open_run(run)
    if rows is not None and only is None and (note := opened.run.without_library(rows)):
        typer.echo(f"note: {note}", err=True)
    many = only is None and (rows is None or rows > WITH_ALL_EVIDENCE)
    if many and columns is None:
        typer.echo(
            f"note: of more than {WITH_ALL_EVIDENCE:,} rows the quick columns only; --columns adds others", err=True
        )
    with progress_bar() if many else contextlib.nullcontext() as on_progress:
        path = opened.export(
            out, format=format, top=rows, only=only, columns=wanted, overwrite=force, inchikey=inchikey,
            mpo=mpo, on_progress=on_progress,
        )  # fmt: skip
    typer.echo(path)
