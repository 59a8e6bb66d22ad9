"""Where the surrogate gets the features of compounds from: memory, or the parts of a library that has them stored.

Features of ten million compounds take more memory than a round may have; they are then read part by part, once to
predict every compound and once more for the few that matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from screening.compounds.library.prepared_library import PreparedLibrary, read_part
from screening.features import stored_features
from screening.features.library_features import LibraryFeatures, properties_of
from screening.features.molecule_features import MoleculeFeatures

#: Fingerprints that the surrogate compares: three of those that a library stores. With all six, ten searches (seeds
#: 100 to 109) of the docked compounds of ``tests/benchmarks/bench_search.py`` found 0.82 of the best 100, with these
#: 0.85.
SEEN = ("Morgan", "atom pair", "long torsion")
_ROWS = 4_096
#: Compounds whose features are kept after they were asked for.
_REMEMBERED = 40_000


class FeatureSource(Protocol):
    """Features of n compounds."""

    def __len__(self) -> int:
        """How many compounds there are."""

    def take(self, rows: np.ndarray) -> MoleculeFeatures:
        """Return the features of some compounds."""

    def blocks(self) -> Iterator[tuple[int, MoleculeFeatures]]:
        """Yield all features, block by block, with the number of the first compound of each."""


class InMemory:
    """Features that are all in memory."""

    def __init__(self, features: MoleculeFeatures) -> None:
        self._features = features

    def __len__(self) -> int:
        return len(self._features)

    def take(self, rows: np.ndarray) -> MoleculeFeatures:
        """Return the features of some compounds."""
        return self._features.take(rows)

    def blocks(self) -> Iterator[tuple[int, MoleculeFeatures]]:
        """Yield all features, block by block."""
        for start in range(0, len(self), _ROWS):
            yield start, self._features.take(np.arange(start, min(start + _ROWS, len(self))))


class Stored:
    """Features that `screening.features.library_features` stored with a library, read when they are needed."""

    def __init__(self, library: PreparedLibrary, stored: LibraryFeatures) -> None:
        self._library = library
        self._stored = stored
        self._starts = np.concatenate([[0], np.cumsum([part.rows for part in library.parts])])
        self._rows = np.zeros(0, np.int64)
        self._remembered: MoleculeFeatures | None = None

    def __len__(self) -> int:
        return int(self._starts[-1])

    def take(self, rows: np.ndarray) -> MoleculeFeatures:
        """Return the features of some compounds; those of the last calls are kept."""
        missing = np.setdiff1d(rows, self._rows)
        if len(missing):
            self._read(missing, rows)
        assert self._remembered is not None
        order = np.argsort(self._rows, kind="stable")
        return self._remembered.take(order[np.searchsorted(self._rows, rows, sorter=order)])

    def _read(self, missing: np.ndarray, wanted: np.ndarray) -> None:
        pieces, kept = [], self._rows
        if self._remembered is not None:
            if len(kept) + len(missing) > _REMEMBERED:
                still = np.isin(kept, wanted)
                self._remembered, kept = self._remembered.take(still), kept[still]
            if len(kept):
                pieces.append(self._remembered)
        for position in np.unique(np.searchsorted(self._starts, missing, side="right") - 1).tolist():
            first, last = self._starts[position], self._starts[position + 1]
            here = missing[(missing >= first) & (missing < last)]
            pieces.append(self._part(position).take(here - first))
        self._remembered = MoleculeFeatures.joined(pieces)
        self._rows = np.concatenate([kept, missing])

    def _part(self, position: int) -> MoleculeFeatures:
        part = self._library.parts[position]
        properties = properties_of(self._library.read_compounds(position))
        return stored_features.from_table(read_part(*self._stored.part(part.index)), 0, properties, SEEN)

    def blocks(self) -> Iterator[tuple[int, MoleculeFeatures]]:
        """Yield all features, part by part."""
        for position in range(len(self._library.parts)):
            yield int(self._starts[position]), self._part(position)


class Some:
    """Some compounds of another source (rows ascending)."""

    def __init__(self, source: FeatureSource, rows: np.ndarray) -> None:
        self._source = source
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, rows: np.ndarray) -> MoleculeFeatures:
        """Return the features of some compounds."""
        return self._source.take(self._rows[rows])

    def blocks(self) -> Iterator[tuple[int, MoleculeFeatures]]:
        """Yield all features, block by block of the other source."""
        for start, block in self._source.blocks():
            first, last = np.searchsorted(self._rows, [start, start + len(block)])
            if first < last:
                yield int(first), block.take(self._rows[first:last] - start)
