"""The estimators that can be trained: name to a function of the seed that builds an unfitted one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from screening.models.similarity_ensemble import SimilarityEnsemble


def _fast(seed: int) -> SimilarityEnsemble:
    return SimilarityEnsemble(seed=seed)


MODELS: dict[str, Callable[[int], Any]] = {
    "fast": _fast,
}
