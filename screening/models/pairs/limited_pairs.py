"""Regression on pairs of compound and target whose kernel is a sum of products, where part of the values are limits.

Each term is the product of a compound kernel and a target kernel (Pahikkala et al., Brief. Bioinform. 2015, 16, 325).
A value that is a limit ("weaker than") pulls only while the prediction is on the wrong side of it: its loss is the
squared hinge, minimised by Newton steps, each a fit to the values and to the limits that the step before broke
(Chapelle, Neural Comput. 2007, 19, 1155).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from screening.models.estimators.blockwise import blockwise_product

#: Added to the similarity of compounds: a part of the affinity is of the target alone.
CONSTANT = 0.1
_BLOCK_ROWS = 512
#: Newton steps, and more of them that let go no limit once broken; steps of the solver in the first and the later ones.
_ROUNDS, _KEPT_ROUNDS, _FIRST_STEPS, _STEPS = 4, 2, 60, 35
_TOLERANCE = 5e-4


@dataclasses.dataclass(frozen=True)
class Term:
    """A part of the kernel of pairs.

    Attributes
    ----------
    compounds
        float32, shape (n, n).
    targets
        float32, shape (k, k).
    """

    compounds: np.ndarray
    targets: np.ndarray


def fit(
    terms: Sequence[Term],
    table: np.ndarray,
    weaker: np.ndarray,
    noise: np.ndarray,
    mean: float,
    own: np.ndarray | None = None,
) -> tuple[np.ndarray, int]:
    """Return the weights of all pairs, float32, shape (n, k), and the steps of the solver.

    Parameters
    ----------
    terms
        Of the kernel.
    table
        float64, shape (n, k), NaN where nothing was measured.
    weaker
        bool, shape (n, k): the value is an upper limit of the affinity.
    noise
        float64, shape (n, k): noise variances, on the scale of the kernel.
    mean
        What is predicted where nothing is known.
    own
        float32, shape (k, k): kernel of the targets for what the very same compound does; it carries nothing over to
        other compounds.
    """
    observed = np.isfinite(table)
    value = np.where(observed, table - mean, 0.0).astype(np.float32)
    limited = observed & weaker
    ridge = np.where(observed, noise, 0.0).astype(np.float32)
    diagonal = sum(np.outer(np.diag(term.compounds), np.diag(term.targets)) for term in terms)
    if own is not None:
        diagonal = diagonal + np.diag(own)[None, :]
    scale = np.where(observed, 1.0 / (diagonal + ridge), 0.0).astype(np.float32)

    def product(weights: np.ndarray) -> np.ndarray:
        total = np.zeros_like(weights) if own is None else weights @ own
        for term in terms:
            total += term.compounds @ (weights @ term.targets)
        return np.asarray(total)

    weights = np.zeros_like(value)
    predicted = np.zeros_like(value)
    least = _TOLERANCE**2 * float(np.vdot(value, scale * value))
    steps = 0
    active = observed
    for number in range(_ROUNDS + _KEPT_ROUNDS):
        broken = predicted > value
        if number >= _ROUNDS:  # so that the last step leaves none broken that the step before let go
            broken |= active
        active = observed & (~limited | broken | (number == 0))
        weights *= active
        residual = np.where(active, value - product(weights) - ridge * weights, np.float32(0))
        turned = scale * residual
        direction = turned.copy()
        size = float(np.vdot(residual, turned))
        for _ in range(_STEPS if number else _FIRST_STEPS):
            if size <= least:
                break
            moved = np.where(active, product(direction) + ridge * direction, np.float32(0))
            step = np.float32(size / float(np.vdot(direction, moved)))
            weights += step * direction
            residual -= step * moved
            turned = scale * residual
            new = float(np.vdot(residual, turned))
            direction = turned + np.float32(new / size) * direction
            size = new
            steps += 1
        if not limited.any():
            break
        predicted = product(weights)
    return weights, steps


def combined(similarity: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return what weights of the m training compounds give n compounds of similarities (n, m), float64."""
    return np.asarray(blockwise_product(similarity, weights, _BLOCK_ROWS) + CONSTANT * weights.sum(axis=0))
