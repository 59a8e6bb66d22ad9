"""A trained model of one target."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from screening.models.affinity import CompoundBlock, Predictions
from screening.models.card import ModelCard
from screening.models.estimators.blockwise import Piece, predict_in_blocks
from screening.models.evaluation import conformal
from screening.models.evaluation.conformal import Interval
from screening.models.fingerprint_index import nearest
from screening.models.first_stage import stages_of, stages_state
from screening.models.fitted_model import FittedModel
from screening.models.training_set import TrainingSet


@dataclasses.dataclass(frozen=True, repr=False)
class TrainedModel(FittedModel):
    """A fitted estimator with its training set, interval, domain and card.

    Attributes
    ----------
    card
        What it is and how good it is.
    training
        The compounds it was trained on.
    estimator
        Fitted; see `screening.models.estimators.catalog`.
    interval
        Calibrated 90 % interval.
    least_similarity
        Compounds less similar than this to every training compound are outside the domain.
    key
        Content key.
    first_stage
        A fast model of the same data, for the first pass of a screen; None if this one is fast.
    first_stage_keep
        Part of a library that deserves the second pass.
    """

    card: ModelCard
    training: TrainingSet
    estimator: Any
    interval: Interval
    least_similarity: float
    key: str
    first_stage: TrainedModel | None = None
    first_stage_keep: float = 0.0

    def to_state(self) -> dict[str, Any]:
        """Return what a model file holds of it."""
        return {
            "estimator": self.estimator,
            "interval": dataclasses.asdict(self.interval),
            "least_similarity": self.least_similarity,
            **stages_state(self),
        }

    @classmethod
    def from_state(cls, card: ModelCard, training: TrainingSet, state: dict[str, Any], key: str) -> TrainedModel:
        """Read back what `to_state` wrote."""
        return cls(
            card=card,
            training=training,
            estimator=state["estimator"],
            interval=Interval.from_state(state["interval"]),
            least_similarity=float(state["least_similarity"]),
            key=key,
            **stages_of(cls, training, state),
        )

    @property
    def scorer(self) -> TrainedModel:
        """The model whose value decides the rank of a compound: this one."""
        return self

    @property
    def uses_features(self) -> bool:
        """Whether it sees what `screening.features.library_features` stores."""
        return hasattr(self.estimator, "expansion")

    #: Whether `expanded` can do without stored features.
    terms_of_bits = False

    def expanded(self, *, stored: bool = True) -> Callable[[CompoundBlock], np.ndarray]:
        """Return what gives the terms, float64, shape (n, terms), of n compounds; `stored`: they come with features.

        Raises
        ------
        ValueError
            If they do not.
        """
        if not stored:
            raise ValueError("an expansion sees stored features")
        expansion = self.estimator.expansion()

        def terms(block: CompoundBlock) -> np.ndarray:
            assert block.features is not None
            return np.asarray(expansion.terms(block.features))

        return terms

    def half_around(self, similarity: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Return half the width of the interval that this fast model would give around other numbers, shape (n,)."""
        members = np.column_stack([self.estimator.process(similarity), numbers])
        terms = conformal.surroundings(similarity, self.training.values, members, self.interval.scale)
        return self.interval.half_width(terms)

    def reported(self, found: Predictions) -> Predictions:
        """Return what this model tells of a compound that its scorer, or a stand-in of it, predicts so: the same."""
        return found

    def predict_block(self, block: CompoundBlock) -> Predictions:
        """Predict the affinity of n compounds, with interval, domain and nearest training compound."""
        return predict_in_blocks(block, self.estimator.block_rows, self._predict, self.least_similarity)

    def _predict(self, block: CompoundBlock) -> Piece:
        similarity = self.similarity(block.fingerprints)
        parts = self.estimator.parts(self.estimator.inputs(block), similarity)
        terms = conformal.surroundings(similarity, self.training.values, parts, self.interval.scale)
        at, closeness = nearest(similarity)
        return self.estimator.combine(parts), self.interval.half_width(terms), at, closeness
