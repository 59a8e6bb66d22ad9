"""Whom to ask next: how promising a compound is, given what the surrogate predicts and how sure it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import norm

#: (mean, standard deviation, best answer so far, generator) -> how promising; shape (n,), a higher answer is better.
Acquisition = Callable[[np.ndarray, np.ndarray, float, np.random.Generator], np.ndarray]

#: Standard deviations that an upper confidence bound adds.
_OPTIMISM = 1.0


def greedy(mean: np.ndarray, deviation: np.ndarray, best: float, generator: np.random.Generator) -> np.ndarray:
    """Return the prediction itself."""
    return mean


def upper_bound(mean: np.ndarray, deviation: np.ndarray, best: float, generator: np.random.Generator) -> np.ndarray:
    """Return prediction plus one standard deviation (Auer, J. Mach. Learn. Res. 2002, 3, 397)."""
    return mean + _OPTIMISM * deviation


def expected_improvement(
    mean: np.ndarray, deviation: np.ndarray, best: float, generator: np.random.Generator
) -> np.ndarray:
    """Return the expected gain over the best answer (Jones, Schonlau and Welch, J. Glob. Optim. 1998, 13, 455)."""
    width = np.maximum(deviation, 1e-12)
    z = (mean - best) / width
    # Far below the best the gain underflows to zero for all; its logarithm still orders them.
    gain = (mean - best) * norm.cdf(z) + width * norm.pdf(z)
    tiny = gain < 1e-200
    order = np.where(tiny, norm.logpdf(z) + np.log(width) - 2.0 * np.log(np.maximum(np.abs(z), 1.0)), 0.0)
    with np.errstate(divide="ignore"):
        return np.where(tiny, order, np.log(np.maximum(gain, 1e-300)))


def thompson(mean: np.ndarray, deviation: np.ndarray, best: float, generator: np.random.Generator) -> np.ndarray:
    """Return one draw for each compound, independently of the others (Thompson, Biometrika 1933, 25, 285)."""
    return np.asarray(mean + deviation * generator.standard_normal(len(mean)))


ACQUISITIONS: dict[str, Acquisition] = {
    "expected improvement": expected_improvement,
    "upper bound": upper_bound,
    "greedy": greedy,
    "thompson": thompson,
}
