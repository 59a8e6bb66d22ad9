"""Gaussian process regression on a precomputed similarity kernel.

The prior mean is a constant, the kernel ``s2 * (K + noise * I)``: the amplitude has a closed form for given noise
ratio, so only the noise is searched, by the marginal likelihood (Rasmussen and Williams, Gaussian
Processes for Machine Learning, 2006, chapter 5).
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from scipy.linalg import get_lapack_funcs

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


def fit(
    kernel: np.ndarray, y: np.ndarray, extra_noise: np.ndarray | None = None, *, leave_one_out: bool = True
) -> Posterior:
    """Fit to a kernel matrix.

    The noise is searched in single precision, from the middle of `NOISE_RATIOS` downhill (the likelihood has one
    maximum); the weights are solved for in double precision. At most one matrix of each is held beside `kernel`.

    Parameters
    ----------
    kernel
        float32 or float64, shape (m, m): similarities with ones on the diagonal. It is not changed.
    y
        float64, shape (m,).
    extra_noise
        Factor of the noise for each compound, 1 by default.
    leave_one_out
        Whether to compute `Posterior.leave_one_out`, which takes half of the time; NaN if not.
    """
    m = len(y)
    ratio = np.ones(m) if extra_noise is None else np.asarray(extra_noise, dtype=np.float64)
    losses: dict[int, float] = {}

    def loss(place: int) -> float:
        if not 0 <= place < len(NOISE_RATIOS):
            return float("inf")
        if place not in losses:
            losses[place] = _Factor(kernel, NOISE_RATIOS[place] * ratio, np.float32).loss(y)
        return losses[place]

    place = len(NOISE_RATIOS) // 2
    step = -1 if loss(place - 1) <= loss(place) else 1
    while loss(place + step) <= loss(place):
        place += step
    noise = NOISE_RATIOS[place]
    factor = _Factor(kernel, noise * ratio, np.float64)
    mean, weights, amplitude = factor.solved(y)
    left_out = y - weights / factor.inverse_diagonal() if leave_one_out else np.full(m, np.nan)
    return Posterior(mean, weights, noise, amplitude, left_out)


class _Factor:
    """Cholesky factor of a kernel and its noise."""

    def __init__(self, kernel: np.ndarray, noise: np.ndarray, precision: type) -> None:
        # A symmetric matrix is its own transpose, which LAPACK then factors in place.
        shifted: np.ndarray = np.array(kernel, dtype=precision, order="C").T
        shifted[np.diag_indices(len(noise))] += (noise + 1e-8).astype(precision)
        routines: Any = get_lapack_funcs(("potrf", "potrs", "trtri"), (shifted,))
        potrf, self._potrs, self._trtri = routines
        self._factor, info = potrf(shifted, lower=1, overwrite_a=1, clean=1)
        if info:
            raise np.linalg.LinAlgError("the kernel is not positive definite")

    def _solve(self, right: np.ndarray) -> np.ndarray:
        found, _ = self._potrs(self._factor, right, lower=1)
        return np.asarray(found, dtype=np.float64)

    def solved(self, y: np.ndarray) -> tuple[float, np.ndarray, float]:
        """Return the prior mean, the weights and the signal variance."""
        ones = self._solve(np.ones(len(y)))
        mean = float(ones @ y) / float(ones.sum())
        weights = self._solve(y - mean)
        return mean, weights, max(float((y - mean) @ weights) / len(y), 1e-12)

    def loss(self, y: np.ndarray) -> float:
        """Return the negative logarithm of the marginal likelihood, but for a constant."""
        _, _, amplitude = self.solved(y)
        logs = np.log(np.diag(self._factor).astype(np.float64))
        return 0.5 * len(y) * float(np.log(amplitude)) + float(logs.sum())

    def inverse_diagonal(self) -> np.ndarray:
        """Return the diagonal of the inverse of what was factored; the factor is used up."""
        inverse, _ = self._trtri(self._factor, lower=1, overwrite_c=1)
        return np.asarray(np.einsum("ij,ij->j", inverse, inverse))
