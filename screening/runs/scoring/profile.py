"""What is wanted of a compound: for each column of evidence a desirability from 0 to 1, and a weight.

Desirability functions after Derringer and Suich (J. Qual. Technol. 1980, 12, 214), piecewise linear as in the CNS MPO
score (Wager et al., ACS Chem. Neurosci. 2010, 1, 435).
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import re

import numpy as np

from screening.errors import UsageError

_NUMBER = r"-?\d+(?:\.\d+)?"
_AIM = re.compile(
    rf"^\s*(?P<column>[^<>=*;]+?)\s*(?P<sign>[<>=])\s*(?P<ends>{_NUMBER}(?:\s*\.\.\s*{_NUMBER})*)"
    r"\s*(?:\*\s*(?P<weight>\d+(?:\.\d+)?))?\s*$"
)
_EXPECTED = "COLUMN > LOW..HIGH, COLUMN < LOW..HIGH or COLUMN = ZERO..ONE..ONE..ZERO; '* WEIGHT' after it, ';' between"

#: Profiles by name. The ends are those of Lipinski et al. (Adv. Drug Deliv. Rev. 1997, 23, 3) and Veber et al. (J. Med.
#: Chem. 2002, 45, 2615) made soft; the weights are a place to start from, not a fitted rule.
PROFILES: dict[str, str] = {
    "oral": "affinity > 5..8 * 2; molecular_weight < 400..550; logp = -1..1..3..5.5; tpsa = 0..30..100..150;"
    " hbd < 3..6; rotatable_bonds < 7..12",
    "lead": "affinity > 5..7.5 * 2; molecular_weight < 300..420; logp = -1..0.5..2.5..4;"
    " ligand_efficiency > 0.25..0.35",
}


@dataclasses.dataclass(frozen=True)
class Aim:
    """What is wanted of one column.

    Attributes
    ----------
    column
        Name of a numeric column of evidence.
    points
        Values and desirabilities (0 to 1) that lines run between, values rising; beyond the ends it stays the same.
    weight
        How much it counts.
    """

    column: str
    points: tuple[tuple[float, float], ...]
    weight: float = 1.0

    def desirability(self, values: np.ndarray) -> np.ndarray:
        """Return the desirability of values, 0 to 1; NaN where there is none."""
        ends, heights = zip(*self.points)
        return np.where(np.isfinite(values), np.interp(np.nan_to_num(values), ends, heights), np.nan)

    def __str__(self) -> str:
        ends, heights = zip(*self.points)
        sign = ">" if heights[0] < heights[-1] else "<" if heights[0] > heights[-1] else "="
        weight = "" if self.weight == 1 else f" * {self.weight:g}"
        return f"{self.column} {sign} {'..'.join(f'{end:g}' for end in ends)}{weight}"


def read_profile(text: str) -> tuple[Aim, ...]:
    """Read a profile: the name of one of `PROFILES`, or aims such as ``"affinity > 6..8 * 2; logp = 0..1..3..5"``.

    Raises
    ------
    UsageError
        If it cannot be understood; the message names the part.
    """
    whole = PROFILES.get(text.strip(), text)
    parts = [part for part in whole.split(";") if part.strip()]
    if not parts:
        raise UsageError("the profile is empty", expected=f"{', '.join(PROFILES)}, or {_EXPECTED}")
    aims = tuple(_aim(part) for part in parts)
    twice = next((one.column for at, one in enumerate(aims) if one.column in {o.column for o in aims[:at]}), None)
    if twice is not None:
        raise UsageError(f"the profile says twice what is wanted of {twice}", expected="one aim for each column")
    if not any(one.weight for one in aims):
        raise UsageError("every weight of the profile is 0", expected="a weight above 0")
    return aims


def _aim(part: str) -> Aim:
    match = _AIM.match(part)
    if match is None:
        raise UsageError(f"{part.strip()!r:.80} is no aim of a profile", expected=_EXPECTED)
    ends = [float(end) for end in re.split(r"\s*\.\.\s*", match["ends"])]
    heights = {(">", 2): (0.0, 1.0), ("<", 2): (1.0, 0.0), ("=", 4): (0.0, 1.0, 1.0, 0.0)}.get(
        (match["sign"], len(ends))
    )
    if heights is None or any(b <= a for a, b in itertools.pairwise(ends)):
        raise UsageError(f"{part.strip()!r:.80}: its numbers do not fit", expected=f"rising numbers: {_EXPECTED}")
    weight = float(match["weight"] or 1)
    if not math.isfinite(weight):
        raise UsageError(f"{part.strip()!r:.80}: its weight is no number", expected=_EXPECTED)
    return Aim(match["column"], tuple(zip(ends, heights)), weight)
