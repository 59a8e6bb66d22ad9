"""``workbench review sign``."""

from __future__ import annotations

from pathlib import Path

import typer


def sign(
    run: Path = typer.Argument(..., help="Run folder."),
    name: str = typer.Argument(..., help="The named list, or `accepted` for all accepted hits."),
    people: Path = typer.Option(..., "--people", help="File of `workbench review people add`."),
    who: str = typer.Option(..., "--who", help="Your name in that file; a lead."),
    meaning: str = typer.Option(..., "--meaning", help="What the signature means, such as 'released for purchase'."),
    password_stdin: bool = typer.Option(False, "--password-stdin", help="Read the password from standard input."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Sign a list as a lead, with your password; a later change of the list or its decisions voids the signature."""
    import json
    import sys

    from screening.printable import printable
    from screening.runs.run import open_run
    from workbench.review.people import People
    from workbench.review.run_review import RunReview

    review, known = RunReview(open_run(run)), People(people)
    known.require(who)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else typer.prompt("Password", hide_input=True)
    found = review.sign(name, meaning, who=who, password=password, people=known)
    if as_json:
        typer.echo(json.dumps(found))
    else:
        typer.echo(
            printable(
                f"{found['who']} signed {found['list']!r} ({len(found['records'])} hits) at {found['at']}:"
                f" {found['meaning']}; {found['count']} decisions, head {found['head']}"
            )
        )
