"""A Gaussian process over the pairs of a table with gaps, whose kernel is a sum of products.

Each term gives a part of the affinity to something: compounds alike at targets alike, loosely (squares of the compound
kernel) and closely (fourth powers); compounds alike at the very same target; the very same compound at targets alike;
the compound alone and the target alone. Sums of product kernels: Pahikkala et al., Brief. Bioinform. 2015, 16, 325.

Compounds also resemble each other by where they were measured: those of one paper or one panel share the targets they
were tried on, and often the series. That similarity is made of the pattern of the gaps alone, never of values.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.models.pairs import pair_solver


@dataclasses.dataclass(frozen=True)
class PairProcess:
    """Variances of the parts; the noise is on the same scale.

    Attributes
    ----------
    compound, compound_target
        Of compounds alike, at all targets in the same way and at targets alike.
    close_target, close_same
        Of compounds closely alike at targets closely alike, and at the very same target.
    own, own_target
        Of the very same compound, at all targets in the same way and at targets alike.
    target
        Of the target, whatever the compound.
    pattern
        Share of the pattern of gaps in the similarity of compounds, 0 to 1.
    noise
        Of each value.
    most_steps, tolerance
        When the solver stops.
    """

    compound: float = 0.3
    compound_target: float = 3.75
    close_target: float = 0.05
    close_same: float = 0.06
    own: float = 0.25
    own_target: float = 0.1
    target: float = 0.1
    pattern: float = 0.2
    noise: float = 0.015
    most_steps: int = 80
    tolerance: float = 2e-3

    def complete(self, compounds: np.ndarray, targets: np.ndarray, table: np.ndarray) -> np.ndarray:
        """Return the table with every pair predicted, float64, shape (n, k).

        Parameters
        ----------
        compounds, targets
            Kernels, shapes (n, n) and (k, k), with ones on the diagonal.
        table
            float64, shape (n, k), NaN where nothing was measured.
        """
        observed = np.isfinite(table)
        mean = float(table[observed].mean())
        goal = np.where(observed, table - mean, 0.0).astype(np.float32)
        joined = (1 - self.pattern) * compounds + self.pattern * shared_pattern(observed)
        loose = (joined**2).astype(np.float32)
        close = loose**2
        same = np.eye(table.shape[1])
        at_loose = (self.compound_target * targets + self.compound).astype(np.float32)
        at_close = (self.close_target * targets**4 + self.close_same * same).astype(np.float32)
        at_own = (self.own_target * targets + self.own).astype(np.float32)
        at_every = (self.target * (targets + same)).astype(np.float32)

        def product(weights: np.ndarray) -> np.ndarray:
            parts = loose @ (weights @ at_loose) + close @ (weights @ at_close) + weights @ at_own
            return np.asarray(parts + weights.sum(axis=0) @ at_every)

        diagonal = np.outer(np.diag(loose), np.diag(at_loose)) + np.outer(np.diag(close), np.diag(at_close))
        diagonal += np.diag(at_own) + np.diag(at_every)
        ridge = np.where(observed, self.noise, 0.0).astype(np.float32)
        weights, _ = pair_solver.solve(
            product, diagonal, goal, observed, ridge, most_steps=self.most_steps, tolerance=self.tolerance
        )
        return np.asarray(mean + product(weights).astype(np.float64))


def shared_pattern(observed: np.ndarray) -> np.ndarray:
    """Return the cosine similarity of the rows of a table of what was measured, shape (n, n); 1 on the diagonal."""
    there = observed.astype(np.float32)
    length = np.sqrt(np.maximum(there.sum(axis=1), 1.0))
    found = (there @ there.T) / np.outer(length, length)
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)
