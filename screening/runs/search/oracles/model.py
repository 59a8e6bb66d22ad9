"""A saved model as the oracle: for trying a search out, and for models too slow to score a whole library."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from screening.models.affinity import AffinityModel
from screening.models.storage import bind, load_model
from screening.models.training_set import compound_block
from screening.runs.search.oracles.oracle import Answer, Question


@dataclasses.dataclass(frozen=True)
class ModelOracle:
    """Predicts.

    Attributes
    ----------
    path
        Folder of a saved model.
    sequence
        Of the target, for a model that needs one.
    """

    path: str
    sequence: str | None = None
    higher_is_better: bool = True

    @property
    def score_name(self) -> str:
        """The kind of number that the model predicts."""
        return str(_model(self.path, self.sequence).kind)

    def describe(self) -> dict[str, Any]:
        """Return kind and the key of the model as bound to the target."""
        return {"kind": "model", "model": _model(self.path, self.sequence).key}

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        """Return the predictions."""
        found = _model(self.path, self.sequence).predict(compound_block([question.smiles for question in questions]))
        return [
            Answer(float(value)) if np.isfinite(value) else Answer(None, found.problems.get(row, "no prediction"))
            for row, value in enumerate(found.affinity)
        ]


@lru_cache(maxsize=2)
def _model(path: str, sequence: str | None) -> AffinityModel:
    return bind(load_model(path), sequence)
