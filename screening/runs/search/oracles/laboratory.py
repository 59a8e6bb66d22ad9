"""A person or an assay as the oracle: asked by a CSV file, told by another."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from screening.errors import UsageError
from screening.runs.search.oracles.oracle import Answer, Question


@dataclasses.dataclass(frozen=True)
class LaboratoryOracle:
    """Cannot be called: `screening.runs.search.ask_tell` asks it and is told.

    Attributes
    ----------
    score_name, higher_is_better
        What is measured, and its direction.
    """

    score_name: str
    higher_is_better: bool

    def describe(self) -> dict[str, Any]:
        """Return kind and what is measured."""
        return {"kind": "laboratory", "measured": self.score_name}

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        """Refuse.

        Raises
        ------
        UsageError
            Always.
        """
        raise UsageError("this search is answered by people", expected="workbench search ask, and search tell")
