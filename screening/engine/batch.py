"""A unit of work."""

from __future__ import annotations

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Batch:
    """A unit of work: its number, from 0 and without gaps, and a small picklable payload."""

    index: int
    payload: Any
