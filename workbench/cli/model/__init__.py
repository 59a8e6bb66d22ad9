"""``workbench model``: show what a model is, compare models, ask one about compounds.

`show`, `compare`, `curve`, `neighbours`, `cliffs`, `profile`, `panel`, `rebuild`; `compounds` reads the compounds they
are asked about.
"""

from __future__ import annotations

import typer

from workbench.cli.model.cliffs import cliffs
from workbench.cli.model.compare import compare
from workbench.cli.model.curve import curve
from workbench.cli.model.neighbours import neighbours
from workbench.cli.model.panel import panel
from workbench.cli.model.profile import profile
from workbench.cli.model.rebuild import rebuild
from workbench.cli.model.show import show
from workbench.cli.printing.print_card import print_card

__all__ = ["app", "print_card"]

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, help="Show and compare affinity models."
)

for _command in (show, compare, curve, neighbours, cliffs, profile, panel, rebuild):
    app.command()(_command)
