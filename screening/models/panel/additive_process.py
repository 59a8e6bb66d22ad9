"""A Gaussian process whose prediction is a sum over a compound's features, so that no training compound is kept.

The kernel of a fingerprint is the number of features two compounds share, counted by levels (present, 2 or more, 4
or more, ...; the intersection kernel, Barla, Odone and Verri, ICIP 2003), divided by the root of both totals; the
kernel of compounds is the mean over the fingerprints. What the Gaussian process predicts, a weighted sum of the kernel
to all training compounds, is then exactly a sum of one number for each feature and level. Those numbers are all that
is kept, of the features (hashed to 32 bits) that at least two training compounds have.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from screening.features.count_table import CountTable
from screening.features.molecule_features import MoleculeFeatures
from screening.models.estimators import gaussian_process

#: Fingerprints whose features are added up.
FINGERPRINTS = ("Morgan", "atom pair", "long torsion")
#: Levels of a count: 1, 2, 4, 8 and 16 or more.
LEVELS = 5
#: A feature is kept if so many training compounds have it.
LEAST = 2

#: Columns of what `AdditiveProcess.surroundings` returns.
TERMS = ("constant", "features not known", "distance to the training compounds", "disagreement", "distance to the mean")


@dataclasses.dataclass(frozen=True)
class FeatureSums:
    """Of one fingerprint: what each feature and level adds.

    Attributes
    ----------
    words
        uint32, shape (v,), rising: hashed features.
    weights
        float32, shape (v, LEVELS): of the prediction.
    common
        float32, shape (v, LEVELS): of the mean similarity to the training compounds.
    """

    words: np.ndarray
    weights: np.ndarray
    common: np.ndarray


@dataclasses.dataclass(frozen=True)
class AdditiveProcess:
    """A fitted process.

    Attributes
    ----------
    mean
        Prior mean.
    spread
        Standard deviation of the training values.
    closeness
        Mean similarity of a training compound to the others.
    sums
        One for each of `FINGERPRINTS`.
    """

    mean: float
    spread: float
    closeness: float
    sums: tuple[FeatureSums, ...]

    def predict(self, features: MoleculeFeatures) -> tuple[np.ndarray, np.ndarray]:
        """Return predictions, float64, shape (n,), and what their expected error is made of, shape (n, len(TERMS))."""
        parts, near, unknown = [], [], []
        for name, sums in zip(FINGERPRINTS, self.sums):
            table = features.tables[name]
            levels = _levels(table, sums.words)
            totals = _totals(table)
            scale = 1.0 / np.sqrt(np.maximum(totals, 1.0))
            parts.append((levels @ sums.weights.ravel().astype(np.float64)) * scale)
            near.append((levels @ sums.common.ravel().astype(np.float64)) * scale)
            known = np.asarray(levels.sum(axis=1)).ravel()
            unknown.append(1.0 - known / np.maximum(totals, 1.0))
        each = np.stack(parts)
        found = self.mean + each.mean(axis=0)
        far = np.maximum(1.0 - np.mean(near, axis=0) / max(self.closeness, 1e-9), 0.0)
        terms = np.column_stack(
            [
                np.full(len(found), 0.25 * self.spread),
                self.spread * np.mean(unknown, axis=0),
                self.spread * far,
                each.std(axis=0),
                np.abs(found - self.mean),
            ]
        )
        return found, terms


def similarities(features: MoleculeFeatures) -> np.ndarray:
    """Return the kernel of n compounds, float32, shape (n, n); that of some of them is a part of it."""
    total = sum((rows @ rows.T).toarray().astype(np.float32) for rows, _ in _scaled(features))
    kernel = np.asarray(total) / np.float32(len(FINGERPRINTS))
    np.fill_diagonal(kernel, 1.0)
    return kernel


def fit(features: MoleculeFeatures, values: np.ndarray, kernel: np.ndarray | None = None) -> AdditiveProcess:
    """Fit to the values, float64, shape (n,), of n compounds; `kernel` is that of `similarities`, if it is there."""
    n = len(values)
    if kernel is None:
        kernel = similarities(features)
    posterior = gaussian_process.fit(kernel, values, leave_one_out=False)
    closeness = float((kernel.sum(dtype=np.float64) - n) / (n * max(n - 1, 1)))
    sums = tuple(
        FeatureSums(
            one,
            (rows.T @ posterior.weights).reshape(-1, LEVELS).astype(np.float32),
            (np.asarray(rows.sum(axis=0)).ravel() / n).reshape(-1, LEVELS).astype(np.float32),
        )
        for rows, one in _scaled(features)
    )
    return AdditiveProcess(float(posterior.mean), float(values.std()), closeness, sums)


def _scaled(features: MoleculeFeatures) -> Iterator[tuple[sparse.csr_matrix, np.ndarray]]:
    """Yield levels of features over the root of their total, and the features, of each fingerprint."""
    for name in FINGERPRINTS:
        table = features.tables[name]
        words = table.vocabulary(LEAST)
        scale = 1.0 / np.sqrt(np.maximum(_totals(table), 1.0))
        yield (sparse.diags(scale) @ _levels(table, words)).tocsr(), words


def _level(counts: np.ndarray) -> np.ndarray:
    return np.minimum(np.floor(np.log2(np.maximum(counts, 1))).astype(np.int64) + 1, LEVELS)


def _totals(table: CountTable) -> np.ndarray:
    """Return how many levels of features each compound has, float64, shape (n,)."""
    sums = np.concatenate([[0], np.cumsum(_level(table.counts))])
    return (sums[table.pointers[1:]] - sums[table.pointers[:-1]]).astype(np.float64)


def _levels(table: CountTable, words: np.ndarray) -> sparse.csr_matrix:
    """Return a 0/1 matrix with a column for each of `words` and each level of its count, float64."""
    at = table.places(words)
    levels = np.where(at >= 0, _level(table.counts), 0)
    starts = np.concatenate([[0], np.cumsum(levels)])
    step = np.arange(starts[-1]) - np.repeat(starts[:-1], levels)
    columns = np.repeat(np.maximum(at, 0) * LEVELS, levels) + step
    shape = (len(table), len(words) * LEVELS)
    return sparse.csr_matrix((np.ones(len(columns)), columns, starts[table.pointers]), shape=shape)


def stored(process: AdditiveProcess) -> dict[str, np.ndarray]:
    """Return the arrays that a file holds of it."""
    found = {"numbers": np.array([process.mean, process.spread, process.closeness])}
    for name, sums in zip(FINGERPRINTS, process.sums):
        scale = max(float(np.abs(sums.weights).max(initial=0.0)), 1e-12)
        found[f"{name}/words"] = np.diff(sums.words, prepend=np.uint32(0))  # small numbers pack better
        found[f"{name}/scale"] = np.array([scale])
        found[f"{name}/weights"] = np.round(sums.weights / scale * _STEPS).astype(np.int16)
        found[f"{name}/common"] = sums.common.astype(np.float16)
    return found


#: Steps that a stored weight is rounded to, of the largest one.
_STEPS = 4000


def restored(arrays: dict[str, np.ndarray], names: Sequence[str] = FINGERPRINTS) -> AdditiveProcess:
    """Read back what `stored` returned; weights are rounded."""
    mean, spread, closeness = (float(one) for one in arrays["numbers"])
    sums = tuple(
        FeatureSums(
            np.cumsum(arrays[f"{name}/words"], dtype=np.uint32),
            arrays[f"{name}/weights"].astype(np.float32) * np.float32(arrays[f"{name}/scale"][0] / _STEPS),
            arrays[f"{name}/common"].astype(np.float32),
        )
        for name in names
    )
    return AdditiveProcess(mean, spread, closeness, sums)
