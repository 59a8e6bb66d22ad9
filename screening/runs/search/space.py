"""What a search looks through: a prepared library, or the products of a reaction library.

A space numbers its compounds from 0, proposes the next ones and estimates how many of the best were found.
"""

from __future__ import annotations

import dataclasses
from typing import Protocol

import numpy as np
import pyarrow as pa

from screening.runs.search.recall import Recall


@dataclasses.dataclass(frozen=True)
class Round:
    """Compounds of a round.

    Attributes
    ----------
    acquired, drawn
        int64: compounds chosen by the surrogate, and at random.
    predicted, deviation
        float64: what the surrogate believes of both, in that order; a higher prediction is better.
    """

    acquired: np.ndarray
    drawn: np.ndarray
    predicted: np.ndarray
    deviation: np.ndarray


@dataclasses.dataclass(frozen=True)
class Known:
    """What is known when a round is chosen.

    Attributes
    ----------
    asked
        int64: every compound that was asked for.
    rows, values
        Those with an answer, and their answers; a higher one is better.
    started
        bool, shape (rows,): those of the first round, which were not chosen by the surrogate.
    errors
        (answer - prediction) / deviation of compounds drawn at random in later rounds, predicted before.
    """

    asked: np.ndarray
    rows: np.ndarray
    values: np.ndarray
    started: np.ndarray
    errors: np.ndarray


class Space(Protocol):
    """A prepared library or a reaction library, as a search sees it."""

    @property
    def compounds(self) -> int:
        """How many there are."""

    @property
    def candidates(self) -> int:
        """How many of them may be asked for."""

    @property
    def key(self) -> str:
        """Content key."""

    def first(self, size: int, generator: np.random.Generator) -> np.ndarray:
        """Return the compounds of the first round, int64."""

    def choose(self, known: Known, size: int, random: int, acquisition: str, generator: np.random.Generator) -> Round:
        """Return a round of `size` compounds, `random` of them drawn at random."""

    def recall(self, known: Known, top: int) -> Recall:
        """Estimate how many of the best `top` compounds have been asked for."""

    def table(self, rows: np.ndarray) -> pa.Table:
        """Return record, name and smiles of compounds; an empty SMILES says that the compound cannot be made."""
