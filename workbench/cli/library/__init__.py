"""``workbench library``: prepare compound libraries, store features, look at them, search, pick, cluster and write.

`prepare`, `reactions`, `profile` (printed by `print_profile`), `featurise`, `fragments`, `search`, `pick`, `cluster`,
`write`; `rows` is what the last four share.
"""

from __future__ import annotations

import typer

from workbench.cli.library.cluster import cluster
from workbench.cli.library.featurise import featurise
from workbench.cli.library.fragments import fragments
from workbench.cli.library.pick import pick
from workbench.cli.library.prepare import prepare
from workbench.cli.library.profile import profile
from workbench.cli.library.reactions import reactions
from workbench.cli.library.search import search
from workbench.cli.library.write import write

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None,
                  help="Prepare, profile, search and write compound libraries.")  # fmt: skip

for _command in (prepare, reactions, featurise, fragments, profile, search, pick, cluster, write):
    app.command()(_command)
