"""The scripts and styles of the grid, as text: one grid for exported pages, notebooks and the review page."""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
from importlib import resources

#: In the order in which they build on each other.
_SCRIPTS = ("molecule.js", "smarts.js", "cells.js", "columns.js", "score.js", "chart.js", "detail.js", "grid.js")


@functools.cache
def browser_file(name: str) -> str:
    """Return a file of ``browser/`` without comments or blank lines."""
    text = (resources.files("workbench.tables") / "browser" / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def grid_script() -> str:
    """Return the script that defines ``workbenchGrid(root, options)``."""
    return "\n".join(browser_file(name) for name in _SCRIPTS)


@functools.cache
def packed_grid_script() -> str:
    """Return `grid_script` as base64 of gzip: a third of the bytes in every saved notebook and exported page."""
    return base64.b64encode(gzip.compress(grid_script().encode(), 9, mtime=0)).decode()


@functools.cache
def grid_name() -> str:
    """Return the name under which the script lies on a page: grids of one version share it."""
    return f"workbench grid {hashlib.sha256(grid_script().encode()).hexdigest()[:12]}"


def grid_style() -> str:
    """Return the style sheet of the grid."""
    return browser_file("grid.css")
