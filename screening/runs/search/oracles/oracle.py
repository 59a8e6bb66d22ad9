"""An oracle: what is asked for the value of a compound, at some price."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Protocol


@dataclasses.dataclass(frozen=True)
class Question:
    """A compound that is asked about: its record in the library, name and parent SMILES."""

    record: int
    name: str
    smiles: str


@dataclasses.dataclass(frozen=True)
class Answer:
    """A value, or None with the reason why there is none."""

    value: float | None
    reason: str = ""


class Oracle(Protocol):
    """Answers questions on the workers; a small dataclass that pickles."""

    @property
    def score_name(self) -> str:
        """What its answers are, such as ``"docking score"``."""

    @property
    def higher_is_better(self) -> bool:
        """Direction of its answers."""

    def describe(self) -> dict[str, Any]:
        """Return what decides its answers, as JSON values; part of the key of a search."""

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        """Return one answer for each question, in their order."""


def in_full(oracle: Oracle) -> Oracle | None:
    """Return the slower oracle that answers the same question better; None if there is none."""
    again: Oracle | None = getattr(oracle, "in_full", None)
    return again
