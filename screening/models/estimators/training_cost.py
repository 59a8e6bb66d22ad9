"""How long a training takes and how much memory, said before it begins.

Measured on one core of a server of 2023 and fitted by powers of the number of compounds; another machine differs, a
busy one by more.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence

#: Seconds of one fit: constant, a compound, and a cube of compounds in the Gaussian process; and of a compound its
#: features and its similarity to each compound in the kernel.
_SECONDS = {"ensemble": (3.0, 7.0e-3, 1.3e-10, 2.5e-3, 6.0e-7), "fast": (1.0, 6.0e-4, 0.6e-10, 2.0e-3, 0.0)}
#: Seconds of a compound in one fit where there are many (`kernel_ensemble.MANY_ROWS`), whose trees are fewer.
_MANY, _OF_MANY = 3000, {"ensemble": 5.0e-3}
#: Seconds of the similarity of a tested compound to one of training, and the part of the compounds that a fit tests.
_NEAREST, _TESTED = 4.0e-8, 0.2
#: Bytes: at all, of every compound, of every compound and reference, and of a running fit a compound and a reference
#: squared.
_BYTES = {"ensemble": (4.5e8, 2.0e4, 4.0, 2.0e4, 16.0), "fast": (3.5e8, 5.0e3, 0.0, 4.0e3, 20.0)}
_LARGEST_KERNEL = 6000


@dataclasses.dataclass(frozen=True)
class Cost:
    """Expected processor time, wall time on the cores there are, and memory."""

    processor_s: float
    wall_s: float
    memory_bytes: float

    def sentence(self) -> str:
        """Say it in a few words."""
        memory = f"{self.memory_bytes / 1e9:.1f} GB of memory"
        return f"about {_spoken(self.wall_s)} on {_counted(cores(), 'core')} and {memory}"


def cores() -> int:
    """Return how many fits run side by side."""
    return os.cpu_count() or 1


def estimate(compounds: int, fits: dict[str, Sequence[float]]) -> Cost:
    """Estimate the cost of training.

    Parameters
    ----------
    compounds
        How many there are.
    fits
        Model to the part of the compounds that each of its fits is made of; models without numbers of their own count
        as the fast one.
    """
    processor = alone = memory = 0.0
    side_by_side = cores()
    for name, shares in fits.items():
        known = name if name in _SECONDS else "fast"
        constant, linear, cubic, features, similarity = _SECONDS[known]
        if compounds > _MANY:
            linear = _OF_MANY.get(known, linear)
        alone += (features + similarity * min(compounds, _LARGEST_KERNEL)) * compounds  # before all fits, on one core
        for share in shares:
            n = share * compounds
            processor += constant + linear * n + cubic * min(n, _LARGEST_KERNEL) ** 3
            processor += _NEAREST * n * _TESTED * compounds * (share < 1.0)
        at_all, each, shared, running, squared = _BYTES[known]
        references = min(compounds, _LARGEST_KERNEL)
        own = running * compounds + squared * references**2
        memory = max(
            memory, at_all + each * compounds + shared * compounds * references + min(side_by_side, len(shares)) * own
        )
    return Cost(alone + processor, alone + processor / side_by_side, memory)


def _spoken(seconds: float) -> str:
    if seconds < 90:
        return f"{max(10, round(seconds / 10) * 10)} seconds"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"
