"""How sure the Gaussian process over products is of each: standard deviations from some of the answers."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular

from screening.runs.search.reactions.product_kernel import Fitted

#: Products whose deviations are worked out at once.
_ROWS = 2_048


class Deviation:
    """Standard deviations that follow from some answers, with the settings of a fitted process.

    Parameters
    ----------
    fitted
        The process; of its settings only its own count, not its others.
    numbers, values
        Products and their answers, shape (m,): the m x m kernel is decomposed.
    """

    def __init__(self, fitted: Fitted, numbers: np.ndarray, values: np.ndarray) -> None:
        self._fitted, self._values = fitted, values
        self._places = np.unravel_index(numbers, fitted.shape)
        inner = fitted.between(self._places, self._places)
        inner[np.diag_indices(len(inner))] += fitted.settings.noise + 1e-6
        self._factor = cho_factor(inner, lower=True, check_finite=False)

    @property
    def noise(self) -> float:
        """Standard deviation of an answer given the product."""
        return float(np.sqrt(self._fitted.settings.noise * self._fitted.settings.amplitude))

    def of(self, numbers: np.ndarray) -> np.ndarray:
        """Return the standard deviation of some products, without the noise of an answer."""
        found = np.empty(len(numbers))
        for start in range(0, len(numbers), _ROWS):
            places = np.unravel_index(numbers[start : start + _ROWS], self._fitted.shape)
            cross = self._fitted.between(self._places, places)
            solved = solve_triangular(self._factor[0], cross, lower=True, check_finite=False, overwrite_b=True)
            found[start : start + _ROWS] = 1.0 - np.einsum("ij,ij->j", solved, solved)
        return np.asarray(np.sqrt(self._fitted.settings.amplitude * np.maximum(found, 1e-9)))

    def errors_left_out(self) -> np.ndarray:
        """Return (answer - prediction from the other answers) / its deviation, shape (m,)."""
        inverse = cho_solve(self._factor, np.eye(len(self._values)), check_finite=False)
        weights = inverse @ (self._values - self._fitted.mean)
        return np.asarray(weights / np.sqrt(self._fitted.settings.amplitude * np.diag(inverse)))
