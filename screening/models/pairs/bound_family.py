"""A family model bound to one target."""

from __future__ import annotations

import dataclasses
from functools import cached_property

import numpy as np

from screening.models.affinity import CompoundBlock, Predictions
from screening.models.card import ModelCard
from screening.models.estimators.blockwise import Piece, predict_in_blocks
from screening.models.evaluation import conformal
from screening.models.evaluation.conformal import BinnedInterval
from screening.models.fingerprint_index import nearest
from screening.models.fitted_model import FittedModel
from screening.models.pairs.limited_pairs import combined
from screening.models.pairs.sequence import difficulty_terms
from screening.models.pairs.training_target import MatchedTarget
from screening.models.training_set import TrainingSet

_BLOCK_ROWS = 512


@dataclasses.dataclass(frozen=True, repr=False)
class BoundFamilyModel(FittedModel):
    """A family model bound to one target: an `AffinityModel` as any other.

    Attributes
    ----------
    target
        Which training target the sequence is, or is nearest to.
    shared, own
        float64, shape (compounds,): what each training compound gives to compounds like it, and to itself.
    fitted
        float64, shape (compounds,): what is predicted for the training compounds at this target.
    measured_here, limits_here
        float64 and int8, shape (compounds,): what was measured at this target and whether it is a limit, as
        `measured_values` returns it.
    """

    card: ModelCard
    training: TrainingSet
    target: MatchedTarget
    shared: np.ndarray
    mean: float
    fitted: np.ndarray
    own: np.ndarray
    floor: float
    ceiling: float
    interval: BinnedInterval
    least_similarity: float
    key: str
    measured_here: np.ndarray
    limits_here: np.ndarray

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {text: row for row, text in enumerate(self.training.smiles)}

    def measured_values(self) -> tuple[np.ndarray, np.ndarray]:
        """Return what was measured at this target; NaN where nothing was, and for a target that was not trained on."""
        return self.measured_here, self.limits_here

    def predict_block(self, block: CompoundBlock) -> Predictions:
        """Predict the affinity of n compounds, with interval, domain and nearest training compound."""
        found = predict_in_blocks(block, _BLOCK_ROWS, self._predict, self.least_similarity)
        low, high = np.float32(self.floor), np.float32(self.ceiling)
        lower = np.minimum(np.maximum(found.lower, low), found.affinity)
        return dataclasses.replace(found, lower=lower, upper=np.minimum(found.upper, high))

    def _predict(self, block: CompoundBlock) -> Piece:
        similarity = self._index.similarity(block.fingerprints)
        affinity = self.mean + combined(similarity, self.shared)
        known = np.array([self._rows.get(text, -1) for text in block.smiles])
        affinity += np.where(known >= 0, self.own[known], 0.0)
        affinity = np.clip(affinity, self.floor, self.ceiling)
        near, rows = conformal.few_nearest(similarity)
        away = np.full(len(affinity), 1.0 - min(self.target.similarity, 1.0))
        terms = difficulty_terms(near, self.fitted[rows], affinity - self.floor, away, self.interval.intervals[0].scale)
        at, closeness = nearest(similarity)
        return affinity, self.interval.half_width(terms, closeness), at, closeness
