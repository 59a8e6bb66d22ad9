"""Does a column of affinities look as if it held two units, or the wrong one?

Three traces are looked for, each of which real tables with one unit do not leave:

- many rows are not believable at all (`screening.models.units.PLAUSIBLE`): the unit is wrong,
- the values fall into two groups with an empty gap of two log units or more between them,
- replicates of the same compound differ by 3, 6 or 9 log units, to within 0.05, again and again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np

from screening.errors import AffinityDataError
from screening.models.replicates import Measurement
from screening.models.units import Unit

_GAP = 2.0
_SHARE = 0.05
_JUMPS = (3.0, 6.0, 9.0)


def review(
    path: str | os.PathLike[str],
    rows: Sequence[Mapping[str, object]],
    grouped: Mapping[bytes, Sequence[Measurement]],
    unit: Unit,
    trust: bool,
) -> list[str]:
    """Return sentences worth telling; refuse a column that looks like two units unless `trust` is set.

    Raises
    ------
    AffinityDataError
        If two units seem to be mixed, or most values are not believable in this one.
    """
    doubts = []
    wrong = [row for row in rows if row["stage"] == "value" and "wrong unit?" in str(row["reason"])]
    values = np.sort([one.p for group in grouped.values() for one in group])
    if len(wrong) > max(2, _SHARE * (len(values) + len(wrong))):
        doubts.append(
            f"{len(wrong)} of {len(values) + len(wrong)} values are not believable in {unit.value}"
            f" (the first in line {wrong[0]['number']})"
        )
    gap = _gap(values)
    if gap is not None:
        low, high, below = gap
        doubts.append(
            f"the values fall into two groups with nothing between {low:.1f} and {high:.1f} on the -log10 molar scale"
            f" ({below} below, {len(values) - below} above)"
        )
    jumps = _jumps(grouped)
    if jumps:
        doubts.append(f"{jumps} compounds have replicates that differ by 3, 6 or 9 log units exactly")
    if doubts and not trust:
        raise AffinityDataError(
            f"two units seem to be mixed in the value column, or {unit.value} is not its unit: {'; '.join(doubts)}",
            source=path,
            expected="one unit (if the values are right, say so with --trust-units)",
        )
    return [f"Accepted although in doubt: {doubt}." for doubt in doubts]


def _gap(values: np.ndarray) -> tuple[float, float, int] | None:
    """Return the ends of the widest gap and how many values lie below it, if it separates two real groups."""
    few = max(3, int(np.ceil(_SHARE * len(values))))
    if len(values) < 2 * few:
        return None
    inner = np.diff(values)[few - 1 : len(values) - few]
    if not len(inner) or inner.max() < _GAP:
        return None
    at = int(inner.argmax()) + few - 1
    return float(values[at]), float(values[at + 1]), at + 1


def _jumps(grouped: Mapping[bytes, Sequence[Measurement]]) -> int:
    found = 0
    for group in grouped.values():
        exact = [one.p for one in group if one.limit == 0]
        if len(exact) >= 2:
            spread = max(exact) - min(exact)
            found += any(abs(spread - jump) < 0.05 for jump in _JUMPS)
    return found if found >= 3 and found > _SHARE * len(grouped) / 5 else 0
