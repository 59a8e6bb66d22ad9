"""A fast stand-in for a slow model in one screen: it chooses which compounds are worth the slow model's time.

Where the library has its features stored, it is the terms of the model's expansion
(`screening.models.estimators.expansion`), weighted so that they follow the model on this library. Elsewhere it is
*fitted trees*: boosted trees, fitted to the model's own numbers on this library, that see what every prepared library
holds (Buciluă, Caruana and Niculescu-Mizil, Model compression, KDD 2006); or, for a family model, what its fast model
of the same data says, weighted as an expansion is. Each costs some twenty microseconds a compound.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from screening.errors import FileError
from screening.features.packed_features import PackedFeatures
from screening.models.affinity import CompoundBlock, Predictions
from screening.models.estimators.blockwise import Piece, blockwise_product, predict_in_blocks
from screening.models.estimators.boosting import BoostedTrees
from screening.models.fingerprint_index import nearest

#: Compounds predicted together: a part of a library, whose features are looked up once.
_BLOCK_ROWS = 2048


def unfitted() -> BoostedTrees:
    """Return the unfitted trees of a stand-in."""
    return BoostedTrees(trees=250, learning_rate=0.08, leaves=31, smallest_leaf=10, column_share=0.2, least_present=5)


@dataclasses.dataclass(frozen=True)
class StandIn:
    """What a run has learnt of its library.

    Attributes
    ----------
    threshold
        Compounds of this number or a higher one are worth the slow model's time.
    keep
        Part of the library that these are, as far as a sample of it tells.
    recall
        Part of the slow model's best that is expected among them.
    taught
        Compounds that were scored by the slow model to learn this.
    trees
        Of fitted trees to `PackedFeatures.matrix`; None for an expansion.
    coefficients
        Of the terms of the expansion, the constant first; None for fitted trees.
    stored
        Whether the terms are of stored features.
    """

    threshold: float
    keep: float
    recall: float
    taught: int
    trees: BoostedTrees | None = None
    coefficients: np.ndarray | None = None
    stored: bool = True

    def facts(self) -> dict[str, Any]:
        """Return its kind, and what is known of it."""
        kind = "fitted trees" if self.coefficients is None else "expansion" if self.stored else "fast model"
        return {"kind": kind, **{name: getattr(self, name) for name in ("threshold", "keep", "recall", "taught")}}

    def to_json(self) -> str:
        """Return JSON text."""
        facts = self.facts()
        if self.trees is not None:
            facts |= {"columns": self.trees.columns_.tolist(), "trees": self.trees.model_text_}
        if self.coefficients is not None:
            facts["coefficients"] = self.coefficients.tolist()
        return json.dumps(facts, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> StandIn:
        """Read back what `to_json` wrote."""
        raw: dict[str, Any] = json.loads(text)
        trees = coefficients = None
        if "trees" in raw:
            trees = unfitted()
            trees.columns_ = np.array(raw["columns"], dtype=np.int32)
            trees.model_text_ = raw["trees"]
        else:
            coefficients = np.array(raw["coefficients"], dtype=np.float64)
        numbers = (float(raw["threshold"]), float(raw["keep"]), float(raw["recall"]), int(raw["taught"]))
        return cls(*numbers, trees, coefficients, raw.get("kind") != "fast model")


class Staged(Protocol):
    """What a stand-in needs of a slow model, and of the fast model of the same data."""

    @property
    def least_similarity(self) -> float:
        """Compounds less similar than this to every training compound are outside the domain."""

    def similarity(self, fingerprints: np.ndarray) -> np.ndarray:
        """Return the Tanimoto similarities of packed fingerprints to the training compounds, float32, shape (n, m)."""

    def expanded(self, *, stored: bool = True) -> Callable[[CompoundBlock], np.ndarray]:
        """Return what gives the terms of its expansion, float64, shape (n, terms); the slow model is asked."""

    def half_around(self, similarity: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Return half the width of the interval around other numbers, shape (n,); the fast model is asked."""


class StandInModel:
    """A stand-in of a slow model, with the domain and the neighbours that the model would tell.

    Intervals are those that the fast model of the same data would give, around the number of the stand-in.

    Parameters
    ----------
    scorer
        The slow model.
    fast
        The fast model of the same data.
    stand_in
        What was learnt of the library.
    """

    def __init__(self, scorer: Staged, fast: Staged, stand_in: StandIn) -> None:
        self._scorer, self._fast = scorer, fast
        self._trees, self._coefficients = stand_in.trees, stand_in.coefficients
        self._terms = None if self._coefficients is None else scorer.expanded(stored=stand_in.stored)

    def predict(self, block: CompoundBlock) -> Predictions:
        """Predict the value of n compounds, with interval, domain and nearest training compound."""
        return predict_in_blocks(block, _BLOCK_ROWS, self._predict, self._fast.least_similarity)

    def _predict(self, block: CompoundBlock) -> Piece:
        similarity = self._scorer.similarity(block.fingerprints)
        learnt = self.numbers(block)
        at, closeness = nearest(similarity)
        return learnt, self._fast.half_around(similarity, learnt), at, closeness

    def numbers(self, block: CompoundBlock) -> np.ndarray:
        """Return the numbers alone, float64, shape (n,)."""
        if self._trees is not None:
            return self._trees.predict(PackedFeatures(block.fingerprints, block.properties).matrix())
        assert self._coefficients is not None
        assert self._terms is not None
        return self._coefficients[0] + blockwise_product(self._terms(block), self._coefficients[1:], _BLOCK_ROWS)


def read_stand_in(path: str | Path, sha256: str | None = None) -> tuple[StandIn, str]:
    """Read the stand-in of a run and the SHA-256 of its file.

    Raises
    ------
    FileError
        If it is missing or damaged, or is not the one with this SHA-256.
    """
    try:
        content = Path(path).read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if sha256 not in (None, found):
            raise ValueError("another file")
        return StandIn.from_json(content.decode()), found
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(
            "is missing, damaged or was changed; run the same screen command again to mend it", source=path
        ) from error
