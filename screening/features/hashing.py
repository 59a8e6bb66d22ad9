"""Numbers that depend on every bit of other numbers, to tell features apart in fewer bits."""

from __future__ import annotations

import numpy as np

_FACTORS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def scattered(values: np.ndarray) -> np.ndarray:
    """Return uint64 numbers that depend on every bit of the given ones (the finaliser of splitmix64)."""
    mixed = (values ^ (values >> np.uint64(30))) * _FACTORS[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _FACTORS[1]
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
