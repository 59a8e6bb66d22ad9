"""Drawings for pages whose content policy allows no style attributes."""

from __future__ import annotations

import re

_STYLE = re.compile(r"\sstyle=(['\"])(.*?)\1")


def attributes_only(svg: str) -> str:
    """Return an SVG element with presentation attributes in the place of style attributes; it looks the same.

    Every property that RDKit writes into a style (fill, stroke, opacity, fonts) is a presentation attribute too.
    """
    return _STYLE.sub(_attributes, svg)


def _attributes(found: re.Match[str]) -> str:
    pairs = (part.partition(":") for part in found.group(2).split(";") if ":" in part)
    return "".join(f" {name.strip()}='{value.strip()}'" for name, _, value in pairs)
