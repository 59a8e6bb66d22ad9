"""Sphinx configuration of the manual: `make docs`. Nothing of it needs the network, neither built nor read."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from docs.manual import sources
from screening.version import __version__

sources.write()

project = "Target screening workbench"
author = "The target screening workbench team"
version = release = __version__
copyright = author

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "docs.manual.docstrings",
    "docs.manual.mathml",
    "docs.manual.links",
]
root_doc = "index"
exclude_patterns = ["generated/fragments"]
suppress_warnings = ["ref.python", "misc.highlighting_failure"]

myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3

highlight_language = "text"
smartquotes = False  # options and quotation marks stay what is typed
default_role = "py:obj"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
add_module_names = False
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"Target screening workbench {release}"
html_static_path = ["static"]
html_css_files = ["manual.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
pygments_style = "friendly"
pygments_dark_style = "github-dark"
