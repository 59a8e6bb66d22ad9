"""Exact Tanimoto search on the packed fingerprints of a prepared library.

Comparing 2048 bits with every row is mostly wasted on rows that cannot be among the best. Each fingerprint is also
kept folded to 512 bits (the OR of its four quarters). With ``a`` and ``b`` the folded forms of A and B, every common
bit of A and B falls on a common bit of ``a`` and ``b``, and at most ``min(|A|-|a|, |B|-|b|)`` of them share one, so

    |A & B| <= |a & b| + min(|A|-|a|, |B|-|b|)

which bounds the similarity from a quarter of the data. Only rows whose bound reaches the worst of the best so far
are compared in full; the result is exact. Rows are kept in the order of their number of bits, and the search begins
where that number is the query's: the best are found early there, and rows with far more or fewer bits cannot be
among them at all (Swamidass and Baldi, J. Chem. Inf. Model. 2007, 47, 302).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from screening.compounds.compound import FINGERPRINT_BYTES
from screening.compounds.library.prepared_library import PreparedLibrary

#: Rows compared at once: their folded form fits the processor's cache.
BLOCK = 16384

_WORDS = FINGERPRINT_BYTES // 8
_FOLDED = _WORDS // 4


@dataclasses.dataclass(frozen=True)
class Neighbours:
    """The rows most similar to a query, best first.

    Attributes
    ----------
    rows
        int64: positions in the table that was searched (for a library: over all its compounds, in order).
    similarity
        float64: Tanimoto similarity. Equal ones are in the order of the rows.
    """

    rows: np.ndarray
    similarity: np.ndarray


class FingerprintTable:
    """Packed fingerprints in memory, ready to be searched.

    Parameters
    ----------
    packed
        uint8, shape (n, 256), as stored by `prepare_library`; 64 bytes a row are added to it.
    """

    def __init__(self, packed: np.ndarray) -> None:
        words = np.ascontiguousarray(packed).view(np.uint64).reshape(-1, _WORDS)
        bits = _count(words)
        self._rows = np.argsort(bits, kind="stable")  # position in the order of bits -> row
        self._bits = bits[self._rows]
        self._words = words[self._rows]
        folded = _fold(self._words)
        self._lost = (self._bits - _count(folded)).astype(np.uint16)
        self._columns = np.ascontiguousarray(folded.T)
        self._position = np.empty(len(words), np.int64)  # row -> position
        self._position[self._rows] = np.arange(len(words))

    def __len__(self) -> int:
        return len(self._words)

    def search(self, query: np.ndarray, *, top: int | None = 1000, threshold: float = 0.0) -> Neighbours:
        """Return the rows most similar to a packed fingerprint.

        Parameters
        ----------
        query
            uint8, shape (256,).
        top
            How many at most; None for all that reach `threshold`.
        threshold
            Least similarity.
        """
        best = _Best(len(self) if top is None else top, threshold)
        self.search_into(best, query, 0)
        return best.neighbours()

    def search_into(self, best: _Best, query: np.ndarray, offset: int) -> None:
        """Add the rows of this table, numbered from `offset`, to the best so far."""
        words = np.ascontiguousarray(query).view(np.uint64).reshape(_WORDS)
        bits = int(_count(words[None, :])[0])
        folded, lost = self._query(words, bits)
        starts = np.arange(0, len(self), BLOCK)
        fewest, most = self._bits[starts], self._bits[np.minimum(starts + BLOCK, len(self)) - 1]
        away = np.maximum(np.maximum(fewest - bits, bits - most), 0)
        for block in np.argsort(away, kind="stable").tolist():
            least = best.least
            # |A & B| / (|A| + |B| - |A & B|) >= s  is  |A & B| (1 + s) >= s (|A| + |B|)
            needed = int(np.ceil(least * (int(fewest[block]) + bits) / (1.0 + least) - 1e-9))
            if needed > min(bits, int(most[block])):
                continue
            start = int(starts[block])
            common = self._most_common(slice(start, start + BLOCK), folded, lost)
            near = np.flatnonzero(common >= needed)
            if len(near):
                near += start
                exact = _count(self._words[near] & words)
                union = self._bits[near] + bits - exact
                best.add(self._rows[near] + offset, exact / np.maximum(union, 1))

    @staticmethod
    def _query(words: np.ndarray, bits: int) -> tuple[np.ndarray, np.uint16]:
        """Return the folded form of a query and the bits it loses by folding."""
        folded = _fold(words[None, :])[0]
        return folded, np.uint16(bits - int(_count(folded[None, :])[0]))

    def _most_common(self, positions: slice, folded: np.ndarray, lost: np.uint16) -> np.ndarray:
        """Return how many bits each of some rows can have in common with a query at most, uint16."""
        common: np.ndarray = np.minimum(self._lost[positions], lost)
        shared, counted = np.empty(len(common), np.uint64), np.empty(len(common), np.uint8)
        for word in range(_FOLDED):
            np.bitwise_and(self._columns[word, positions], folded[word], out=shared)
            np.bitwise_count(shared, out=counted)
            common += counted
        return common

    def similarities(self, query: np.ndarray) -> np.ndarray:
        """Return the Tanimoto similarity of every row to a packed fingerprint, float64."""
        words = np.ascontiguousarray(query).view(np.uint64).reshape(_WORDS)
        common = np.empty(len(self), np.int32)
        for start in range(0, len(self), BLOCK):
            common[start : start + BLOCK] = _count(self._words[start : start + BLOCK] & words)
        union = self._bits + int(_count(words[None, :])[0]) - common
        similarity = np.empty(len(self))
        similarity[self._rows] = common / np.maximum(union, 1)
        return similarity

    def raise_similarity(self, highest: np.ndarray, row: int) -> None:
        """Raise, where that is more, the entries of `highest` to the similarity of their rows to `row`.

        Parameters
        ----------
        highest
            float32, shape (n,), in the order of `positions`; changed in place.
        row
            A row of the table.
        """
        words = self._words[self._position[row]]
        bits = int(self._bits[self._position[row]])
        folded, lost = self._query(words, bits)
        for start in range(0, len(self), BLOCK):
            block = slice(start, start + BLOCK)
            known, total = highest[block], self._bits[block] + bits
            common = self._most_common(block, folded, lost)
            near = np.flatnonzero(common * (1.0 + known) > known * total - 1e-6)
            if len(near):
                near += start
                exact = _count(self._words[near] & words)
                similarity = exact / np.maximum(self._bits[near] + bits - exact, 1)
                highest[near] = np.maximum(highest[near], similarity.astype(np.float32))

    @property
    def positions(self) -> np.ndarray:
        """Row at each position of the table's inner order, int64."""
        return self._rows

    def packed(self, row: int) -> np.ndarray:
        """Return the packed fingerprint of a row, uint8 of shape (256,)."""
        return self._words[self._position[row]].view(np.uint8)


class _Best:
    """The best rows so far; `least` is the similarity a further one must reach."""

    def __init__(self, top: int, threshold: float) -> None:
        self._top = top
        self._threshold = threshold
        self._rows = np.empty(0, np.int64)
        self._similarity = np.empty(0)
        self.least = threshold

    def add(self, rows: np.ndarray, similarity: np.ndarray) -> None:
        keep = similarity >= self.least
        self._rows = np.concatenate([self._rows, rows[keep]])
        self._similarity = np.concatenate([self._similarity, similarity[keep]])
        if len(self._rows) >= 2 * self._top + BLOCK // 4:
            self._cut()

    def _cut(self) -> None:
        order = np.lexsort((self._rows, -self._similarity))[: self._top]
        self._rows, self._similarity = self._rows[order], self._similarity[order]
        if len(order) == self._top and self._top:
            self.least = max(self._threshold, float(self._similarity[-1]))

    def neighbours(self) -> Neighbours:
        self._cut()
        return Neighbours(self._rows, self._similarity)


def search_library(
    library: PreparedLibrary, queries: np.ndarray, *, top: int = 1000, threshold: float = 0.0
) -> list[Neighbours]:
    """Search a prepared library with many queries in one pass; memory does not grow with the library.

    Parameters
    ----------
    library
        The library; `Neighbours.rows` counts its compounds over all parts.
    queries
        uint8, shape (n, 256).
    top, threshold
        As in `FingerprintTable.search`.

    Returns
    -------
    list of Neighbours
        One for each query.
    """
    best = [_Best(top, threshold) for _ in range(len(queries))]
    offset = 0
    for packed in library_fingerprints(library):
        table = FingerprintTable(packed)
        for one, query in zip(best, queries):
            table.search_into(one, query, offset)
        offset += len(table)
    return [one.neighbours() for one in best]


def library_fingerprints(library: PreparedLibrary) -> Iterator[np.ndarray]:
    """Yield the packed fingerprints of each part, uint8 of shape (n, 256)."""
    for table in library.iterate(["fingerprint"]):
        yield fingerprint_array(table["fingerprint"])


def all_fingerprints(library: PreparedLibrary) -> np.ndarray:
    """Return the packed fingerprints of a whole library, uint8 of shape (n, 256): 256 bytes a compound of memory."""
    return np.concatenate([np.empty((0, FINGERPRINT_BYTES), np.uint8), *library_fingerprints(library)])


def fingerprint_array(column: pa.ChunkedArray) -> np.ndarray:
    """Return a column of packed fingerprints as uint8 of shape (n, 256), without copying where that is possible."""
    whole = column.combine_chunks()
    chunks = whole.chunks if isinstance(whole, pa.ChunkedArray) else [whole]
    found = []
    for chunk in chunks:
        raw = np.frombuffer(chunk.buffers()[1], np.uint8) if len(chunk) else np.empty(0, np.uint8)
        start = chunk.offset * FINGERPRINT_BYTES
        found.append(raw[start : start + len(chunk) * FINGERPRINT_BYTES].reshape(-1, FINGERPRINT_BYTES))
    return np.concatenate(found) if len(found) != 1 else found[0]


def _count(words: np.ndarray) -> np.ndarray:
    counted: np.ndarray = np.bitwise_count(words).sum(axis=1, dtype=np.int32)
    return counted


def _fold(words: np.ndarray) -> np.ndarray:
    quarters = words.reshape(len(words), 4, _FOLDED)
    folded: np.ndarray = np.bitwise_or.reduce(quarters, axis=1)
    return folded
