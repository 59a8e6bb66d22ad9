"""Similarity of protein sequences by local alignment.

Smith-Waterman score with BLOSUM62 and affine gaps (11, 1), divided by the geometric mean of the two
self-scores: 1 for equal sequences, near 0 for unrelated ones (Yamanishi et al., Bioinformatics 2008, 24, i232).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from Bio.Align import PairwiseAligner, substitution_matrices

_GAP_OPEN, _GAP_EXTEND = -11.0, -1.0
_LETTERS = frozenset("ARNDCQEGHILKMFPSTWYVBZX*")


@functools.cache
def _aligner() -> PairwiseAligner:
    return local_aligner(substitution_matrices.load("BLOSUM62"), _GAP_OPEN, _GAP_EXTEND)


def local_aligner(matrix: np.ndarray, open_gap: float, extend_gap: float) -> PairwiseAligner:
    """Return an aligner of the best matching parts of two sequences, with scores of pairs and (negative) of gaps."""
    aligner = PairwiseAligner(mode="local")
    aligner.substitution_matrix = matrix
    aligner.open_gap_score = open_gap
    aligner.extend_gap_score = extend_gap
    return aligner


def blosum62(letters: str) -> np.ndarray:
    """Return the BLOSUM62 scores of every pair of amino acids, float64, shape (n, n)."""
    matrix = substitution_matrices.load("BLOSUM62")
    return np.array([[matrix[one][other] for other in letters] for one in letters], dtype=np.float64)


def clean(sequence: str) -> str:
    """Return upper-case one-letter codes without white space, with X for letters BLOSUM62 does not know."""
    text = "".join(sequence.split()).upper()
    return "".join(letter if letter in _LETTERS else "X" for letter in text)


def alignment_scores(query: str, others: Sequence[str]) -> np.ndarray:
    """Return the Smith-Waterman scores of `query` with each of `others`, float64, shape (n,)."""
    aligner = _aligner()
    query = clean(query)
    return np.array([aligner.score(query, other) for other in others], dtype=np.float64)


def self_score(sequence: str) -> float:
    """Return the score of a sequence with itself."""
    matrix = _aligner().substitution_matrix
    return float(sum(matrix[letter][letter] for letter in clean(sequence)))
