"""Conjugate gradients for kernel methods on the measured pairs of a table with gaps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def solve(
    product: Callable[[np.ndarray], np.ndarray],
    diagonal: np.ndarray,
    goal: np.ndarray,
    observed: np.ndarray,
    ridge: np.ndarray,
    *,
    most_steps: int,
    tolerance: float,
) -> tuple[np.ndarray, int]:
    """Solve ``(kernel + ridge) weights = goal`` on the measured pairs; return the weights and the steps taken.

    Parameters
    ----------
    product
        Kernel of all pairs times weights, float32, both of shape (n, k).
    diagonal
        Diagonal of that kernel, shape (n, k).
    goal
        float32, shape (n, k), 0 where nothing was measured.
    observed
        bool, shape (n, k).
    ridge
        float32, shape (n, k): noise variances.
    most_steps, tolerance
        The solver stops after so many steps or when the residual has shrunk by this factor.
    """
    # Scaling by the diagonal evens out tables whose parts have different noise.
    scale = np.where(observed, 1.0 / (diagonal + ridge), 0.0).astype(np.float32)
    weights = np.zeros_like(goal)
    residual = goal.copy()
    turned = scale * residual
    direction = turned.copy()
    size = float(np.vdot(residual, turned))
    first = size
    steps = 0
    while steps < most_steps and size > tolerance**2 * first:
        image = np.where(observed, product(direction), np.float32(0)) + ridge * direction
        step = size / float(np.vdot(direction, image))
        weights += np.float32(step) * direction
        residual -= np.float32(step) * image
        turned = scale * residual
        new = float(np.vdot(residual, turned))
        direction = turned + np.float32(new / size) * direction
        size = new
        steps += 1
    return weights, steps
