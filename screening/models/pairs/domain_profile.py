"""Find the domains of a protein family in any sequence, with a profile made of the training sequences.

A profile has one column for each residue of a reference domain and scores each amino acid in it by how often the family
has it there (log-odds with pseudo-counts: Altschul et al., Nucleic Acids Res. 1997, 25, 3389; sequence weights:
Henikoff and Henikoff, J. Mol. Biol. 1994, 243, 574). A sequence is aligned to it locally, so tags, fusion partners and
other domains do not matter, and loops that are missing leave their columns empty. Some columns are those of the binding
site, so that the same residue of two proteins is compared.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from screening.targets.sequences import alignment

#: One-letter codes in the order of their numbers; X is anything else.
LETTERS = "ARNDCQEGHILKMFPSTWYVX"
UNKNOWN = LETTERS.index("X")
_NUMBER = {letter: at for at, letter in enumerate(LETTERS)}
#: Robinson and Robinson, Proc. Natl. Acad. Sci. USA 1991, 88, 8880, in the order of `LETTERS`.
_BACKGROUND = np.array(
    [78, 51, 45, 54, 19, 43, 63, 74, 22, 51, 91, 57, 22, 39, 52, 71, 58, 13, 32, 64], dtype=np.float64
)
_BACKGROUND /= _BACKGROUND.sum()
_PSEUDO_COUNTS = 8.0
_BITS = 2.0  # scores in half bits, as BLOSUM62 has them
_GAP_OPEN, _GAP_EXTEND = -11.0, -0.3
_MOST_DOMAINS = 4


@dataclasses.dataclass(frozen=True)
class Domain:
    """A domain found in a sequence.

    Attributes
    ----------
    family
        Name of the profile that found it.
    start, end
        First residue and the one after the last, counted from 0.
    score
        Alignment score in half bits.
    residues
        int8, shape (columns,): number of the amino acid (`LETTERS`) in each column, `UNKNOWN` where there is none.
    positions
        int32, shape (columns,): where in the sequence that residue is, -1 where there is none.
    """

    family: str
    start: int
    end: int
    score: float
    residues: np.ndarray
    positions: np.ndarray


@dataclasses.dataclass(frozen=True)
class DomainProfile:
    """What the domains of a family look like.

    Attributes
    ----------
    family
        Such as ``"protein kinase"``.
    scores
        float32, shape (columns, 20): score of each amino acid in each column, in half bits.
    pocket
        Columns of the binding site, in order along the sequence.
    least_score
        What aligns worse is not of the family.
    """

    family: str
    scores: np.ndarray
    pocket: tuple[int, ...]
    least_score: float

    def __len__(self) -> int:
        return len(self.scores)

    @cached_property
    def _aligner(self) -> Any:
        first, size = len(LETTERS), len(LETTERS) + len(self)
        matrix = np.zeros((size, size))
        matrix[first:, :UNKNOWN] = self.scores
        matrix[first:, UNKNOWN] = -1.0
        matrix[:first, first:] = matrix[first:, :first].T
        return alignment.local_aligner(matrix, _GAP_OPEN, _GAP_EXTEND)

    @cached_property
    def _columns(self) -> np.ndarray:
        return np.arange(len(LETTERS), len(LETTERS) + len(self), dtype=np.int32)

    def find(self, sequence: str) -> list[Domain]:
        """Return the domains of the family in a sequence, in order along it."""
        left = encoded(sequence).astype(np.int32)
        found: list[Domain] = []
        while len(found) < _MOST_DOMAINS:
            domain = self.best(left) if self._score(left) >= self.least_score else None
            if domain is None:
                break
            found.append(domain)
            left[domain.start : domain.end] = UNKNOWN
        return sorted(found, key=lambda one: one.start)

    def best(self, numbers: np.ndarray) -> Domain | None:
        """Return the part of an encoded sequence that aligns best, whatever its score; None for nothing at all."""
        if len(numbers) == 0:
            return None
        aligned = self._aligner.align(numbers.astype(np.int32), self._columns)
        if not aligned.score > 0:
            return None
        pieces, columns = aligned[0].aligned
        residues = np.full(len(self), UNKNOWN, dtype=np.int8)
        positions = np.full(len(self), -1, dtype=np.int32)
        for (start, end), (first, last) in zip(pieces, columns):
            residues[first:last] = numbers[start:end]
            positions[first:last] = np.arange(start, end)
        positions[residues == UNKNOWN] = -1
        return Domain(self.family, int(pieces[0][0]), int(pieces[-1][1]), float(aligned.score), residues, positions)

    def best_score(self, sequence: str) -> float:
        """Return the score of the part of a sequence that aligns best; 0 for none."""
        return self._score(encoded(sequence))

    def _score(self, numbers: np.ndarray) -> float:
        return float(self._aligner.score(numbers.astype(np.int32), self._columns)) if len(numbers) else 0.0

    def to_state(self) -> dict[str, Any]:
        """Return plain containers and arrays to store."""
        return {
            "family": self.family,
            "scores": self.scores.astype(np.float32),
            "pocket": list(self.pocket),
            "least_score": self.least_score,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> DomainProfile:
        """Make a profile of what `to_state` returned."""
        pocket = tuple(int(column) for column in state["pocket"])
        return cls(str(state["family"]), state["scores"], pocket, float(state["least_score"]))


def encoded(sequence: str) -> np.ndarray:
    """Return the numbers of the residues of a sequence, int8; white space is left out."""
    return np.array([_NUMBER.get(letter, UNKNOWN) for letter in "".join(sequence.split()).upper()], dtype=np.int8)


def text_of(residues: np.ndarray) -> str:
    """Return one-letter codes of numbered residues; an empty column is a dash."""
    return "".join("-" if one == UNKNOWN else LETTERS[one] for one in residues)


def make_profile(
    family: str,
    reference: str,
    sequences: Sequence[str],
    pocket: Sequence[int],
    *,
    least_score: float,
    rounds: int = 3,
) -> DomainProfile:
    """Make the profile of a family from its sequences, starting from one domain.

    Parameters
    ----------
    family
        Its name.
    reference
        Sequence of the domain that gives the columns.
    sequences
        Of the family; those that align with `least_score` or more take part in the next round.
    pocket
        Columns of the binding site.
    """
    first = encoded(reference)
    residues = first[None, :]
    unique = list(dict.fromkeys(sequences))
    profile = DomainProfile(family, _log_odds(residues), tuple(pocket), least_score)
    for _ in range(rounds):
        rows = [first]
        for text in unique:
            rows += [domain.residues for domain in profile.find(text)]
        residues = np.unique(np.array(rows), axis=0)
        profile = DomainProfile(family, _log_odds(residues), tuple(pocket), least_score)
    return profile


def _log_odds(residues: np.ndarray) -> np.ndarray:
    """Return the scores of a set of aligned domains, shape (n, columns), in half bits."""
    there = residues[:, :, None] == np.arange(UNKNOWN)[None, None, :]
    counts = there.sum(axis=0)
    kinds = np.maximum((counts > 0).sum(axis=0 if counts.ndim == 1 else 1), 1)
    weight = np.zeros(len(residues))
    for column in range(residues.shape[1]):  # position-based weights
        known = residues[:, column] != UNKNOWN
        share = 1.0 / (kinds[column] * np.maximum(counts[column], 1))
        weight[known] += share[residues[known, column]]
    weighted = (there * weight[:, None, None]).sum(axis=0)
    total = weighted.sum(axis=1, keepdims=True)
    seen = np.where(total > 0, weighted / np.maximum(total, 1e-12), _BACKGROUND)
    conditional = _conditional()
    pseudo = seen @ conditional
    effective = np.maximum(kinds[:, None] - 1.0, 0.0)
    mixed = (effective * seen + _PSEUDO_COUNTS * pseudo) / (effective + _PSEUDO_COUNTS)
    return (_BITS * np.log2(mixed / _BACKGROUND)).astype(np.float32)


def _conditional() -> np.ndarray:
    """Return the chance of each amino acid (columns) where the family has another (rows), from BLOSUM62."""
    scores = alignment.blosum62(LETTERS[:UNKNOWN])
    chance = _BACKGROUND[None, :] * 2.0 ** (scores / _BITS)
    return np.asarray(chance / chance.sum(axis=1, keepdims=True))
