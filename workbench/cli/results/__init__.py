"""``workbench results``: assay results beside the predictions as they were made (`add`, `show`).

`next` is a command of its own, ``workbench next``: it proposes what to measure.
"""

import typer

from workbench.cli.results import add, show

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.command("add")(add.command)
app.command("show")(show.command)
