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
from screening.runs.search.feature_source import SEEN, FeatureSource, InMemory, Some, Stored
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
        #: Rows of the compounds that may be asked for, ascending; the surrogate counts these alone.
        self._rows = np.arange(library.compounds) if passed is None else np.flatnonzero(passed)
        self._seed = seed
        self._on_progress = on_progress

    @property
    def compounds(self) -> int:
        """Compounds of the library."""
        return self.library.compounds

    @property
    def candidates(self) -> int:
        """Compounds that may be asked for."""
        return len(self._rows)

    @property
    def key(self) -> str:
        """Content key of the library."""
        return self.library.key

    @cached_property
    def surrogate(self) -> Surrogate:
        """The surrogate over what may be asked for; its features are worked out when it is first needed."""
        stored = features_of(self.library)
        if self.candidates <= MOST_IN_MEMORY:
            return Surrogate(InMemory(library_features(self.library, self._rows, self._on_progress)), self._seed)
        if stored is None:
            raise LibraryError(
                f"holds {self.candidates:,} compounds to choose from without stored features",
                source=self.library.folder,
                expected="`workbench library featurise` first, so that a round can read them",
            )
        source: FeatureSource = Stored(self.library, stored)
        return Surrogate(source if self.candidates == self.compounds else Some(source, self._rows), self._seed)

    def first(self, size: int, generator: np.random.Generator) -> np.ndarray:
        """Return compounds drawn at random."""
        return np.sort(generator.permutation(self._rows)[:size])

    def choose(self, known: Known, size: int, random: int, acquisition: str, generator: np.random.Generator) -> Round:
        """Return the most promising compounds, and some drawn at random."""
        belief = self.surrogate.believe(self._places(known.rows), known.values)
        free = np.ones(self.candidates, bool)
        free[self._places(known.asked)] = False
        best = float(known.values.max()) if len(known.values) else 0.0
        promise = ACQUISITIONS[acquisition](belief.mean, belief.deviation, best, generator)
        acquired = most_promising(promise, free, size - random, generator)
        free[acquired] = False
        drawn = generator.permutation(np.flatnonzero(free))[: size - len(acquired)]
        both = np.concatenate([acquired, drawn])
        return Round(self._rows[acquired], self._rows[drawn], belief.mean[both], belief.deviation[both])

    def recall(self, known: Known, top: int) -> Recall:
        """Estimate how many of the best `top` compounds that may be asked for have been."""
        places = self._places(known.rows)
        belief = self.surrogate.believe(places, known.values)
        errors = np.concatenate([known.errors, self.surrogate.errors_left_out(places, known.values, known.started)])
        return expected_recall(self.surrogate, belief, places, known.values, errors, top)

    def _places(self, rows: np.ndarray) -> np.ndarray:
        """Return where rows of the library stand among those that may be asked for."""
        return np.searchsorted(self._rows, rows)

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


def library_features(
    library: PreparedLibrary, rows: np.ndarray, on_progress: OnProgress | None = None
) -> MoleculeFeatures:
    """Return what the surrogate sees of some compounds of a library (rows ascending): stored, or worked out now."""
    stored = features_of(library)
    pieces = []
    first = 0
    for position, part in enumerate(library.parts):
        begin, end = np.searchsorted(rows, [first, first + part.rows])
        wanted = rows[begin:end] - first
        first += part.rows
        if len(wanted):
            compounds = library.read_compounds(position)
            if stored is not None:
                whole = stored_features.from_table(
                    read_part(*stored.part(part.index)), 0, properties_of(compounds), SEEN
                )
                pieces.append(whole.take(wanted))
            else:
                compounds = compounds.take(pa.array(wanted)).combine_chunks()
                smiles = compounds.column("smiles").to_pylist()
                pieces.append(molecule_features(smiles, SEEN, properties_of(compounds)))
        if on_progress is not None:
            on_progress(Progress("features", int(end), len(rows), "compounds"))
    return MoleculeFeatures.joined(pieces)
