"""Which notebook cell is running, and which one carries a script that others need too.

Views are replaced when their cell runs again, and kept when another does.
"""

from __future__ import annotations

import dataclasses
import sys


@dataclasses.dataclass(frozen=True)
class Place:
    """A cell of a notebook and one execution of it; both empty outside notebooks."""

    cell: str
    run: str

    @property
    def notebook(self) -> bool:
        """Whether a notebook kernel is running at all."""
        return bool(self.run)

    @property
    def framed(self) -> bool:
        """Whether each output is shown in a frame of its own, which sees nothing of the others: in Google Colab."""
        return self.notebook and "google.colab" in sys.modules


def current() -> Place:
    """Return the running cell and its execution."""
    shell = None
    if "IPython" in sys.modules:
        from IPython import get_ipython

        shell = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        return Place("", "")
    parent = shell.get_parent()
    run = str(parent.get("header", {}).get("msg_id", ""))
    # Not every notebook program names the cell; then a view is never taken for the successor of another.
    return Place(str(parent.get("metadata", {}).get("cellId", "")), run)


class Carrier:
    """Says which cell of a notebook carries a script: one copy in the saved notebook, not one for each output.

    Parameters
    ----------
    again
        Whether every cell that runs again carries it too, so that running a cell again mends an output whose carrier
        was deleted.
    """

    def __init__(self, *, again: bool = False) -> None:
        self._again = again
        self._first: Place | None = None
        self._runs: dict[str, str] = {}

    def here(self) -> bool:
        """Tell whether what is being drawn carries the script.

        Outside notebooks everything does, and where each output is shown in a frame of its own. Elsewhere the first
        cell that asks does, and goes on doing so when it runs again.
        """
        place = current()
        if not place.notebook or place.framed:
            return True
        first, before = self._first, self._runs.get(place.cell)
        if place.cell:
            self._runs[place.cell] = place.run
        if first is None or (first.cell and first.cell == place.cell and first.run != place.run):
            self._first = place
            return True
        return self._again and before is not None and before != place.run
