"""Docstrings as people write them: what only Sphinx takes for markup is made plain text."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.domains.python import PyObject

#: Before and after numpydoc sections are turned into fields (which is done at 500).
_BEFORE, _AFTER = 400, 900


def plain(line: str) -> str:
    """Return a line in which a bar, as in ``|a - b|`` outside backticks, is a bar and no substitution."""
    parts = re.split(r"(``.*?``|`[^`]*`)", line)
    return "".join(part if at % 2 else part.replace("|", r"\|") for at, part in enumerate(parts))


def apart(lines: list[str]) -> list[str]:
    """Return fields in which attributes that are described together have a field each."""
    done: list[str] = []
    at = 0
    while at < len(lines):
        several = re.match(r":ivar (\w+(?:, \w+)+):(.*)$", lines[at])
        at += 1
        if several is None:
            done.append(lines[at - 1])
            continue
        more = []
        while at < len(lines) and lines[at].startswith(" "):
            more.append(lines[at])
            at += 1
        for name in several[1].split(", "):
            done += [f":ivar {name}:{several[2]}", *more]
    return done


def _sentence(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    if what in {"attribute", "property"} and lines:
        # Or else what stands before a colon would be taken for the type.
        lines[:0] = ["..", ""]


def _process(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = apart(lines)
    literal = False
    for at, line in enumerate(lines):
        # What is indented below a line that ends with two colons stands as it is.
        literal = literal and (not line.strip() or line.startswith(" "))
        if not literal:
            lines[at] = plain(line)
        literal = literal or line.rstrip().endswith("::")


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at every docstring before it is read."""
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"
    app.connect("autodoc-process-docstring", _sentence, priority=_BEFORE)
    app.connect("autodoc-process-docstring", _process, priority=_AFTER)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
