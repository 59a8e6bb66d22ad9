"""Equations as MathML, which browsers draw themselves: no script, no font, no picture."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.utils.math import latex2mathml
from sphinx.application import Sphinx


def converted(text: str, *, block: bool) -> str:
    """Return LaTeX as a MathML element."""
    return str(latex2mathml.tex2mathml(text.strip(), as_block=block))


def _inline(self: Any, node: nodes.math) -> None:
    self.body.append(converted(node.astext(), block=False))
    raise nodes.SkipNode


def _block(self: Any, node: nodes.math_block) -> None:
    self.body.append(f'<div class="equation">{converted(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer under the name ``mathml``."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
