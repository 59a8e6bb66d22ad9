"""Text from files, safe for a terminal (kept here for those who look for it among the commands)."""

from __future__ import annotations

from screening.printable import printable

__all__ = ["printable"]
