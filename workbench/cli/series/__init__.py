"""``workbench series``: what differs between compounds of a series, and what it is worth.

`r_groups`, `pairs`, `cliffs`, and `why` one compound is weaker than another; the options they share stand in
`series_options`.
"""

from __future__ import annotations

import typer

from workbench.cli.series.cliffs import cliffs
from workbench.cli.series.pairs import pairs
from workbench.cli.series.r_groups import r_groups
from workbench.cli.series.why import why

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    help="R-groups, matched pairs and activity cliffs of measured compounds, and why one is weaker than another.",
)  # fmt: skip

app.command("r-groups")(r_groups)
app.command("pairs")(pairs)
app.command("cliffs")(cliffs)
app.command("why")(why)
