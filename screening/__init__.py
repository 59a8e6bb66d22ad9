"""Headless screening engine: targets, compounds, models and runs, without any user interface.

Folders, in the order in which they may import each other (left to right):

``errors``, ``provenance`` <- ``engine`` <- ``targets`` | ``compounds`` <- ``features`` <- ``models``
<- ``poses`` <- ``runs``; ``clusters`` stands apart and only opens Dask clients.
"""

from screening.version import __version__

__all__ = ["__version__"]
