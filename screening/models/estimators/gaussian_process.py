"""Gaussian process regression on a precomputed similarity kernel.

The prior mean is a constant, the kernel ``s2 * (K + noise * I)``: the amplitude has a closed form for given noise
ratio, so only the noise is searched, by the marginal likelihood (Rasmussen and Williams, Gaussian
Processes for Machine Learning, 2006, chapter 5).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.linalg import cho_factor, cho_solve

#: Noise variance as a part of the signal variance.
NOISE_RATIOS = tuple(float(value) for value in np.geomspace(0.01, 2.0, 10))


@dataclasses.dataclass(frozen=True)
class Posterior:
    """What is needed to predict: ``mean + K(new, training) @ weights``.

    Attributes
    ----------
    mean
        Prior mean.
    weights
        float64, shape (m,).
    noise
        Noise ratio chosen.
    amplitude
        Signal variance.
    leave_one_out
        float64, shape (m,): prediction for each training compound from all the others (ibid., section 5.4.2).
    """

    mean: float
    weights: np.ndarray
    noise: float
    amplitude: float
    leave_one_out: np.ndarray


def sample(n: int, largest: int, seed: int) -> np.ndarray:
    """Return the rows a kernel is made of: all of n, or `largest` drawn at random."""
    if n <= largest:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, largest, replace=False))


def fit(kernel: np.ndarray, y: np.ndarray, extra_noise: np.ndarray | None = None) -> Posterior:
    """Fit to a kernel matrix.

    Parameters
    ----------
    kernel
        float64, shape (m, m): similarities with ones on the diagonal.
    y
        float64, shape (m,).
    extra_noise
        Factor of the noise for each compound, 1 by default.
    """
    m = len(y)
    ratio = np.ones(m) if extra_noise is None else np.asarray(extra_noise, dtype=np.float64)
    best: tuple[float, float, tuple[np.ndarray, bool], np.ndarray, float, float] | None = None
    ones = np.ones(m)
    for noise in NOISE_RATIOS:  # from quiet to noisy: the likelihood has one maximum, so stop when it falls
        shifted = kernel + np.diag(noise * ratio + 1e-8)
        factor = cho_factor(shifted, lower=True, check_finite=False)
        solved_ones = cho_solve(factor, ones, check_finite=False)
        mean = float(solved_ones @ y) / float(solved_ones.sum())
        weights = cho_solve(factor, y - mean, check_finite=False)
        amplitude = max(float((y - mean) @ weights) / m, 1e-12)
        loss = 0.5 * m * np.log(amplitude) + float(np.log(np.diag(factor[0])).sum())
        if best is None or loss < best[0]:
            best = (loss, noise, factor, weights, mean, amplitude)
        else:
            break
    assert best is not None
    _, noise, factor, weights, mean, amplitude = best
    inverse = cho_solve(factor, np.eye(m), check_finite=False)
    return Posterior(mean, weights, noise, amplitude, y - weights / np.diag(inverse))
