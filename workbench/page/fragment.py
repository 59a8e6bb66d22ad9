"""A piece of page that draws itself in a notebook, and that an exported page can be put together from."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening.engine.files import write_text
from screening.printable import without_direction_marks
from workbench.page import theme

if TYPE_CHECKING:
    from workbench.page.live import Live

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ margin: 16px; background: #ffffff; color-scheme: light; }}</style>
</head>
<body>
{body}
</body>
</html>
"""


class Fragment(ABC):
    """Something that draws itself: rich output in a notebook, self-contained HTML everywhere else."""

    #: Title of the page that `save_html` writes.
    title: str = "Target screening workbench"

    #: Id of the HTML that was made last; a live link follows it.
    shown: str = ""
    _link: Live | None = None

    def live(self) -> Live:
        """Return the link that brings clicks, ticks and pictures to Python; call it before or after showing this."""
        if self._link is None:
            from workbench.page.live import Live

            self._link = Live(self.shown)
        return self._link

    def _announce(self, uid: str) -> None:
        self.shown = uid
        if self._link is not None:
            self._link.uid = uid

    @abstractmethod
    def html(self) -> str:
        """Return self-contained HTML that needs neither a network nor a kernel, to be put into any page."""

    def _notebook_html(self) -> str:
        """Return the HTML for a notebook output; the same as `html` unless the notebook brings something along."""
        return self.html()

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        # Only these two: an extra MIME type would store the HTML twice in the notebook.
        return {"text/html": self._notebook_html(), "text/plain": repr(self)}

    def save_html(self, path: str | Path) -> Path:
        """Write a page with this alone on it; it opens from disk with no network.

        Raises
        ------
        StorageError
            If the file cannot be written.
        """
        path = Path(path)
        write_text(path, page([self], title=self.title))
        return path


def page(fragments: Iterable[Fragment | str], *, title: str) -> str:
    """Put fragments (or ready-made HTML) below each other on one self-contained page."""
    body = "\n".join(part if isinstance(part, str) else part.html() for part in fragments)
    return _PAGE.format(title=escape(title), body=body)


def escape(text: object) -> str:
    """Return text as HTML: names come from files, and files come from anywhere."""
    return html.escape(without_direction_marks(str(text)), quote=True)


def sheet() -> str:
    """Return the style element that fragments share; repeating it on a page does no harm."""
    return f"<style>{theme.STYLE}</style>"
