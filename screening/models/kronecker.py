"""Kernel ridge regression on pairs of compound and target, for a complete table of measurements.

The kernel of two pairs is the product of a compound kernel and a target kernel (Pahikkala et al., Brief. Bioinform.
2015, 16, 325: KronRLS). A constant is added to each factor, so that a part of the affinity may belong to the compound
alone and a part to the target alone. With a complete table both kernels are decomposed once, and every choice of
constants and noise costs milliseconds; the marginal likelihood of the Gaussian process with this kernel chooses them.
"""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

_CONSTANTS = (0.0, 0.1, 0.3, 1.0, 3.0)
_NOISE = tuple(float(value) for value in np.geomspace(0.003, 3.0, 16))


@dataclasses.dataclass(frozen=True)
class PairFit:
    """``mean + (k_compound + compound_constant) @ weights @ (k_target + target_constant)``.

    Attributes
    ----------
    mean
        Prior mean.
    weights
        float64, shape (compounds, targets).
    compound_constant, target_constant, noise
        What the marginal likelihood chose.
    loss
        Negative log marginal likelihood, up to a constant.
    """

    mean: float
    weights: np.ndarray
    compound_constant: float
    target_constant: float
    noise: float
    loss: float

    def predict(self, compounds: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return predictions, shape (n, k), for kernels of shape (n, compounds) and (k, targets)."""
        left = compounds.astype(np.float64) + self.compound_constant
        right = targets.astype(np.float64) + self.target_constant
        return np.asarray(self.mean + left @ self.weights @ right.T)


def fit(compounds: np.ndarray, targets: np.ndarray, table: np.ndarray) -> PairFit:
    """Fit a complete table.

    Parameters
    ----------
    compounds, targets
        Kernels, float64, shapes (n, n) and (k, k); small negative eigenvalues are set to 0.
    table
        float64, shape (n, k), without gaps.
    """
    mean = float(table.mean())
    centred = table - mean
    best: PairFit | None = None
    left = {constant: _decompose(compounds + constant) for constant in _CONSTANTS}
    right = {constant: _decompose(targets + constant) for constant in _CONSTANTS}
    for first, second in itertools.product(_CONSTANTS, _CONSTANTS):
        (a, u), (b, v) = left[first], right[second]
        turned = u.T @ centred @ v
        product = np.outer(a, b)
        for noise in _NOISE:
            shifted = product + noise
            amplitude = float((turned**2 / shifted).mean())
            loss = 0.5 * table.size * np.log(amplitude) + 0.5 * float(np.log(shifted).sum())
            if best is None or loss < best.loss:
                best = PairFit(mean, turned / shifted, first, second, noise, loss)
    assert best is not None
    u, v = left[best.compound_constant][1], right[best.target_constant][1]
    return dataclasses.replace(best, weights=u @ best.weights @ v.T)


def _decompose(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, vectors = np.linalg.eigh((kernel + kernel.T) / 2)
    return np.maximum(values, 0.0), vectors
