"""What every view is: a scene, a picture for where scripts may not run, and what stands beside it."""

from __future__ import annotations

import py3Dmol

from workbench.page.depiction import image
from workbench.page.fragment import Fragment, escape, sheet
from workbench.viewer import javascript
from workbench.viewer.scene.legend_key import Key
from workbench.viewer.scene.scene import Scene


class View(Fragment):
    """A 3D view. Shows itself in a notebook; `save_html` writes a page of its own.

    Attributes
    ----------
    py3dmol
        The py3Dmol view below, for everything 3Dmol.js can do: further calls are drawn on top.
    title
        Heading of the side panel.
    """

    def __init__(
        self,
        scene: Scene,
        *,
        title: str,
        side: str = "",
        flat: bytes = b"",
        summary: str = "",
        before: str = "",
    ) -> None:
        self._scene = scene
        self.title = title
        self._side = side
        self._flat = flat
        self._summary = summary
        self._before = before

    @property
    def py3dmol(self) -> py3Dmol.view:
        """The py3Dmol view that this view is drawn with."""
        return self._scene

    def html(self, *, javascript_inside: bool = True) -> str:
        """Return self-contained HTML.

        Parameters
        ----------
        javascript_inside
            Put 3Dmol.js (209 kB) in. Leave it out where an earlier view of the same page has it.
        """
        return self._html(javascript_inside)

    def _notebook_html(self) -> str:
        return self._html(javascript.embed_here())

    def _html(self, embed: bool) -> str:
        uid = self._scene.new_id()
        self._announce(uid)
        flat = image(self._flat, alt=f"Flat drawing: {self.title}")
        side = f'<div class="wb-side">{self._side}</div>' if self._side else ""
        return (
            f"{sheet()}<style>{javascript.style()}</style>"
            f'<div class="wb wb-view" data-wb-view="{uid}">'
            f'{self._before}<div class="wb-main">{self._scene.canvas(uid, flat)}</div>{side}</div>'
            f"{javascript.script(uid, self._scene.spec(), embed=embed)}"
        )

    def __repr__(self) -> str:
        return f"<{self._summary or self.title}; draws in a notebook, or save_html(path)>"


def legend(keys: list[Key]) -> str:
    """Return a legend as HTML."""
    return f'<ul class="wb-legend">{"".join(key.html() for key in keys)}</ul>' if keys else ""


def heading(title: str, *lines: str) -> str:
    """Return the heading of a side panel, with lines of plain text below it."""
    return f"<h3>{escape(title)}</h3>" + "".join(f"<p>{escape(line)}</p>" for line in lines if line)
