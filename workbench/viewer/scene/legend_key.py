"""One line of the legend of a view."""

from __future__ import annotations

import dataclasses

from workbench.page.fragment import escape


@dataclasses.dataclass(frozen=True)
class Key:
    """One line of a legend.

    Attributes
    ----------
    colour
        CSS colour; empty for a line without a swatch.
    text
        What it stands for.
    group
        What its box switches; no box if empty.
    on
        Whether the box is ticked at first.
    dashed
        A dashed line instead of a swatch.
    """

    colour: str
    text: str
    group: str = ""
    on: bool = True
    dashed: bool = False

    def html(self) -> str:
        """Return the line as a list item."""
        swatch = ""
        if self.colour:
            kind = "wb-key wb-dash" if self.dashed else "wb-key"
            paint = f"border-color:{self.colour}" if self.dashed else f"background:{self.colour}"
            swatch = f'<span class="{kind}" style="{paint}"></span>'
        if not self.group:
            return f"<li>{swatch}<span>{escape(self.text)}</span></li>"
        ticked = " checked" if self.on else ""
        box = f'<input type="checkbox" data-wb-group="{escape(self.group)}"{ticked}>'
        return f"<li><label>{box}{swatch}<span>{escape(self.text)}</span></label></li>"
