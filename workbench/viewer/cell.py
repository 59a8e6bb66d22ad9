"""Which notebook cell is running: views are replaced when their cell runs again, and kept when another does."""

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
