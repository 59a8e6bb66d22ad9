"""``workbench search``: most of the best compounds of a library after asking about a few percent of it.

`run`, `ask`, `tell`, `show`, `reagents`, one command a file; `oracle_options` reads the options of `run`, `print_cost`
says what a search will cost, `print_search` what it has found.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from workbench.cli.search.ask import ask
from workbench.cli.search.reagents import reagents
from workbench.cli.search.run import run
from workbench.cli.search.show import show
from workbench.cli.search.tell import tell


class _LibraryFirst(TyperGroup):
    """``workbench search LIBRARY ...`` is ``workbench search run LIBRARY ...``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["run", *args]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_LibraryFirst,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Find most of the best compounds of a library after asking about a few percent: workbench search LIBRARY"
    " --oracle ... --budget 2% --out SEARCH.",
)

for _command in (run, ask, tell, show, reagents):
    app.command()(_command)
