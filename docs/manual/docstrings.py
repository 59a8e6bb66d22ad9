"""Docstrings as people write them: what only Sphinx takes for markup is made plain text."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.python import PyObject

#: Between names of attributes: a comma after which a line may end, and no space.
JOINED = ",\u200b"
#: Before and after numpydoc sections are turned into fields (which is done at 500).
_BEFORE, _AFTER = 400, 900


def plain(line: str) -> str:
    """Return a line in which a bar, as in ``|a - b|`` outside backticks, is a bar and no substitution."""
    parts = re.split(r"(``.*?``|`[^`]*`)", line)
    return "".join(part if at % 2 else part.replace("|", r"\|") for at, part in enumerate(parts))


def together(line: str) -> str:
    """Return a field in which attributes that are described together are one word, not a type and a name."""
    several = re.match(r":ivar (\w+(?:, \w+)+):(.*)$", line)
    return line if several is None else f":ivar {several[1].replace(', ', JOINED)}:{several[2]}"


def _sentence(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    if what in {"attribute", "property"} and lines:
        # Or else what stands before a colon would be taken for the type.
        lines[:0] = ["..", ""]


def _process(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = [together(line) for line in lines]
    literal = False
    for at, line in enumerate(lines):
        # What is indented below a line that ends with two colons stands as it is.
        literal = literal and (not line.strip() or line.startswith(" "))
        if not literal:
            lines[at] = plain(line)
        literal = literal or line.rstrip().endswith("::")


def _dashes(app: Sphinx, tree: nodes.document) -> None:
    for text in [one for one in tree.findall(nodes.Text) if one.astext() == " -- "]:
        text.parent.replace(text, nodes.Text(" – "))


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at every docstring before it is read."""
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"
    app.connect("autodoc-process-docstring", _sentence, priority=_BEFORE)
    app.connect("autodoc-process-docstring", _process, priority=_AFTER)
    app.connect("doctree-read", _dashes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
