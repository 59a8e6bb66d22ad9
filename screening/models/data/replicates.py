"""Merge the measurements of one compound into one value, by rules that are stated and counted.

1. An exact value beats a limit: limits of a compound that also has exact values are left out.
2. The exact values of a compound are merged to their median; their spread (largest minus smallest) is kept.
3. A spread of `CONTRADICTORY` log units or more is reported. From `HOPELESS` on nobody knows which of the values
   is right: the compound is left out.
4. A limit alone counts only where it says something: "weaker than 10 uM" for a compound on the weak side of
   the median of all exact values, "tighter than 1 nM" on the tight side. It then stands for the value, is flagged
   as a limit, and is never used to measure an error or to calibrate an interval.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Sequence

CONTRADICTORY = 1.0
HOPELESS = 2.5


@dataclasses.dataclass(frozen=True)
class Measurement:
    """One measured value: `p` is -log10 molar; `limit` is 0 exact, -1 weaker than `p`, +1 tighter than `p`."""

    row: int
    p: float
    limit: int


@dataclasses.dataclass(frozen=True)
class Merged:
    """What the measurements of one compound came to.

    Attributes
    ----------
    p
        The merged value, None if the compound is left out.
    limit
        0 exact, else the sense of the limit that stands for the value.
    spread
        Largest minus smallest exact value.
    used
        Rows that went into the value, the first of them standing for the compound.
    left_out
        Row to the rule it was left out by.
    """

    p: float | None
    limit: int
    spread: float
    used: tuple[int, ...]
    left_out: dict[int, str]


def merge(measurements: Sequence[Measurement], middle: float) -> Merged:
    """Merge the measurements of one compound; `middle` is the median of all exact values of the file."""
    exact = [one for one in measurements if one.limit == 0]
    limits = [one for one in measurements if one.limit != 0]
    if exact:
        left_out = {one.row: "a limit beside an exact value" for one in limits}
        values = [one.p for one in exact]
        spread = max(values) - min(values)
        if spread >= HOPELESS:
            rule = f"its {len(values)} values differ by {spread:.1f} log units ({HOPELESS:g} or more)"
            return Merged(None, 0, spread, (), left_out | {one.row: rule for one in exact})
        return Merged(statistics.median(values), 0, spread, tuple(one.row for one in exact), left_out)
    senses = {one.limit for one in limits}
    if len(senses) == 2:
        return Merged(None, 0, 0.0, (), {one.row: "only limits, in both directions" for one in limits})
    sense = senses.pop()
    # The strictest limit says the most: the lowest of several "weaker than", the highest of several "tighter than".
    best = min(limits, key=lambda one: one.p) if sense < 0 else max(limits, key=lambda one: one.p)
    if (best.p - middle) * sense < 0:
        word = "weaker" if sense < 0 else "tighter"
        rule = f"only a limit that says nothing ({word} than {best.p:.2f}, the median of the file is {middle:.2f})"
        return Merged(None, 0, 0.0, (), {one.row: rule for one in limits})
    return Merged(best.p, sense, 0.0, tuple(one.row for one in limits), {})
