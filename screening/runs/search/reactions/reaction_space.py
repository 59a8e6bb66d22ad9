"""A reaction library as a search sees it: products by number, reagents compared once, nothing enumerated."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa

from screening.compounds.reactions.reaction_library import ReactionLibrary
from screening.runs.search.acquisition import ACQUISITIONS
from screening.runs.search.reactions.deviation import Deviation
from screening.runs.search.reactions.product_kernel import Fitted, ProductProcess
from screening.runs.search.reactions.product_recall import product_recall
from screening.runs.search.reactions.reagent_kernels import reagent_kernel
from screening.runs.search.recall import Recall
from screening.runs.search.space import Known, Round

#: Products whose standard deviation is worked out, in sizes of a round, and at most.
_CANDIDATES, _MOST_CANDIDATES = 5, 6_000
#: Answers that a standard deviation follows from: the best half of so many, and as many others.
_DEVIATION_FROM = 1_500
#: Answers below this quantile of the first round are raised to it: how bad a bad product is says little of the best.
_CLIPPED = 0.3


class ReactionSpace:
    """The products of a reaction library.

    Parameters
    ----------
    library
        The library.
    seed
        Of the process.
    """

    def __init__(self, library: ReactionLibrary, seed: int) -> None:
        self.library = library
        self._seed = seed

    @property
    def compounds(self) -> int:
        """Products of the library."""
        return self.library.compounds

    @property
    def candidates(self) -> int:
        """All of them may be asked for."""
        return self.compounds

    @property
    def key(self) -> str:
        """Content key of the library."""
        return self.library.key

    @cached_property
    def process(self) -> ProductProcess:
        """The Gaussian process over the products."""
        kernels = []
        known: dict[tuple[str, ...], np.ndarray] = {}
        for position in self.library.positions:
            names = tuple(reagent.smiles for reagent in position.reagents)
            if names not in known:
                known[names] = reagent_kernel([reagent.mol for reagent in position.reagents])
            kernels.append(known[names])
        return ProductProcess(kernels, self._seed)

    def first(self, size: int, generator: np.random.Generator) -> np.ndarray:
        """Return products drawn at random in which every reagent of a position occurs equally often, or nearly so."""
        found: dict[int, None] = {}
        while len(found) < size:
            places = [
                generator.permutation(np.resize(generator.permutation(count), size)) for count in self.library.shape
            ]
            found |= dict.fromkeys(np.ravel_multi_index(places, self.library.shape).tolist())
        return np.array(list(found)[:size], np.int64)

    def choose(self, known: Known, size: int, random: int, acquisition: str, generator: np.random.Generator) -> Round:
        """Return the most promising products, and some drawn at random."""
        asked = np.sort(known.asked)
        values = clipped(known)
        fitted = None
        acquired = np.zeros(0, np.int64)
        predicted = deviation = np.zeros(0)
        if len(values) >= 10 and np.ptp(values) > 0:
            fitted = self.process.fit(known.rows, values)
            plenty = size if acquisition == "greedy" else min(max(_CANDIDATES * size, 1_000), _MOST_CANDIDATES)
            numbers, means = best_free(fitted, asked, max(plenty, size), generator)
            widths = np.zeros(len(means))
            if acquisition != "greedy":
                widths = self._deviation(fitted, known, values, numbers)
            promise = ACQUISITIONS[acquisition](means, widths, float(values.max()), generator)
            chosen = np.lexsort([generator.random(len(promise)), -promise])[: size - random]
            acquired, predicted, deviation = numbers[chosen], means[chosen], widths[chosen]
        drawn = self._drawn(np.union1d(asked, acquired), size - len(acquired), generator)
        if fitted is None:
            level = float(values.mean()) if len(values) else 0.0
            return Round(acquired, drawn, np.full(len(drawn), level), np.ones(len(drawn)))
        if len(drawn):
            predicted = np.concatenate([predicted, fitted.predict(drawn)])
            deviation = np.concatenate([deviation, self._deviation(fitted, known, values, drawn)])
        return Round(acquired, drawn, predicted, deviation)

    def recall(self, known: Known, top: int) -> Recall:
        """Estimate how many of the best `top` products have been asked for."""
        values = clipped(known)
        top = min(top, self.compounds)
        if np.ptp(values) <= 0 or len(known.asked) >= self.compounds:
            return Recall(top, 1.0, 1.0, 1.0, 1.0)
        return product_recall(self.process.fit(known.rows, values), known, values, top, self._seed)

    def _deviation(self, fitted: Fitted, known: Known, values: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        order = np.argsort(-values, kind="stable")
        half = _DEVIATION_FROM // 2
        rest = np.random.default_rng([self._seed, len(values)]).permutation(order[half:])[:half]
        used = np.concatenate([order[:half], rest])
        return Deviation(fitted, known.rows[used], values[used]).of(numbers)

    def _drawn(self, taken: np.ndarray, size: int, generator: np.random.Generator) -> np.ndarray:
        size = min(size, self.compounds - len(taken))
        found: dict[int, None] = {}
        while len(found) < size:
            if self.compounds < 4 * (len(taken) + size):
                free = np.setdiff1d(np.arange(self.compounds), taken)
                return np.asarray(generator.permutation(free)[:size], np.int64)
            some = generator.integers(0, self.compounds, 2 * size)
            found |= dict.fromkeys(some[~np.isin(some, taken)].tolist())
        return np.array(list(found)[:size], np.int64)

    def table(self, rows: np.ndarray) -> pa.Table:
        """Return number, name and SMILES of products; the SMILES is empty where the reagents give none, or several."""
        products = [self.library.product(int(row)) for row in rows]
        return pa.table(
            {
                "record": pa.array([product.number for product in products], pa.int64()),
                "name": pa.array([product.name for product in products], pa.string()),
                "smiles": pa.array([product.smiles for product in products], pa.string()),
            }
        )


def clipped(known: Known) -> np.ndarray:
    """Return the answers with bad ones raised to a quantile of the first round."""
    start = known.values[known.started]
    return np.maximum(known.values, np.quantile(start, _CLIPPED)) if len(start) else known.values


def best_free(
    fitted: Fitted, asked: np.ndarray, count: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the products with the best means that were not asked for (sorted), and those means; ties at random."""
    numbers, means = np.zeros(0, np.int64), np.zeros(0, np.float32)
    for some, mean in fitted.slabs():
        if len(means) >= count:
            promising = np.flatnonzero(mean >= means.min())
            some, mean = some[promising], mean[promising]
        free = ~_among(some, asked)
        numbers, means = np.concatenate([numbers, some[free]]), np.concatenate([means, mean[free]])
        if len(means) > count:
            kept = np.lexsort((generator.random(len(means)), -means))[:count]
            numbers, means = numbers[kept], means[kept]
    return numbers, means.astype(np.float64)


def _among(numbers: np.ndarray, asked: np.ndarray) -> np.ndarray:
    at = np.searchsorted(asked, numbers)
    return np.asarray(asked[np.minimum(at, len(asked) - 1)] == numbers) if len(asked) else np.zeros(len(numbers), bool)
