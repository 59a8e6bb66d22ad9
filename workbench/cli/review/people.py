"""``workbench review people``: who may log in."""

from __future__ import annotations

from pathlib import Path

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None, help="Who may log in to a review.")
_FILE = typer.Argument(..., help="File of people; made by the first `add`.")


@app.command()
def add(
    file: Path = _FILE,
    name: str = typer.Argument(..., help="Name, as it will stand in the log."),
    role: str = typer.Option(
        "reviewer", "--role", help="reviewer, lead (settings, last word, signatures) or observer."
    ),
    password_stdin: bool = typer.Option(False, "--password-stdin", help="Read the password from standard input."),
) -> None:
    """Add a person, or change role and password of one; the file keeps only a scrypt hash of the password."""
    import sys

    from workbench.review.people import People

    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    People(file).add(name, role, password)
    typer.echo(f"{name} is a {role}" if role != "observer" else f"{name} is an observer")


@app.command()
def remove(file: Path = _FILE, name: str = typer.Argument(..., help="Name.")) -> None:
    """Take a person away; what they decided stays in the log."""
    from workbench.review.people import People

    People(file).remove(name)
    typer.echo(f"{name} can no longer log in")


@app.command()
def token(file: Path = _FILE, name: str = typer.Argument(..., help="Name.")) -> None:
    """Print a new token of a person for the REST interface; the file keeps only its hash."""
    from workbench.review.people import People

    typer.echo(People(file).new_token(name))


@app.command("list")
def list_people(file: Path = _FILE) -> None:
    """Print names and roles."""
    from screening.errors import FileError
    from screening.printable import printable
    from workbench.review.people import People

    found = People(file).all()
    if not found:
        raise FileError("holds nobody", source=file, expected="a file made by `workbench review people add`")
    for person in found.values():
        typer.echo(printable(f"{person.role:<9} {person.name}"))
