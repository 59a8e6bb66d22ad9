"""``workbench report``: the dossier of a run."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    run: Path = typer.Argument(..., help="Run folder."),
    out: Path = typer.Option(..., "--out", "-o", help="File to write: .pdf or .html."),
    only: str = typer.Option(None, "--only", help="What was decided: accepted, held, rejected, disputed, 'list NAME'."),
    top: int = typer.Option(25, "--top", help="Most hits, a page each.", min=1),
    question: str = typer.Option("", "--question", help="The question of the screen, in one sentence."),
    date: str = typer.Option("", "--date", help="Date it states, YYYY-MM-DD. Default: today."),
    template: Path = typer.Option(None, "--template", help="A typst template of your own, instead of the shipped one."),
    variants: Path = typer.Option(
        None, "--variants", help="Table of protein variants: where they lie beside the site."
    ),
    ray: bool = typer.Option(
        False, "--ray", help="Poses ray-traced by PyMOL, where it is installed, instead of drawn."
    ),
    force: bool = typer.Option(False, "--force", help="Write over a file that is no earlier dossier."),
) -> None:
    """Write the dossier of a run: question, target, library, model, results, a page a hit, decisions, limits.

    Its manifest lies beside it: `workbench verify FILE` and `workbench review verify RUN --against FILE` check it.
    """
    from workbench import session
    from workbench.report.dossier import DossierOptions, write_dossier

    opened = session.open_run(run)
    options = DossierOptions(
        only=only, top=top, question=question, date=date, template=template, variants=variants, ray=ray
    )
    hits = write_dossier(
        opened.run, out, target=opened.target, site=opened.site, options=options, overwrite=force
    )  # fmt: skip
    typer.echo(f"{out}: {hits} {'hit' if hits == 1 else 'hits'}")
