"""``workbench target``: look at a structure, judge it, build assemblies, find pockets, place variants, download it.

`show` (printed by `print_target` and `print_table`), `quality`, `pockets`, `variants`, `compare`, `nearest`, `triage`,
`assembly`, `download`.
"""

from __future__ import annotations

import typer

from workbench.cli.target.assembly import assembly
from workbench.cli.target.compare import compare
from workbench.cli.target.download import download
from workbench.cli.target.nearest import nearest
from workbench.cli.target.pockets import pockets
from workbench.cli.target.quality import quality
from workbench.cli.target.show import show
from workbench.cli.target.triage import triage
from workbench.cli.target.variants import variants

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None,
                  help="Show, download and compare protein targets.")  # fmt: skip

for _command in (show, download, assembly, pockets, variants, quality, compare, nearest, triage):
    app.command()(_command)
