"""The estimators that can be trained: name to a function of the seed that builds an unfitted one.

An estimator has ``inputs(block)`` (what it sees of compounds, with ``take``), ``fit(inputs, y)``, ``parts(inputs,
similarity)`` (float64, a column for each member), ``combine(parts)``, a parameter ``share`` of the first member, and
``block_rows``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from screening.models.kernel_ensemble import KernelEnsemble
from screening.models.similarity_ensemble import SimilarityEnsemble

MODELS: dict[str, Callable[[int], Any]] = {
    "ensemble": lambda seed: KernelEnsemble(seed=seed),
    "fast": lambda seed: SimilarityEnsemble(seed=seed),
}

#: Fast model that goes before a slow one in a screen, and the part of a library that is worth the second pass.
FIRST_STAGE = {"ensemble": ("fast", 0.02)}
