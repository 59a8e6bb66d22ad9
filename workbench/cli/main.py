"""The ``workbench`` program: finds the command, and turns every intended error into one sentence."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click
import typer
from typer.core import TyperGroup

from screening.errors import ScreeningError
from screening.version import __version__

#: Command name to the module that holds it (attribute ``app`` for a group, ``command`` for a single command) and
#: its line in ``--help``. Modules are imported only when their command runs, so ``--help`` is quick.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("workbench.cli.demo", "Run the whole path on the data the project ships."),
    "target": ("workbench.cli.target", "Show, download and compare protein targets."),
    "library": ("workbench.cli.library", "Prepare and profile compound libraries."),
    "train": ("workbench.cli.train", "Train an affinity model on measured values."),
    "model": ("workbench.cli.model", "Show affinity models."),
    "screen": ("workbench.cli.screen", "Screen a library with a model."),
    "status": ("workbench.cli.status", "Show how far a run is."),
    "hits": ("workbench.cli.hits", "List the hits of a run, or explain any compound's fate."),
    "export": ("workbench.cli.export", "Write a hit list to a file."),
}


class LazyGroup(TyperGroup):
    """A command group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return one command."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[name][0])
        if hasattr(module, "app"):
            return typer.main.get_command(module.app)
        single = typer.Typer(add_completion=False)
        single.command(name)(module.command)
        return typer.main.get_command(single)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


app = typer.Typer(cls=LazyGroup, add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def root(
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    """Screen compound libraries against protein targets, see the evidence in 3D, export hit lists."""
    if version:
        typer.echo(f"workbench {__version__}")
        raise typer.Exit


def main(arguments: list[str] | None = None) -> Any:
    """Run the program; exit code 0 ok, 1 the work failed, 2 bad usage, 130 interrupted."""
    try:
        app(arguments, standalone_mode=True)
    except ScreeningError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("interrupted: run the same command again to go on where it stopped.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (``| head``): not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
