"""Headless screening engine: targets, compounds, models and runs, without any user interface.

Folders, in the order in which they may import each other (left to right):

``errors``, ``provenance`` <- ``engine`` <- ``targets`` | ``compounds`` <- ``features`` <- ``models`` <- ``poses`` <-
``runs``; ``clusters`` stands apart and only opens Dask clients.

``interrupts`` says why Ctrl-C cannot spoil a result and keeps it so; ``printable`` makes text of strangers safe to
show; ``result_table`` is a table that shows itself and turns into pandas.
"""

from screening.version import __version__

__all__ = ["__version__"]
