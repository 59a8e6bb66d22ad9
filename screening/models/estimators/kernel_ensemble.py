"""The accurate model: a Gaussian process on seven kernels averaged with trees that also see what the Gaussian process
says.

Trees know which fragments matter for a target, the Gaussian process which compounds are near. While training, the trees
are told the Gaussian process' leave-one-out predictions, so that they learn from its errors on compounds it has not
seen (stacked generalisation: Wolpert, Neural Networks 1992, 5, 241). One set of trees learns what the Gaussian process
leaves over.

It sees more than every prepared library holds, and costs most of a millisecond a compound (a quarter of that where the
library has its features stored); in a screen a fast stand-in, `screening.models.stand_in`, chooses what it scores.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from screening.features.count_table import CountTable
from screening.features.descriptors import NAMES, SIMPLE
from screening.features.molecule_features import MoleculeFeatures
from screening.features.stored_features import STORED
from screening.models.affinity import CompoundBlock
from screening.models.estimators import gaussian_process, kernels
from screening.models.estimators.blockwise import blockwise_product
from screening.models.estimators.boosting import BoostedTrees
from screening.models.estimators.expansion import Expansion
from screening.models.estimators.random_trees import RandomTrees
from screening.models.estimators.shared_kernel import SharedFeatures

#: Fingerprints of the kernels.
KERNELS = STORED
#: Fingerprints of the trees that correct the Gaussian process and of the random trees, beside the simple descriptors.
COUNTED = ("Morgan", "atom pair", "long torsion")
#: Fingerprints of the boosted trees: trees that see other things than the rest add more to a mean.
BOOSTED = ("Morgan", "environment pair", "feature environment pair")
#: Parts of the correcting, the boosted and the random trees in what the trees say.
_PARTS = (0.45, 0.3, 0.25)
#: Features of each of `COUNTED` that the trees see at most: those that most compounds have.
COLUMNS = 20_000
#: Columns of the random trees at most where they are fitted to more than `MANY_ROWS`, and cells of their matrix.
RANDOM_COLUMNS, RANDOM_CELLS = 4_000, 200_000_000
#: Compounds of a data set up to which trees are grown as the parameters say. More compounds make better trees that cost
#: more: there are fewer random trees then, which look at fewer columns for each cut, the boosted trees take fewer and
#: larger steps, and the corrections see fewer columns at a time. Least parts of each, however many compounds there are.
MANY_ROWS = 3_000
_LEAST_TREES, _LEAST_CUTS, _LEAST_STEPS, _LEAST_SHARE = 0.3, 1 / 3, 2 / 3, 0.5
_REST_ROWS = 1024


class KernelEnsemble(RegressorMixin, BaseEstimator):
    """Mean of a Gaussian process on the mean kernel and of three kinds of trees; X is `MoleculeFeatures`.

    Parameters
    ----------
    share
        Part of the Gaussian process in the mean.
    corrections
        Number of boosted trees, small steps of a twentieth of the columns, fitted to what the Gaussian process leaves
        over.
    trees, learning_rate, leaves, column_share
        Of the boosted trees that have the Gaussian process' prediction as a column, with random cuts.
    random_trees
        Number of extremely randomised trees, which do not see the Gaussian process.
    random_columns
        Columns that these look at for each cut, at most.
    least_present
        The trees see counts that at least so many training compounds have, the boosted ones at least one in a hundred.
    largest_kernel
        Above this many training rows the Gaussian process keeps a random sample of them.
    seed
        Seed of all random choices.
    """

    #: What it sees of a compound, for the card.
    sees = (*(f"{name} counts" for name in KERNELS), f"{len(NAMES)} descriptors")
    #: Compounds predicted together.
    block_rows = 64

    def __init__(
        self,
        share: float = 0.4,
        corrections: int = 200,
        trees: int = 300,
        learning_rate: float = 0.04,
        leaves: int = 24,
        column_share: float = 0.1,
        random_trees: int = 100,
        random_columns: int = 300,
        least_present: int = 3,
        largest_kernel: int = 6000,
        seed: int = 0,
    ) -> None:
        self.share = share
        self.corrections = corrections
        self.trees = trees
        self.learning_rate = learning_rate
        self.leaves = leaves
        self.column_share = column_share
        self.random_trees = random_trees
        self.random_columns = random_columns
        self.least_present = least_present
        self.largest_kernel = largest_kernel
        self.seed = seed

    @staticmethod
    def inputs(block: CompoundBlock) -> MoleculeFeatures:
        """Return what the estimator sees of compounds."""
        return block.all_features()

    def shared(self, X: MoleculeFeatures) -> MoleculeFeatures:
        """Return the same inputs with what all fits to parts of them have in common."""
        return SharedFeatures.of(X, self.largest_kernel, self.seed)

    def fit(self, X: MoleculeFeatures, y: np.ndarray) -> KernelEnsemble:
        """Fit to n molecules and y of shape (n,)."""
        y = np.asarray(y, dtype=np.float64)
        if isinstance(X, SharedFeatures):
            rows = X.references()
        else:
            rows = gaussian_process.sample(len(y), self.largest_kernel, self.seed)
        self._fit_process(X, y, rows)
        # What the Gaussian process would say of each compound had it not seen it.
        said = np.empty(len(y))
        said[rows] = self._left_out
        del self._left_out
        rest = np.setdiff1d(np.arange(len(y)), rows)
        for start in range(0, len(rest), _REST_ROWS):
            here = rest[start : start + _REST_ROWS]
            said[here] = self._process(X.take(here))
        least = min(self.least_present, len(y) // 10)
        self.vocabularies_ = [_vocabulary(X.tables[name], least, COLUMNS) for name in COUNTED]
        # Large environments that few compounds have are many, and cutting by them gains nothing.
        often = max(least, len(y) // 100)
        self.boosted_vocabularies_ = [X.tables[name].vocabulary(often) for name in BOOSTED]
        others = np.column_stack([X.descriptors[:, :SIMPLE], said]).astype(np.float32)
        # The fits that test a model of all compounds are made as that model is.
        part = MANY_ROWS / max(len(X.kernel.columns) if isinstance(X, SharedFeatures) else len(y), MANY_ROWS)
        counted = _columns(X, COUNTED, self.vocabularies_, others)
        self._fit_random(counted, y, part)
        self.correction_ = BoostedTrees(
            trees=self.corrections,
            learning_rate=0.02,
            leaves=self.leaves,
            column_share=0.05 * max(part, _LEAST_SHARE),
            penalty=5.0,
            seed=self.seed,
        ).fit(counted, y - said)
        del counted
        boosted = _columns(X, BOOSTED, self.boosted_vocabularies_, others)
        steps = max(part, _LEAST_STEPS)
        self.boosted_ = BoostedTrees(
            trees=round(self.trees * steps),
            learning_rate=self.learning_rate / steps,
            leaves=self.leaves,
            column_share=self.column_share,
            random_cuts=True,
            seed=self.seed,
        ).fit(boosted, y)
        return self

    def _fit_process(self, X: MoleculeFeatures, y: np.ndarray, rows: np.ndarray) -> None:
        references = X.take(rows)
        self.standardiser_ = kernels.Standardiser.of(references.descriptors)
        self._kernel: kernels.MeanKernel | None = None
        if isinstance(references, SharedFeatures):
            # Not kept alive by the estimator: it is larger than all that is stored.
            self._shared, self._at = weakref.ref(references.kernel), references.at
            self.references_ = references.plain()
            kernel = references.kernel.mean(references, references, self.standardiser_)
        else:
            self.references_ = references
            mean_kernel = self._kernel = kernels.MeanKernel(references, self.standardiser_)
            kernel = mean_kernel.to(references).astype(np.float32)
        posterior = gaussian_process.fit(kernel, y[rows])
        self.weights_, self.mean_, self.noise_ = posterior.weights, posterior.mean, posterior.noise
        self._left_out = posterior.leave_one_out

    def _fit_random(self, counted: sparse.csr_matrix, y: np.ndarray, part: float) -> None:
        """Fit the random trees to a dense matrix; of many compounds, to the columns that most of them have."""
        width = counted.shape[1] - 1  # not what the Gaussian process says
        most = width if part == 1.0 else max(100, min(RANDOM_COLUMNS, RANDOM_CELLS // len(y)))
        present = counted[:, :width].getnnz(axis=0)
        present[width - SIMPLE :] = len(y)
        places = np.sort(np.argsort(-present, kind="stable")[:most])
        self.random_ = RandomTrees(
            max(round(self.random_trees * max(part, _LEAST_TREES)), 1),
            columns=round(self.random_columns * max(part**2, _LEAST_CUTS)),
            seed=self.seed,
        ).fit(counted.tocsc()[:, places].toarray(order="F"), y, places=places)

    def _matrices(self, X: MoleculeFeatures, process: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what the correcting and the boosted trees see, float32; the last column is the Gaussian process."""
        others = [X.descriptors[:, :SIMPLE], process[:, None].astype(np.float32)]
        counted = [X.tables[name].dense(words) for name, words in zip(COUNTED, self.vocabularies_)]
        boosted = [X.tables[name].dense(words) for name, words in zip(BOOSTED, self.boosted_vocabularies_)]
        return np.hstack([*counted, *others]), np.hstack([*boosted, *others])

    def _process(self, X: MoleculeFeatures) -> np.ndarray:
        if isinstance(X, SharedFeatures) and getattr(self, "_shared", lambda: None)() is X.kernel:
            known = SharedFeatures(self.references_.tables, self.references_.descriptors, self._at, X.kernel)
            kernel = X.kernel.mean(X, known, self.standardiser_)
        else:
            mean_kernel = getattr(self, "_kernel", None) or kernels.MeanKernel(self.references_, self.standardiser_)
            self._kernel = mean_kernel
            kernel = mean_kernel.to(X)
        return self.mean_ + blockwise_product(kernel, self.weights_, self.block_rows)

    def parts(self, X: MoleculeFeatures, similarity: np.ndarray | None = None) -> np.ndarray:
        """Return the predictions of the Gaussian process and of the trees, float64, shape (n, 2).

        Tanimoto similarities, which every estimator is offered, are not needed.
        """
        check_is_fitted(self, "correction_")
        process = self._process(X)
        counted, boosted = self._matrices(X, process)
        corrected = process + self.correction_.predict(counted)
        members = corrected, self.boosted_.predict(boosted), self.random_.predict(counted[:, :-1])
        return np.column_stack([process, sum(part * member for part, member in zip(_PARTS, members))])

    def combine(self, parts: np.ndarray) -> np.ndarray:
        """Return the prediction made of those of the members."""
        return np.asarray(self.share * parts[:, 0] + (1 - self.share) * parts[:, 1])

    def expansion(self) -> Expansion:
        """Return the terms that the Gaussian process is nearly a sum of, at a small part of its cost."""
        check_is_fitted(self, "weights_")
        return Expansion(self.references_, self.standardiser_, self.weights_)

    def __getstate__(self) -> dict[str, Any]:
        # What similarities are computed with is made again from the references where it is needed.
        state = dict(super().__getstate__())
        for name in ("_kernel", "_shared", "_at"):
            state.pop(name, None)
        return state


def _vocabulary(table: CountTable, least: int, most: int) -> np.ndarray:
    """Return the features that at least `least` molecules have, the `most` commonest of them, uint32, sorted."""
    features, present = np.unique(table.features, return_counts=True)
    features, present = features[present >= least], present[present >= least]
    return np.sort(features[np.argsort(-present, kind="stable")[:most]])


def _columns(
    X: MoleculeFeatures, names: Sequence[str], vocabularies: list[np.ndarray], others: np.ndarray
) -> sparse.csr_matrix:
    """Return the counts of the vocabularies and the other columns side by side, compressed."""
    counts: list[Any] = [X.tables[name].sparse(words) for name, words in zip(names, vocabularies)]
    return sparse.csr_matrix(sparse.hstack([*counts, sparse.csr_matrix(others)], format="csr"))
