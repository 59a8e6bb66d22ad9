"""Checks of the built pages: every internal link leads somewhere, and nothing is fetched from the network."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

#: Elements whose address a browser fetches by itself.
_FETCHED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
_FETCHED_LINKS = frozenset({"stylesheet", "icon", "preload", "prefetch", "preconnect", "manifest"})


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in _FETCHED and values.get(_FETCHED[tag]):
            self.fetched.append(values[_FETCHED[tag]])
        if tag == "link" and _FETCHED_LINKS & set(values.get("rel", "").split()):
            self.fetched.append(values["href"])


def problems(folder: Path) -> list[str]:
    """Return a sentence for each link of the pages below `folder` that leads nowhere, or into the network unasked."""
    pages: dict[Path, _Page] = {}
    for path in sorted(folder.rglob("*.html")):
        pages[path] = _Page()
        pages[path].feed(path.read_text(encoding="utf-8"))
    found = []
    for path, page in pages.items():
        name = path.relative_to(folder).as_posix()
        for address in page.fetched:
            if urlsplit(address).netloc:
                found.append(f"{name}: {address} would be fetched from the network")
        for address in [*page.links, *page.fetched]:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or parts.path.startswith("_modules"):
                continue
            goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            if goal.is_dir():
                goal = goal / "index.html"
            if not goal.is_file():
                found.append(f"{name}: {address} leads to no file")
            elif parts.fragment and goal.suffix == ".html":
                there = next((one for other, one in pages.items() if other.resolve() == goal), None)
                if there is not None and unquote(parts.fragment) not in there.anchors:
                    found.append(f"{name}: {address} leads to no place of that page")
    for path in sorted(folder.rglob("*.css")):
        text = path.read_text(encoding="utf-8")
        if "url(http" in text or "@import" in text:
            found.append(f"{path.relative_to(folder).as_posix()}: fetches from the network")
    return found


def _check(app: Sphinx, problem: Exception | None) -> None:
    if problem is None and app.builder.format == "html" and (found := problems(Path(app.outdir))):
        raise ExtensionError("links of the manual:\n" + "\n".join(found))


def setup(app: Sphinx) -> dict[str, Any]:
    """Check the pages when they are built."""
    app.connect("build-finished", _check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
