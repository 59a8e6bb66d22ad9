"""Compare sequences: pairwise alignment and identity, clusters, the nearest of a set."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cache

import numpy as np
from Bio.Align import PairwiseAligner, substitution_matrices

from screening.errors import UsageError

#: Letters that BLOSUM62 does not know, to those it does (selenocysteine, pyrrolysine, either of I and L).
_KNOWN = str.maketrans({"U": "C", "O": "K", "J": "L", "*": "X", "-": "X", ".": "X"})


@dataclasses.dataclass(frozen=True)
class SequenceAlignment:
    """Two sequences side by side.

    Attributes
    ----------
    first, second
        With ``-`` for gaps; equally long.
    pairs
        Positions aligned to each other, counted from 0; int64, shape (k, 2).
    identities
        Number of aligned pairs with the same letter.
    score
        BLOSUM62 score.
    """

    first: str
    second: str
    pairs: np.ndarray
    identities: int
    score: float

    @property
    def identity(self) -> float:
        """Identical pairs over the length of the shorter sequence, 0 to 1."""
        shorter = min(len(self.first.replace("-", "")), len(self.second.replace("-", "")))
        return self.identities / shorter if shorter else 0.0

    def text(self, width: int = 60, names: tuple[str, str] = ("first", "second")) -> str:
        """Return the alignment in rows, identical pairs marked."""
        marks = "".join("|" if a == b != "-" else " " for a, b in zip(self.first, self.second))
        room = max(len(name) for name in names) + 2
        rows = []
        for at in range(0, len(self.first), width):
            rows.append(f"{names[0]:<{room}}{self.first[at : at + width]}")
            rows.append(" " * room + marks[at : at + width].rstrip())
            rows.append(f"{names[1]:<{room}}{self.second[at : at + width]}")
            rows.append("")
        return "\n".join(rows)


@cache
def _aligner() -> PairwiseAligner:
    aligner = PairwiseAligner(mode="global")
    aligner.substitution_matrix = substitution_matrices.load("BLOSUM62")
    aligner.open_gap_score, aligner.extend_gap_score = -11.0, -1.0
    # A domain against a whole protein: what hangs over at the ends costs nothing.
    aligner.end_gap_score = 0.0
    return aligner


def align(first: str, second: str) -> SequenceAlignment:
    """Align two protein sequences globally, overhanging ends free (BLOSUM62, gaps -11 and -1).

    Raises
    ------
    UsageError
        If one is empty or holds something that is no letter.
    """
    for sequence in (first, second):
        if not sequence:
            raise UsageError("an empty sequence cannot be aligned", expected="residue letters")
        if not sequence.isalpha():
            wrong = next(letter for letter in sequence if not letter.isalpha())
            raise UsageError(f"{wrong!r} in a sequence", expected="residue letters")
    found = next(iter(_aligner().align(_plain(first), _plain(second))))
    # The letters of the caller, not those that the matrix knows.
    rows: tuple[list[str], list[str]] = ([], [])
    pairs = []
    coordinates = found.coordinates
    for (a, b), (c, d) in zip(coordinates[:, :-1].T, coordinates[:, 1:].T):
        rows[0].append(first[a:c] if c > a else "-" * (d - b))
        rows[1].append(second[b:d] if d > b else "-" * (c - a))
        if c > a and d > b:
            pairs += [(a + i, b + i) for i in range(c - a)]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    identities = sum(first[i] == second[j] for i, j in table)
    return SequenceAlignment("".join(rows[0]), "".join(rows[1]), table, identities, float(found.score))


def _plain(sequence: str) -> str:
    return sequence.upper().translate(_KNOWN)


def identity_matrix(sequences: Sequence[str]) -> np.ndarray:
    """Return pairwise identities; float64, shape (n, n), symmetric, 1 on the diagonal."""
    size = len(sequences)
    found = np.eye(size)
    for i in range(size):
        for j in range(i):
            found[i, j] = found[j, i] = align(sequences[i], sequences[j]).identity
    return found


def clusters(identities: np.ndarray, threshold: float = 0.30) -> list[int]:
    """Return the number of the cluster of each sequence, counted from 0 in the order of first appearance.

    Two sequences share a cluster if a chain of neighbours of at least `threshold` identity joins them (single
    linkage), so that no pair across two clusters is closer than that.
    """
    from scipy.sparse.csgraph import connected_components

    _, labels = connected_components(identities >= threshold, directed=False)
    order: dict[int, int] = {}
    return [order.setdefault(int(label), len(order)) for label in labels]


def nearest(query: str, named: dict[str, str]) -> list[tuple[str, float]]:
    """Return the names of the sequences in `named` and their identity to `query`, the nearest first."""
    found = [(name, align(query, sequence).identity) for name, sequence in named.items()]
    return sorted(found, key=lambda item: (-item[1], item[0]))
