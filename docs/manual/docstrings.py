"""Docstrings as people write them: what only Sphinx takes for markup is made plain text."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx


def plain(line: str) -> str:
    """Return a line in which a bar, as in ``|a - b|`` outside backticks, is a bar and no substitution."""
    parts = re.split(r"(``.*?``|`[^`]*`)", line)
    return "".join(part if at % 2 else part.replace("|", r"\|") for at, part in enumerate(parts))


def _process(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    literal = False
    for at, line in enumerate(lines):
        # What is indented below a line that ends with two colons stands as it is.
        literal = literal and (not line.strip() or line.startswith(" "))
        if not literal:
            lines[at] = plain(line)
        literal = literal or line.rstrip().endswith("::")


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at every docstring before it is read, after numpydoc sections were turned into fields."""
    app.connect("autodoc-process-docstring", _process, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
