"""A family model bound to one target.

One with a slow kernel of compounds has a fast model of the same data beside it. What the nearest training compounds
scatter by, which an interval depends on, is taken from the fast one: no kernel among the training compounds is needed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cached_property

import numpy as np

from screening.models.affinity import CompoundBlock, Predictions
from screening.models.card import ModelCard
from screening.models.estimators.blockwise import Piece, blockwise_product, predict_in_blocks, rounded
from screening.models.evaluation import conformal
from screening.models.evaluation.conformal import BinnedInterval
from screening.models.fitted_model import FittedModel
from screening.models.pairs.family.compound_kernel import CompoundKernel
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
        float64, shape (compounds,): what is predicted for the training compounds at this target, by the fast model.
    calibration
        From computed numbers to affinities.
    measured_here, limits_here
        float64 and int8, shape (compounds,): what was measured at this target and whether it is a limit, as
        `measured_values` returns it.
    measured_of
        The training target these values are of, where the binding site of this one differs from it by a mutation;
        empty where the values are of this target.
    kernel
        Of the compounds; None where it is their Tanimoto similarity.
    first_stage, first_stage_keep
        As in `screening.models.trained.TrainedModel`.
    """

    card: ModelCard
    training: TrainingSet
    target: MatchedTarget
    shared: np.ndarray
    mean: float
    fitted: np.ndarray
    own: np.ndarray
    calibration: ReportedAffinity
    interval: BinnedInterval
    least_similarity: float
    key: str
    measured_here: np.ndarray
    limits_here: np.ndarray
    measured_of: str = ""
    kernel: CompoundKernel | None = None
    first_stage: BoundFamilyModel | None = None
    first_stage_keep: float = 0.0

    @property
    def scorer(self) -> FamilyScorer:
        """What computes the number that decides the rank of a compound."""
        return FamilyScorer(self)

    @property
    def uses_features(self) -> bool:
        """Whether it sees what `screening.features.library_features` stores."""
        return self.kernel is not None

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
        return self._within_range(found)

    def _within_range(self, found: Predictions) -> Predictions:
        low, high = np.float32(self.calibration.floor), np.float32(self.calibration.ceiling)
        lower = np.minimum(np.maximum(found.lower, low), found.affinity)
        return dataclasses.replace(found, lower=lower, upper=np.minimum(found.upper, high))

    def _predict(self, block: CompoundBlock) -> Piece:
        similarity = self._index.similarity(block.fingerprints)
        computed, known = self.computed(block, similarity)
        affinity = self.calibration.of(computed, known)
        few = conformal.few_nearest(similarity)
        return affinity, self.half_width(few, affinity), *nearest_of(few)

    def kernel_rows(self, block: CompoundBlock, similarity: np.ndarray) -> np.ndarray:
        """Return the kernel of n compounds of these Tanimoto similarities to the training compounds, shape (n, m)."""
        return similarity if self.kernel is None else self.kernel.rows(block, similarity)

    def computed(self, block: CompoundBlock, similarity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return numbers before they are calibrated, and which compounds are of the training, of shape (n,) each."""
        found = self.mean + combined(self.kernel_rows(block, similarity), self.shared)
        known = np.array([self._rows.get(text, -1) for text in block.smiles], dtype=np.int64)
        found += np.where(known >= 0, self.own[known], 0.0)
        return found, known >= 0

    def half_width(self, few: tuple[np.ndarray, np.ndarray], affinity: np.ndarray) -> np.ndarray:
        """Return half the widths of the intervals of n affinities, float64, shape (n,).

        Parameters
        ----------
        few
            Their nearest training compounds, as `conformal.few_nearest` returns them.
        affinity
            float64, shape (n,).
        """
        near, rows = few
        away = np.full(len(affinity), 1.0 - min(self.target.similarity, 1.0))
        terms = difficulty_terms(
            near, self.fitted[rows], affinity - self.calibration.floor, away, self.interval.intervals[0].scale
        )
        return self.interval.half_width(terms, near[:, 0])

    def reported(self, found: Predictions) -> Predictions:
        """Turn numbers that a stand-in of the scorer predicts for compounds unseen into affinities."""
        value = self.calibration.of(found.affinity.astype(np.float64), np.zeros(len(found.affinity), dtype=bool))
        affinity = rounded(value)
        lower, upper = (rounded(value + (one - found.affinity)) for one in (found.lower, found.upper))
        return self._within_range(dataclasses.replace(found, affinity=affinity, lower=lower, upper=upper))


@dataclasses.dataclass(frozen=True)
class FamilyScorer:
    """What a bound family model computes, before it is reported as an affinity: what a stand-in is taught.

    Attributes
    ----------
    model
        Which.
    """

    model: BoundFamilyModel

    @property
    def least_similarity(self) -> float:
        """Compounds less similar than this to every training compound are outside the domain."""
        return self.model.least_similarity

    def predict(self, block: CompoundBlock) -> Predictions:
        """Compute the numbers of n compounds, with interval, domain and nearest training compound."""
        return predict_in_blocks(block, _BLOCK_ROWS, self._predict, self.least_similarity)

    def _predict(self, block: CompoundBlock) -> Piece:
        similarity = self.similarity(block.fingerprints)
        found, known = self.model.computed(block, similarity)
        few = conformal.few_nearest(similarity)
        half = self.model.half_width(few, self.model.calibration.of(found, known))
        return found, half, *nearest_of(few)

    def similarity(self, fingerprints: np.ndarray) -> np.ndarray:
        """Return the Tanimoto similarities of packed fingerprints to the training compounds, float32, shape (n, m)."""
        return self.model.similarity(fingerprints)

    #: Whether `expanded` can do without stored features.
    terms_of_bits = True

    def expanded(self, *, stored: bool = True) -> Callable[[CompoundBlock], np.ndarray]:
        """Return what gives the terms, float64, shape (n, terms), that the number is nearly a sum of.

        Where compounds come without features, these are what their fingerprint bits say, by the weights of this model
        and by those of the fast one.

        Raises
        ------
        ValueError
            If the model has no slow kernel.
        """
        model, first = self.model, self.model.first_stage
        if model.kernel is None or first is None:
            raise ValueError("a model without a slow kernel needs no expansion")
        if stored:
            return model.kernel.expanded(model._index, model.shared)
        weights = np.column_stack([first.shared, model.shared])

        def terms(block: CompoundBlock) -> np.ndarray:
            return blockwise_product(self.similarity(block.fingerprints), weights, _BLOCK_ROWS)

        return terms

    def half_around(self, similarity: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Return half the width of the interval that this fast model would give around other numbers, shape (n,)."""
        model = self.model
        affinity = model.calibration.of(numbers, np.zeros(len(numbers), dtype=bool))
        return model.half_width(conformal.few_nearest(similarity), affinity)


def nearest_of(few: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return row (int32) and similarity (float32) of the nearest of the few nearest, shape (n,) each."""
    near, rows = few
    return rows[:, 0].astype(np.int32), near[:, 0].astype(np.float32)
