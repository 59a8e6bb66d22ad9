"""Which gaps of a table to measure first: those likely to be active, and those of which least is known.

The two are taken in turn, each compound once, so that one odd compound does not fill the list. Whether either flag
means anything is tested on the left-out cells (`screening.models.tables.fill.report`).
"""

from __future__ import annotations

import dataclasses

import numpy as np

#: A gap is called likely active from this chance on.
LIKELY = 0.3
LIKELY_ACTIVE, LEAST_SURE = "likely active", "least sure"


@dataclasses.dataclass(frozen=True)
class Suggestion:
    """A gap to measure: its compound and target (row and column), and why."""

    row: int
    column: int
    why: str


def choose(where: np.ndarray, half: np.ndarray, likely: np.ndarray, count: int) -> tuple[Suggestion, ...]:
    """Return the gaps to measure first, the most worthwhile first.

    Parameters
    ----------
    where
        int, shape (m, 2): row and column of each gap.
    half, likely
        float64, shape (m,): half the width of its interval, and the chance that it is active.
    count
        How many.
    """
    promising = [at for at in np.argsort(-likely, kind="stable").tolist() if likely[at] >= LIKELY]
    unsure = np.argsort(-half, kind="stable").tolist()
    queues = [(promising, LIKELY_ACTIVE), (unsure, LEAST_SURE)]
    taken: set[int] = set()
    found: list[Suggestion] = []
    while len(found) < count and any(queue for queue, _ in queues):
        for queue, why in queues:
            while queue:
                row, column = where[queue.pop(0)].tolist()
                if row not in taken:
                    taken.add(row)
                    found.append(Suggestion(row, column, why))
                    break
            if len(found) == count:
                break
    return tuple(found)
