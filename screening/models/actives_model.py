"""A model that ranks compounds by their similarity to known actives."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from screening.models.affinity import CompoundBlock, Predictions
from screening.models.card import ModelCard
from screening.models.estimators.blockwise import rounded
from screening.models.estimators.similarity_to_actives import SimilarityToActives, pooled
from screening.models.fingerprint_index import nearest
from screening.models.fitted_model import FittedModel
from screening.models.training_set import TrainingSet

#: Compounds scored together.
BLOCK_ROWS = 512


@dataclasses.dataclass(frozen=True, repr=False)
class ActivesModel(FittedModel):
    """SimilarityToActives to known actives, with their set, the domain and the card; its numbers are no affinities.

    Attributes
    ----------
    card
        What it is and how well each active is found by the others.
    training
        The actives; their values are 1.
    scorer
        Fitted.
    least_similarity
        Compounds less similar (Tanimoto, Morgan) than this to every active are outside the domain.
    bit_scale
        Mean and deviation over the background of the score that fingerprint bits alone give.
    key
        Content key.
    """

    card: ModelCard
    training: TrainingSet
    scorer: SimilarityToActives
    least_similarity: float
    bit_scale: tuple[float, float]
    key: str

    def bits_score(self, fingerprints: np.ndarray) -> np.ndarray:
        """Return the score that packed fingerprints alone give, float64, shape (n,): what atoms are credited by."""
        raw = pooled(self._index.similarity(fingerprints).astype(np.float64))
        return np.asarray((raw - self.bit_scale[0]) / self.bit_scale[1])

    def predict_block(self, block: CompoundBlock) -> Predictions:
        """Score n compounds; `lower` and `upper` span the scores with each group of actives left out."""
        pieces: list[tuple[np.ndarray, ...]] = []
        for start in range(0, len(block), BLOCK_ROWS):
            part = slice(start, start + BLOCK_ROWS)
            scores = self.scorer.scores(block.smiles[part])
            at, closeness = nearest(self._index.similarity(block.fingerprints[part]))
            pieces.append((scores[0], scores.min(axis=0), scores.max(axis=0), at, closeness))
        if not pieces:
            empty = np.zeros(0, dtype=np.float32)
            return Predictions(empty, empty, empty, empty.astype(bool), empty.astype(np.int32), empty)
        score, lower, upper, at, closeness = (np.concatenate(column) for column in zip(*pieces))
        return Predictions(
            affinity=rounded(score),
            lower=rounded(lower),
            upper=rounded(upper),
            in_domain=closeness >= np.float32(self.least_similarity),
            nearest=at,
            similarity=rounded(closeness),
        )

    def measured_values(self) -> tuple[np.ndarray, np.ndarray]:
        """Return NaN for each: known actives come without values."""
        return np.full(len(self.training), np.nan), self.training.limits

    def to_state(self) -> dict[str, Any]:
        """Return what a model file holds of it."""
        return {
            "likeness": self.scorer.__getstate__(),
            "least_similarity": self.least_similarity,
            "bit_scale": list(self.bit_scale),
        }

    @classmethod
    def from_state(cls, card: ModelCard, training: TrainingSet, state: dict[str, Any], key: str) -> ActivesModel:
        """Read back what `to_state` wrote."""
        mean, deviation = (float(value) for value in state["bit_scale"])
        scorer = SimilarityToActives(**state["likeness"])
        return cls(card, training, scorer, float(state["least_similarity"]), (mean, deviation), key)
