"""What fills the gaps of a table, and the baselines that it must beat.

A filler takes the kernel of the compounds, shape (n, n), a table, shape (n, k), NaN where nothing is known, and which
cells are asked for; it returns float64, shape (n, k), finite where asked. What targets have in common is taken from
the table: the correlation of their columns, shrunk where few compounds were measured at both.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from screening.features.catalog import FINGERPRINTS
from screening.features.molecule_features import molecule_features
from screening.models.affinity import CompoundBlock
from screening.models.estimators.kernels import minmax
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.pairs.pair_boosting import PairBoosting
from screening.models.pairs.pair_process import PairProcess

#: A correlation over so many compounds counts half.
_SHRINK = 8.0
_EFFECT_SHRINK = 2.0
#: Part of a target that it has in common with no other.
_OWN = 0.5

Filler = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def compound_kernel(block: CompoundBlock) -> np.ndarray:
    """Return the similarity of every pair of compounds: half of Morgan bits, half of all count fingerprints."""
    bits = FingerprintIndex(block.fingerprints).similarity(block.fingerprints).astype(np.float64)
    counted = molecule_features(block.smiles, list(FINGERPRINTS), block.properties).tables.values()
    return np.asarray(0.5 * bits + 0.5 * np.mean([minmax(counts, counts) for counts in counted], axis=0))


def target_kernel(table: np.ndarray) -> np.ndarray:
    """Return what targets have in common, shape (k, k), positive definite, 1 on the diagonal.

    Half of it is the correlation of their columns, 0 where that is negative; half says that each is its own. On
    parts of the Davis, Metz and PKIS2 panels (12 to 25 kinases, 60 to 440 compounds, 40 to 70 % gaps) that was better
    than either alone in three of four and within .01 of the better in the fourth.
    """
    known = np.isfinite(table)
    there = known.astype(np.float64)
    counts = np.maximum(there.sum(axis=0), 1.0)
    rest = np.where(known, table - np.where(known, table, 0.0).sum(axis=0) / counts, 0.0)
    both = there.T @ there
    squares = (rest**2).T @ there
    found = np.maximum(rest.T @ rest / np.sqrt(np.maximum(squares * squares.T, 1e-12)), 0.0)
    found *= both / (both + _SHRINK)
    np.fill_diagonal(found, 1.0)
    sizes, vectors = np.linalg.eigh(found)  # columns with different gaps can contradict each other
    found = (vectors * np.maximum(sizes, 0.0)) @ vectors.T
    length = np.sqrt(np.diag(found))
    found = (1.0 - _OWN) * found / np.outer(length, length)
    found[np.diag_indices(len(found))] = 1.0
    return np.asarray(found)


def target_mean(kernel: np.ndarray, table: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Fill with the mean of the target; with that of all values where nothing was measured at it."""
    known = np.isfinite(table)
    total, count = np.where(known, table, 0.0).sum(axis=0), known.sum(axis=0)
    means = np.where(count > 0, total / np.maximum(count, 1), table[known].mean())
    return np.broadcast_to(means, table.shape).copy()


def nearest_compound(kernel: np.ndarray, table: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Fill with the value of the most similar compound measured at the target."""
    found = target_mean(kernel, table, asked)
    others = kernel.copy()
    np.fill_diagonal(others, -1.0)
    for column in range(table.shape[1]):
        measured = np.flatnonzero(np.isfinite(table[:, column]))
        if len(measured):
            found[:, column] = table[measured[others[:, measured].argmax(axis=1)], column]
    return found


def effects(kernel: np.ndarray, table: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Fill with the sum of an effect of the target and one of the compound, each shrunk towards 0."""
    known = np.isfinite(table)
    mean = table[known].mean()
    rest = np.where(known, table - mean, 0.0)
    columns = rest.sum(axis=0) / (known.sum(axis=0) + _EFFECT_SHRINK)
    rows = np.where(known, rest - columns, 0.0).sum(axis=1) / (known.sum(axis=1) + _EFFECT_SHRINK)
    return np.asarray(mean + columns[None, :] + rows[:, None])


@dataclasses.dataclass(frozen=True)
class Process:
    """The Gaussian process over pairs."""

    process: PairProcess = dataclasses.field(default_factory=lambda: PairProcess(noise=0.06))

    def __call__(self, kernel: np.ndarray, table: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Fill every cell."""
        return self.process.complete(kernel, target_kernel(table), table)


@dataclasses.dataclass(frozen=True)
class Boosting:
    """Boosted trees over what neighbours, the process and factors say (`screening.models.pairs.pair_boosting`)."""

    boosting: PairBoosting = dataclasses.field(default_factory=PairBoosting)

    def __call__(self, kernel: np.ndarray, table: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Fill the cells that are asked for."""
        return self.boosting.complete(kernel, target_kernel(table), table, asked)


BASELINES: dict[str, Filler] = {
    "mean of the target": target_mean,
    "nearest compound": nearest_compound,
    "compound and target means": effects,
}


def fillers(shape: tuple[int, int], seed: int) -> dict[str, Filler]:
    """Return the fillers that are tried on a table of this shape."""
    return {
        "Gaussian process over pairs": Process(),
        "boosted trees over pairs": Boosting(PairBoosting(seed=seed)),
    }
