"""``workbench review``: decide on hits, in a browser or from here, and prove years later what was decided.

One command a file: ``serve``, ``people``, ``decide`` (also comment, tag, list and undo), ``show``,
``shortlist``, ``agreement``, ``sign``, ``verify``.
"""

from __future__ import annotations

import typer

from workbench.cli.review import people
from workbench.cli.review.agreement import agreement
from workbench.cli.review.decide import comment, decide, tag, undo
from workbench.cli.review.serve import serve
from workbench.cli.review.shortlist import shortlist
from workbench.cli.review.show import show
from workbench.cli.review.sign import sign
from workbench.cli.review.verify import verify

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None,
                  help="Decide on hits with colleagues, and verify what was decided.")  # fmt: skip

for _command in (serve, decide, comment, tag, undo, shortlist, agreement, sign, show, verify):
    app.command()(_command)
app.add_typer(people.app, name="people")
