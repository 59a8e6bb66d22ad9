"""The link between what is shown and the kernel: clicks, ticks and pictures reach Python.

The view itself is plain HTML and draws without any kernel. This is a widget with nothing to show: it listens to a view
or grid on the page, so a lost kernel costs the link and not the picture. It attaches again after a page reload.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from screening.engine.files import write_bytes
from screening.errors import ScreeningError, UsageError

#: Action (a verdict, or ``undo``), record numbers and text to the new values of each row that has changed.
Decide = Callable[[str, list[int], str], list[dict[str, Any]]]


class Live(anywidget.AnyWidget):
    """What happened to a view or grid.

    Attributes
    ----------
    picked
        The atom that was clicked last: ``chain``, ``number``, ``insertion_code``, ``residue``, ``atom``, ``element``,
        ``index``, ``text``; empty before the first click.
    selected
        Record numbers of the ticked rows.
    decides
        Whether the grid offers buttons that decide; see `offer_decisions`.
    chosen
        Record number of the row that was chosen last, None before.
    attached
        Whether the view was found on the page.
    saved
        Pictures that have arrived, as paths.
    """

    _esm = resources.files("workbench.page").joinpath("live.js").read_text(encoding="utf-8")

    uid = traitlets.Unicode().tag(sync=True)
    picked = traitlets.Dict().tag(sync=True)
    selected = traitlets.List(traitlets.Int()).tag(sync=True)
    chosen = traitlets.Int(allow_none=True, default_value=None).tag(sync=True)
    attached = traitlets.Bool(False).tag(sync=True)
    decides = traitlets.Bool(False).tag(sync=True)

    def __init__(self, uid: str = "") -> None:
        super().__init__(uid=uid)
        self.saved: list[Path] = []
        self._asked: dict[int, Path] = {}
        self._decide: Decide | None = None
        self._on_pick: list[Callable[[dict[str, Any]], None]] = []
        self.on_msg(self._arrived)
        self.observe(lambda change: [work(change["new"]) for work in self._on_pick], names="picked")

    def on_pick(self, work: Callable[[dict[str, Any]], None]) -> None:
        """Call `work` with the atom of every click."""
        self._on_pick.append(work)

    def offer_decisions(self, decide: Decide) -> None:
        """Let the grid show buttons that call `decide` with an action, record numbers and a text."""
        self._decide = decide
        self.decides = True

    def png(self, path: str | Path, *, width: int | None = None) -> None:
        """Ask the page for a picture; the file is there a moment after the cell has ended (see `saved`).

        Parameters
        ----------
        path
            File to write, ends in ``.png``.
        width
            In pixels; twice the width on the page by default.

        Raises
        ------
        UsageError
            If the view is not shown, or the name ends otherwise.
        """
        path = Path(path)
        if path.suffix.lower() != ".png":
            raise UsageError(
                f"a picture of a view cannot be written as {path.name}", expected="a name that ends in .png"
            )
        if not self.uid:
            raise UsageError("the view is not on a page yet", expected="a view that was shown before")
        number = len(self._asked)
        self._asked[number] = path
        self.send({"ask": "png", "number": number, "width": width})

    def _arrived(self, _: Any, content: dict[str, Any], __: Any) -> None:
        if content.get("answer") == "png":
            path = self._asked[int(content["number"])]
            write_bytes(path, base64.b64decode(content["uri"].partition(",")[2]))
            self.saved.append(path)
        elif content.get("ask") == "decide" and self._decide is not None:
            records = [int(record) for record in content["records"]]
            try:
                rows = self._decide(str(content["action"]), records, str(content["text"]))
            except ScreeningError as error:
                self.send({"answer": "decided", "rows": [], "said": str(error), "wrong": True})
                return
            self.send({"answer": "decided", "rows": rows, "said": f"{content['action']}: {len(rows)} rows"})
