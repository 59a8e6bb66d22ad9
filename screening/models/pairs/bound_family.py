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
from screening.models.pairs.family.reported_affinity import ReportedAffinity
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
    measured_of
        The training target these values are of, where the binding site of this one differs from it by a mutation;
        empty where the values are of this target.
    """

    card: ModelCard
    training: TrainingSet
    target: MatchedTarget
    shared: np.ndarray
    mean: float
    fitted: np.ndarray
    own: np.ndarray
    reported: ReportedAffinity
    interval: BinnedInterval
    least_similarity: float
    key: str
    measured_here: np.ndarray
    limits_here: np.ndarray
    measured_of: str = ""

    @property
    def matched(self) -> str:
        """Which training target the sequence is, or is most like, in one clause."""
        return self.target.sentence()

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {text: row for row, text in enumerate(self.training.smiles)}

    def measured_values(self) -> tuple[np.ndarray, np.ndarray]:
        """Return what was measured at this target, or at the one named `measured_of`; NaN where nothing was."""
        return self.measured_here, self.limits_here

    def known_row(self, smiles: str) -> int:
        """Return the row of the training compound with this parent SMILES; -1 if there is none."""
        return self._rows.get(smiles, -1)

    def measured_text(self, row: int) -> str:
        """Return what was measured of a training compound at this very target, as text; empty where nothing was."""
        if row < 0 or self.measured_of or not np.isfinite(self.measured_here[row]):
            return ""
        return f"{'< ' if self.limits_here[row] < 0 else ''}{self.measured_here[row]:.2f}"

    def predict_block(self, block: CompoundBlock) -> Predictions:
        """Predict the affinity of n compounds, with interval, domain and nearest training compound."""
        found = predict_in_blocks(block, _BLOCK_ROWS, self._predict, self.least_similarity)
        low, high = np.float32(self.reported.floor), np.float32(self.reported.ceiling)
        lower = np.minimum(np.maximum(found.lower, low), found.affinity)
        return dataclasses.replace(found, lower=lower, upper=np.minimum(found.upper, high))

    def _predict(self, block: CompoundBlock) -> Piece:
        similarity = self._index.similarity(block.fingerprints)
        affinity = self.mean + combined(similarity, self.shared)
        known = np.array([self._rows.get(text, -1) for text in block.smiles])
        affinity += np.where(known >= 0, self.own[known], 0.0)
        affinity = self.reported.of(affinity, known >= 0)
        near, rows = conformal.few_nearest(similarity)
        away = np.full(len(affinity), 1.0 - min(self.target.similarity, 1.0))
        terms = difficulty_terms(
            near, self.fitted[rows], affinity - self.reported.floor, away, self.interval.intervals[0].scale
        )
        at, closeness = nearest(similarity)
        return affinity, self.interval.half_width(terms, closeness), at, closeness
