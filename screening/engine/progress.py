"""What long work tells whoever waits for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping


@dataclasses.dataclass(frozen=True)
class Progress:
    """A step forward.

    Attributes
    ----------
    stage
        What is being done, such as ``"standardising"``.
    done, total
        How much of how much; `total` is None while unknown.
    unit
        What is counted, such as ``"records"`` or ``"bytes"``.
    counts
        Records per ledger state so far.
    """

    stage: str
    done: int
    total: int | None
    unit: str
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)


OnProgress = Callable[[Progress], None]
