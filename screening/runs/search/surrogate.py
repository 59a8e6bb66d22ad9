"""The surrogate of a search: a Gaussian process on the mean of three similarity kernels and one of descriptors.

It sees Morgan, atom pair and long torsion counts (`screening.runs.search.feature_source.SEEN`), worked out once for the
library, or read where `library featurise` stored them. Predictions for all n compounds from m answers need the n x m
kernel: it grows by the columns of each round and is kept up to `LARGEST` numbers. Beyond that the Gaussian process is
expanded (`screening.models.estimators.expansion`): the mean of every compound costs a sum over its features, whatever m
is.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from screening.models.estimators import gaussian_process
from screening.models.estimators.expansion import Expansion
from screening.models.estimators.kernels import MeanKernel, Standardiser
from screening.runs.search.feature_source import FeatureSource

#: Numbers of the kernel matrix that are kept at most, 4 bytes each.
LARGEST = 250_000_000
#: Answers that the Gaussian process is fitted to at most: the best half of so many, and as many others at random. With
#: 8,000 random answers of the docked compounds of ``tests/benchmarks/bench_search.py``, the 5 % predicted best of the
#: other 2,446 held 0.609 of their best 5 % after a fit to all answers, 0.607 after one to 5,000 of them chosen so and
#: 0.596 to 5,000 at random (mean of four draws, standard deviation 0.04; error of predictions 0.337, 0.353, 0.350).
MOST_ANSWERS = 5_000
#: Compounds whose standard deviation is worked out: those that are predicted best.
CANDIDATES = 20_000
#: Compounds that the terms of an expansion are fitted on.
_FITTED_ON = 1_500
_ROWS = 4_096


@dataclasses.dataclass(frozen=True)
class Belief:
    """What the surrogate believes of the n compounds of a library.

    Attributes
    ----------
    mean
        float64, shape (n,); a higher answer is better.
    deviation
        float64, shape (n,): standard deviation of the answer without its noise; the largest known for compounds that
        are not among the candidates.
    candidates
        int64: the compounds with a deviation of their own, those predicted best.
    noise
        Standard deviation of an answer given the compound.
    """

    mean: np.ndarray
    deviation: np.ndarray
    candidates: np.ndarray
    noise: float


class Surrogate:
    """A Gaussian process over all compounds of a library; answers are added round by round.

    Parameters
    ----------
    features
        Of the n compounds.
    seed
        Of the sample of answers, where there are more than `MOST_ANSWERS`.
    """

    def __init__(self, features: FeatureSource, seed: int = 0) -> None:
        self.features = features
        self.seed = seed
        count = len(features)
        drawn = np.random.default_rng(seed).permutation(count)[: min(count, 5_000)]
        self._standardiser = Standardiser.of(features.take(np.sort(drawn)).descriptors)
        self._kernel = np.zeros((count, 0), np.float32)
        self._known: list[int] = []

    def believe(self, rows: np.ndarray, values: np.ndarray) -> Belief:
        """Return what follows from answers.

        Parameters
        ----------
        rows
            int64, shape (m,): compounds with an answer, in the order in which they were asked.
        values
            float64, shape (m,): answers, a higher one is better.
        """
        rows, values = self._kept(rows, trimmed(values))
        if len(values) < 3 or float(values.max() - values.min()) <= 0.0:
            flat = np.full(len(self.features), float(values.mean()) if len(values) else 0.0)
            return Belief(flat, np.ones_like(flat), np.arange(len(flat)), 0.0)
        if len(self.features) * (len(self._known) + len(rows)) <= LARGEST:
            return self._exact(rows, values)
        return self._expanded(rows, values)

    def draws(self, belief: Belief, rows: np.ndarray, known: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
        """Return joint draws of the answers of some compounds, float64, shape (count, len(rows)).

        Compounds that are alike err alike, so they are drawn together from the posterior covariance.
        """
        known, values = self._kept(known, trimmed(values))
        own = self._between(rows, rows)
        cross = self._between(rows, known)
        inner = self._between(known, known)
        posterior = gaussian_process.fit(inner, values)
        factor = cho_factor(inner + (posterior.noise + 1e-8) * np.eye(len(known)), lower=True, check_finite=False)
        covariance = posterior.amplitude * (own - cross @ cho_solve(factor, cross.T, check_finite=False))
        values_, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
        generator = np.random.default_rng([self.seed, len(known)])
        normal = generator.standard_normal((count, len(rows))) * np.sqrt(np.maximum(values_, 0.0))
        noise = generator.standard_normal((count, len(rows))) * np.sqrt(posterior.noise * posterior.amplitude)
        return np.asarray(belief.mean[rows] + normal @ vectors.T + noise)

    def errors_left_out(self, rows: np.ndarray, values: np.ndarray, which: np.ndarray) -> np.ndarray:
        """Return (answer - prediction from all other answers) / its deviation of some answers.

        Parameters
        ----------
        rows, values
            As `believe` takes them.
        which
            bool, shape (m,): answers that are wanted; those that the process is not fitted to are left out.
        """
        kept, trimmed_values = self._kept(rows, trimmed(values))
        wanted = np.isin(kept, rows[which])
        inner = self._between(kept, kept)
        posterior = gaussian_process.fit(inner, trimmed_values)
        inner[np.diag_indices(len(inner))] += posterior.noise + 1e-8
        inverse = np.diag(np.linalg.inv(inner))
        residual = trimmed_values - posterior.leave_one_out
        return np.asarray((residual * np.sqrt(inverse / posterior.amplitude))[wanted])

    def _kept(self, rows: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if len(rows) <= MOST_ANSWERS:
            return rows, values
        order = np.argsort(-values, kind="stable")
        half = MOST_ANSWERS // 2
        rest = np.random.default_rng([self.seed, len(rows)]).permutation(order[half:])[:half]
        chosen = np.sort(np.concatenate([order[:half], rest]))
        return rows[chosen], values[chosen]

    def _exact(self, rows: np.ndarray, values: np.ndarray) -> Belief:
        self._add(rows)
        place = {row: at for at, row in enumerate(self._known)}
        columns = [place[row] for row in rows.tolist()]
        inner = self._kernel[rows][:, columns].astype(np.float64)
        posterior = gaussian_process.fit(inner, values)
        weights = np.zeros(len(self._known))
        weights[columns] = posterior.weights
        mean = np.empty(len(self.features))
        for start in range(0, len(mean), _ROWS):
            mean[start : start + _ROWS] = (
                posterior.mean + self._kernel[start : start + _ROWS].astype(np.float64) @ weights
            )
        candidates = best_rows(mean, CANDIDATES)
        factor = cho_factor(inner + (posterior.noise + 1e-8) * np.eye(len(rows)), lower=True, check_finite=False)
        deviation = np.full(len(mean), np.sqrt(posterior.amplitude))
        for start in range(0, len(candidates), _ROWS):
            some = candidates[start : start + _ROWS]
            cross = self._kernel[some][:, columns].astype(np.float64)
            explained = np.einsum("ij,ji->i", cross, cho_solve(factor, cross.T, check_finite=False))
            deviation[some] = np.sqrt(posterior.amplitude * np.maximum(1.0 - explained, 1e-9))
        return Belief(mean, deviation, candidates, float(np.sqrt(posterior.noise * posterior.amplitude)))

    def _expanded(self, rows: np.ndarray, values: np.ndarray) -> Belief:
        self._kernel, self._known = np.zeros((len(self.features), 0), np.float32), []
        references = self.features.take(rows)
        kernel = MeanKernel(references, self._standardiser)
        inner = kernel.to(references)
        posterior = gaussian_process.fit(inner, values)
        expansion = Expansion(references, self._standardiser, posterior.weights)
        count = len(self.features)
        drawn = np.sort(np.random.default_rng([self.seed, 1]).permutation(count)[:_FITTED_ON])
        fitted_on = np.unique(np.concatenate([drawn, rows[:: max(1, len(rows) // _FITTED_ON)]]))
        exact = kernel.to(self.features.take(fitted_on)) @ posterior.weights
        terms = np.column_stack([np.ones(len(fitted_on)), expansion.terms(self.features.take(fitted_on))])
        coefficients, *_ = np.linalg.lstsq(terms, exact, rcond=None)
        mean = np.empty(count)
        for start, some in self.features.blocks():
            found = np.column_stack([np.ones(len(some)), expansion.terms(some)]) @ coefficients
            mean[start : start + len(some)] = posterior.mean + found
        candidates = best_rows(mean, CANDIDATES)
        factor = cho_factor(inner + (posterior.noise + 1e-8) * np.eye(len(rows)), lower=True, check_finite=False)
        deviation = np.full(count, np.sqrt(posterior.amplitude))
        best = self.features.take(candidates)
        for start in range(0, len(candidates), 1_024):
            some_rows = candidates[start : start + 1_024]
            cross = kernel.to(best.take(np.arange(start, start + len(some_rows))))
            mean[some_rows] = posterior.mean + cross @ posterior.weights
            explained = np.einsum("ij,ji->i", cross, cho_solve(factor, cross.T, check_finite=False))
            deviation[some_rows] = np.sqrt(posterior.amplitude * np.maximum(1.0 - explained, 1e-9))
        return Belief(mean, deviation, candidates, float(np.sqrt(posterior.noise * posterior.amplitude)))

    def _add(self, rows: np.ndarray) -> None:
        fresh = [row for row in rows.tolist() if row not in set(self._known)]
        if not fresh:
            return
        kernel = MeanKernel(self.features.take(np.array(fresh)), self._standardiser)
        count = len(self.features)
        columns = np.empty((count, len(fresh)), np.float32)
        for start, some in self.features.blocks():
            columns[start : start + len(some)] = kernel.to(some)
        self._kernel = np.hstack([self._kernel, columns])
        self._known += fresh

    def _between(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return MeanKernel(self.features.take(right), self._standardiser).to(self.features.take(left))


def best_rows(mean: np.ndarray, count: int) -> np.ndarray:
    """Return the rows with the highest values, ascending, int64; ties go to the lower row."""
    if len(mean) <= count:
        return np.arange(len(mean))
    return np.sort(np.argsort(-mean, kind="stable")[:count])


def trimmed(values: np.ndarray, widths: float = 8.0) -> np.ndarray:
    """Return answers with bad outliers cut: a failed computation that answers 1e6 says no more than a bad answer.

    Cut at so many median absolute deviations below the median.
    """
    if not len(values):
        return values
    centre = float(np.median(values))
    width = float(np.median(np.abs(values - centre))) * 1.4826
    return np.maximum(values, centre - widths * width) if width > 0 else values
