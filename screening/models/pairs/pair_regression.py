"""Kernel ridge regression on pairs of compound and target, for a table with gaps.

The kernel of two pairs is the product of a compound kernel and a target kernel, each with a constant added, so that a
part of the affinity may belong to the compound alone and a part to the target alone (Pahikkala et al., Brief.
Bioinform. 2015, 16, 325). With gaps there is no closed form; conjugate gradients solve it with two matrix products a
step, and never hold the kernel of all pairs (Airola and Pahikkala, IEEE Trans. Neural Netw. Learn. Syst. 2018, 29,
3374).
"""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.models.pairs import pair_solver


@dataclasses.dataclass(frozen=True)
class PairRegression:
    """``mean + (k_compound + compound_constant) @ weights @ (k_target + target_constant)``.

    Attributes
    ----------
    mean
        Mean of the training values.
    weights
        float32, shape (compounds, targets), 0 where nothing was measured.
    compound_constant, target_constant, noise
        As given to `fit`.
    steps
        Steps of the solver.
    """

    mean: float
    weights: np.ndarray
    compound_constant: float
    target_constant: float
    noise: float
    steps: int

    def predict(self, compounds: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return predictions, float64, shape (n, k), for kernels of shape (n, compounds) and (k, targets)."""
        left = compounds.astype(np.float32) + np.float32(self.compound_constant)
        right = targets.astype(np.float32) + np.float32(self.target_constant)
        return np.asarray(self.mean + (left @ self.weights @ right.T).astype(np.float64))


def fit(
    compounds: np.ndarray,
    targets: np.ndarray,
    table: np.ndarray,
    *,
    noise: np.ndarray | float = 0.5,
    compound_constant: float = 0.1,
    target_constant: float = 1.0,
    most_steps: int = 300,
    tolerance: float = 1e-3,
) -> PairRegression:
    """Fit a table with gaps.

    Parameters
    ----------
    compounds, targets
        Kernels, shapes (n, n) and (k, k).
    table
        float64, shape (n, k), NaN where nothing was measured.
    noise
        Noise variance as a part of the variance of the signal; one number or a table of them.
    compound_constant, target_constant
        Added to the kernels.
    most_steps, tolerance
        The solver stops after so many steps or when the residual has shrunk by this factor. Stopping much earlier than
        this leaves errors larger than any the noise makes.
    """
    observed = np.isfinite(table)
    mean = float(table[observed].mean())
    goal = np.where(observed, table - mean, 0.0).astype(np.float32)
    left = compounds.astype(np.float32) + np.float32(compound_constant)
    right = targets.astype(np.float32) + np.float32(target_constant)
    ridge = np.where(observed, noise, 0.0).astype(np.float32)

    weights, steps = pair_solver.solve(
        lambda weights: left @ weights @ right,
        np.outer(np.diag(left), np.diag(right)),
        goal,
        observed,
        ridge,
        most_steps=most_steps,
        tolerance=tolerance,
    )
    noise_told = float(np.broadcast_to(np.asarray(noise, dtype=np.float64), table.shape)[observed].mean())
    return PairRegression(mean, weights, compound_constant, target_constant, noise_told, steps)
