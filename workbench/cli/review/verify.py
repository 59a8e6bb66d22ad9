"""``workbench review verify``."""

from __future__ import annotations

from pathlib import Path

import typer

from screening.errors import FileError


def verify(
    run: Path = typer.Argument(..., help="Run folder."),
    against: list[Path] = typer.Option(
        [], "--against", help="Export, dossier data, or any text that carries a count and head hash; may be repeated."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Check that no decision was altered, cut off, reordered or written anew, and that its evidence is still there.

    The chain alone shows what was altered, taken out or reordered. Only a count and head that were kept elsewhere, as
    every export has them, show a cut end and a history that was computed anew: give such a file with --against.
    """
    import json

    from screening.runs.decisions.chain import heads_in
    from screening.runs.decisions.log import FOLDER, LOG
    from screening.runs.decisions.verify import verify as check
    from screening.runs.run import open_run

    opened = open_run(run)
    known = [(str(path), head) for path in against for head in heads_in(path)]
    found = check(opened.folder / FOLDER / LOG, opened.plan.key, known)
    if as_json:
        facts = {**found.head.facts(), "whole": found.whole, "problems": found.problems, "notes": found.notes}
        typer.echo(json.dumps(facts))
        if not found.whole:
            raise typer.Exit(1)
        return
    for note in found.notes:
        typer.echo(f"note: {note}")
    if not found.whole:
        more = f" (and {len(found.problems) - 1} more)" if len(found.problems) > 1 else ""
        raise FileError(found.problems[0].rstrip(".") + more)
    checked = f", and fits {len(known)} kept elsewhere" if known else ""
    typer.echo(f"whole: {found.head}{checked}")
