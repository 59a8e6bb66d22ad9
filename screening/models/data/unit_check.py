"""Does a column of affinities look as if it held two units, or the wrong one?

Traces that real tables with one unit do not leave:

- many rows are not believable at all (`screening.models.data.units.PLAUSIBLE`): the unit is wrong,
- many values are tighter than 0.1 nM,
- nearly all concentrations lie between 3 and 12, or far more than around it: they are -log10 molar already,
- the values fall into two groups with an empty gap of two log units or more between them,
- replicates of the same compound differ by 3, 6 or 9 log units, to within 0.05, again and again,
- close analogues differ by three log units about as often as by two.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np

from screening.errors import AffinityDataError
from screening.features.compound_blocks import morgan_fingerprints
from screening.models.data.replicates import Measurement
from screening.models.data.units import EXPONENT, Unit
from screening.models.fingerprint_index import FingerprintIndex

_GAP = 2.0
_SHARE = 0.05
_TIGHT = 10.0
_CLOSE = 0.7
_MOST_COMPARED = 3000
_JUMPS = (3.0, 6.0, 9.0)


def review(
    path: str | os.PathLike[str],
    rows: Sequence[Mapping[str, object]],
    grouped: Mapping[bytes, Sequence[Measurement]],
    smiles: Mapping[bytes, str],
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
    tight = int((values > _TIGHT).sum())
    if unit is not Unit.NEGATIVE_LOG and tight >= max(3, _SHARE * len(values)):
        doubts.append(f"{tight} of {len(values)} values are tighter than 0.1 nM")
    logs = _already_logs(values, unit)
    if logs:
        doubts.append(logs)
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
    analogues = _analogues(grouped, smiles) if not doubts else None
    if analogues:
        doubts.append(analogues)
    if doubts and not trust:
        right = "--unit p for -log10 molar values" if logs else "one unit"
        raise AffinityDataError(
            f"two units seem to be mixed in the value column, or {unit.value} is not its unit: {'; '.join(doubts)}",
            source=path,
            expected=f"{right} (if the values are right as they are, say so with --trust-units)",
        )
    notes = [f"Accepted although in doubt: {doubt}." for doubt in doubts]
    if tight and not doubts:
        notes.append(f"{tight} of {len(values)} values are tighter than 0.1 nM: is it one unit?")
    return notes


def _already_logs(values: np.ndarray, unit: Unit) -> str | None:
    """Say why concentrations look like -log10 molar, if they do."""
    if unit is Unit.NEGATIVE_LOG or len(values) < 10:
        return None
    written = 10 ** (EXPONENT[unit] - values)
    inside = int(((written >= 3) & (written <= 12)).sum())
    if inside >= 0.95 * len(values):
        return f"{inside} of {len(values)} concentrations lie between 3 and 12, as -log10 molar values do"
    # A table half in logs shows a spike where 4 to 9 lies on the scale of the unit, and nothing like it on either side.
    middle = EXPONENT[unit] - np.log10(6.0)
    counts = [int((np.abs(values - middle - 0.4 * step) <= 0.2).sum()) for step in (-1, 0, 1)]
    if counts[1] >= max(10, 2 * _SHARE * len(values)) and counts[1] > 4 * max(counts[0], counts[2]):
        return f"{counts[1]} of {len(values)} concentrations lie between 4 and 9, as -log10 molar values do"
    return None


def _analogues(grouped: Mapping[bytes, Sequence[Measurement]], smiles: Mapping[bytes, str]) -> str | None:
    """Say how often close analogues differ by three log units, if that is as often as by two."""
    exact = {key: [one.p for one in group if one.limit == 0] for key, group in grouped.items()}
    keys = [key for key, found in exact.items() if found][:_MOST_COMPARED]
    if len(keys) < 30:
        return None
    values = np.array([np.median(exact[key]) for key in keys])
    packed = morgan_fingerprints([smiles[key] for key in keys])
    similarity = FingerprintIndex(packed).similarity(packed)
    first, second = np.nonzero(np.triu(similarity >= _CLOSE, 1))
    apart = np.abs(values[first] - values[second])
    two, three = int(((apart >= 1.5) & (apart < 2.5)).sum()), int(((apart >= 2.5) & (apart < 3.5)).sum())
    if len(apart) < 50 or three < 0.04 * len(apart) or three < 0.8 * two:
        return None
    return f"of {len(apart)} pairs of close analogues {three} differ by about 3 log units and only {two} by about 2"


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
