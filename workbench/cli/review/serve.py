"""``workbench review serve``."""

from __future__ import annotations

from pathlib import Path

import typer


def serve(
    run: Path = typer.Argument(..., help="Folder of a finished run."),
    people: Path = typer.Option(None, "--people", help="File of `workbench review people add`; reviewers log in then."),
    host: str = typer.Option(
        "127.0.0.1", "--host", help="Address to listen at; beyond this machine needs --people and TLS."
    ),
    port: int = typer.Option(8765, "--port", min=0, max=65535, help="Port; 0 for any free one."),
    cert: Path = typer.Option(None, "--cert", help="TLS certificate (PEM)."),
    key: Path = typer.Option(None, "--key", help="Key of the certificate (PEM)."),
    name: list[str] = typer.Option([], "--name", help="Further host name under which browsers ask; may be repeated."),
    top: int = typer.Option(None, "--top", min=1, help="How many of the best hits. Default: all kept hits."),
    who: str = typer.Option(
        None, "--who", help="Your name, without --people. Default: your user name on this machine."
    ),
) -> None:
    """Serve the review page of a run: look at every hit in a browser, decide with colleagues, sign lists.

    By default only this machine reaches it, through a link with a secret. With --people reviewers log in. End it with
    Ctrl-C: everything acknowledged is in the run folder.
    """
    import getpass

    from screening.errors import UsageError
    from screening.runs.run import open_run
    from workbench.review.people import People
    from workbench.review.review import Review
    from workbench.review.server import Place, require_safe
    from workbench.review.server import serve as run_server

    place = Place(host, port, cert, key, tuple(name))
    known = None if people is None else People(people)
    require_safe(place, known is not None)
    if known is not None and not known.all():
        raise UsageError("holds nobody", source=people, expected="a file made by `workbench review people add`")
    if known is not None and who:
        raise UsageError("--who and --people exclude each other: with people, everybody logs in")
    review = Review(open_run(run), people=known, owner=who or getpass.getuser(), top=top)

    def started(address: str) -> None:
        typer.echo(f"{len(review.hits.records):,} hits to review at {address}")
        typer.echo("End with Ctrl-C.", err=True)

    run_server(review, place, started)
