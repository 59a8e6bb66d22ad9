"""A prepared library as a search sees it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa

from screening.compounds.library.prepared_library import PreparedLibrary, read_part
from screening.engine.progress import OnProgress, Progress
from screening.errors import LibraryError
from screening.features import stored_features
from screening.features.library_features import features_of, properties_of
from screening.features.molecule_features import MoleculeFeatures, molecule_features
from screening.runs.search.acquisition import ACQUISITIONS
from screening.runs.search.feature_source import SEEN, InMemory, Stored
from screening.runs.search.recall import Recall, expected_recall
from screening.runs.search.space import Known, Round
from screening.runs.search.surrogate import Surrogate

#: Compounds whose features are held in memory (some 3 kB each); those of a larger library are read part by part.
MOST_IN_MEMORY = 300_000


class LibrarySpace:
    """The compounds of a prepared library.

    Parameters
    ----------
    library
        The library.
    seed
        Of the surrogate.
    on_progress
        Called while features are worked out.
    passed
        bool, shape (compounds,): those that may be asked for; None for all.
    """

    def __init__(
        self,
        library: PreparedLibrary,
        seed: int,
        on_progress: OnProgress | None = None,
        passed: np.ndarray | None = None,
    ) -> None:
        self.library = library
        self._passed = None if passed is None or passed.all() else passed
        self._seed = seed
        self._on_progress = on_progress

    @property
    def compounds(self) -> int:
        """Compounds of the library."""
        return self.library.compounds

    @property
    def candidates(self) -> int:
        """Compounds that may be asked for."""
        return self.compounds if self._passed is None else int(self._passed.sum())

    @property
    def key(self) -> str:
        """Content key of the library."""
        return self.library.key

    @cached_property
    def surrogate(self) -> Surrogate:
        """The surrogate over the library; its features are worked out when it is first needed."""
        stored = features_of(self.library)
        if self.compounds <= MOST_IN_MEMORY:
            return Surrogate(InMemory(library_features(self.library, self._on_progress)), self._seed)
        if stored is None:
            raise LibraryError(
                f"holds {self.compounds:,} compounds without stored features", source=self.library.folder,
                expected="`workbench library featurise` first, so that a round can read them",
            )  # fmt: skip
        return Surrogate(Stored(self.library, stored), self._seed)

    def first(self, size: int, generator: np.random.Generator) -> np.ndarray:
        """Return compounds drawn at random."""
        among: int | np.ndarray = self.compounds if self._passed is None else np.flatnonzero(self._passed)
        return np.sort(generator.permutation(among)[:size])

    def choose(self, known: Known, size: int, random: int, acquisition: str, generator: np.random.Generator) -> Round:
        """Return the most promising compounds, and some drawn at random."""
        belief = self.surrogate.believe(known.rows, known.values)
        free = np.ones(self.compounds, bool) if self._passed is None else self._passed.copy()
        free[known.asked] = False
        best = float(known.values.max()) if len(known.values) else 0.0
        promise = ACQUISITIONS[acquisition](belief.mean, belief.deviation, best, generator)
        acquired = most_promising(promise, free, size - random, generator)
        free[acquired] = False
        drawn = generator.permutation(np.flatnonzero(free))[: size - len(acquired)]
        rows = np.concatenate([acquired, drawn])
        return Round(acquired, drawn, belief.mean[rows], belief.deviation[rows])

    def recall(self, known: Known, top: int) -> Recall:
        """Estimate how many of the best `top` compounds that may be asked for have been."""
        belief = self.surrogate.believe(known.rows, known.values)
        errors = np.concatenate([known.errors, self.surrogate.errors_left_out(known.rows, known.values, known.started)])
        return expected_recall(self.surrogate, belief, known.rows, known.values, errors, top, self._passed)

    def table(self, rows: np.ndarray) -> pa.Table:
        """Return record, name and smiles of compounds."""
        return self.library.take(rows, ["record", "name", "smiles"])


def most_promising(promise: np.ndarray, free: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """Return the most promising of the free compounds, best first; ties in random order.

    A library may be sorted by what is sought, so that a stable order of ties would find the best by chance.

    Parameters
    ----------
    promise
        float64, shape (n,).
    free
        bool, shape (n,).
    count
        How many.
    generator
        Of the order of ties.
    """
    promise = np.nan_to_num(promise, nan=-np.inf, posinf=np.inf, neginf=-np.inf)
    tie = generator.random(len(promise))
    rows = np.flatnonzero(free)
    if 4 * count < len(rows):  # whole orders of millions take longer than the prediction
        least = np.partition(promise[rows], len(rows) - count)[len(rows) - count] if count else np.inf
        rows = rows[promise[rows] >= least]
    return np.asarray(rows[np.lexsort([tie[rows], -promise[rows]])][:count])


def library_features(library: PreparedLibrary, on_progress: OnProgress | None = None) -> MoleculeFeatures:
    """Return what the surrogate sees of every compound of a library: stored features, or worked out now."""
    stored = features_of(library)
    pieces = []
    done = 0
    for position, part in enumerate(library.parts):
        compounds = library.read_compounds(position)
        properties = properties_of(compounds)
        if stored is not None:
            pieces.append(stored_features.from_table(read_part(*stored.part(part.index)), 0, properties, SEEN))
        else:
            pieces.append(molecule_features(compounds.column("smiles").to_pylist(), SEEN, properties))
        done += part.rows
        if on_progress is not None:
            on_progress(Progress("features", done, library.compounds, "compounds"))
    return MoleculeFeatures.joined(pieces)
