"""From the number a family model computes to the affinity it reports: calibrated above, never below the assays' floor.

An assay reports nothing weaker than its floor, so what is to be expected of it near the floor is the mean of a normal
distribution cut there (Tobin, Econometrica 1958, 26, 24), which keeps the order of compounds. Kernel methods shrink
what they know little of towards the mean; above a threshold predictions of compounds unseen are stretched by the factor
that cross-validation finds.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from scipy.special import ndtr

#: Thresholds tried.
_STARTS = (5.5, 5.75, 6.0, 6.25, 6.5)


@dataclasses.dataclass(frozen=True)
class ReportedAffinity:
    """How predictions are reported.

    Attributes
    ----------
    floor, ceiling
        Weakest affinity the assays can tell, and the tightest that was measured.
    softness
        Width, in log units, over which predictions approach the floor; 0 cuts them there.
    start, stretch
        Above `start` predictions of compounds unseen are raised by `stretch` times the difference.
    """

    floor: float
    ceiling: float
    softness: float = 0.0
    start: float = 0.0
    stretch: float = 0.0

    def of(self, computed: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Return reported affinities, float64, of the shape of `computed`.

        Parameters
        ----------
        computed
            What the kernels give.
        known
            bool, of a shape that broadcasts: compounds of the training, which are not stretched.
        """
        value = self.stretched(computed, known)
        if self.softness > 0:
            away = (value - self.floor) / self.softness
            density = np.exp(-0.5 * away**2) / np.sqrt(2.0 * np.pi)
            value = self.floor + self.softness * (away * ndtr(away) + density)
        return np.clip(value, self.floor, self.ceiling)

    def stretched(self, computed: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Return predictions calibrated above, before they are cut at the floor."""
        return np.where(known, computed, computed + self.stretch * np.maximum(computed - self.start, 0.0))

    def to_state(self) -> dict[str, Any]:
        """Return plain containers to store."""
        return {"softness": self.softness, "start": self.start, "stretch": self.stretch}


def calibrated(
    values: np.ndarray, limits: np.ndarray, predicted: np.ndarray, *, floor: float, ceiling: float, softness: float
) -> ReportedAffinity:
    """Find the stretch that makes squared errors on compounds unseen smallest; limits count where they are broken.

    Parameters
    ----------
    values, limits
        Shape (n, k), NaN where nothing was measured; -1 where the value is a limit.
    predicted
        Shape (n, k), of compounds unseen.
    """
    there = np.isfinite(values) & (predicted > min(_STARTS))
    value, weaker, computed = values[there], limits[there] < 0, predicted[there]
    best = (np.inf, 0.0, 0.0)
    for start in _STARTS:
        above = np.maximum(computed - start, 0.0)
        stretch = 0.0
        for _ in range(20):  # least squares on the values and on the limits that are broken
            error = value - computed - stretch * above
            counted = ~weaker | (error < 0)
            stretch = float((above * (value - computed))[counted].sum() / max((above**2)[counted].sum(), 1e-9))
        stretch = max(stretch, 0.0)
        error = value - computed - stretch * above
        loss = float(np.where(weaker, np.minimum(error, 0.0), error) @ error)
        if loss < best[0]:
            best = (loss, start, stretch)
    return ReportedAffinity(floor, ceiling, softness, best[1], round(best[2], 3))
