"""A model of the probability that a compound is active."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from screening.models.affinity import CompoundBlock, Predictions
from screening.models.card import ModelCard
from screening.models.evaluation.probability import Calibration
from screening.models.first_stage import stages_of, stages_state
from screening.models.fitted_model import FittedModel
from screening.models.trained import TrainedModel
from screening.models.training_set import TrainingSet


@dataclasses.dataclass(frozen=True, repr=False)
class ActivityModel(FittedModel):
    """A model of values, whose predictions are turned into calibrated probabilities.

    Attributes
    ----------
    card
        What it is and how good it is.
    training
        The compounds it was trained on, with their measured values (or 1 and 0 where the file has labels).
    scorer
        Predicts the value.
    calibration
        From predicted value to probability.
    threshold
        Compounds of this value or a higher one are active.
    key
        Content key.
    first_stage, first_stage_keep
        As in `screening.models.trained.TrainedModel`.
    """

    card: ModelCard
    training: TrainingSet
    scorer: TrainedModel
    calibration: Calibration
    threshold: float
    key: str
    first_stage: ActivityModel | None = None
    first_stage_keep: float = 0.0

    def predict_block(self, block: CompoundBlock) -> Predictions:
        """Predict the probability of n compounds; `lower` and `upper` are its Venn-Abers range.

        The probability is a rising function of the predicted value, which is rounded: equal compounds tie exactly.
        """
        return self.reported(self.scorer.predict(block))

    @property
    def uses_features(self) -> bool:
        """Whether it sees what `screening.features.library_features` stores."""
        return self.scorer.uses_features

    def reported(self, found: Predictions) -> Predictions:
        """Turn values that the scorer, or a stand-in of it, predicts into probabilities."""
        lower, upper = self.calibration.bounds(found.affinity)
        return dataclasses.replace(
            found,
            affinity=self.calibration.probability(found.affinity).astype(np.float32),
            lower=lower.astype(np.float32),
            upper=upper.astype(np.float32),
        )

    def to_state(self) -> dict[str, Any]:
        """Return what a model file holds of it."""
        return {
            "scorer": dataclasses.replace(self.scorer, first_stage=None).to_state(),
            "scorer_card": self.scorer.card.to_json(),
            "scorer_key": self.scorer.key,
            "calibration": dataclasses.asdict(self.calibration),
            "threshold": self.threshold,
            **stages_state(self),
        }

    @classmethod
    def from_state(cls, card: ModelCard, training: TrainingSet, state: dict[str, Any], key: str) -> ActivityModel:
        """Read back what `to_state` wrote."""
        scorer_card = ModelCard.from_json(state["scorer_card"])
        return cls(
            card=card,
            training=training,
            scorer=TrainedModel.from_state(scorer_card, training, state["scorer"], state["scorer_key"]),
            calibration=Calibration(**state["calibration"]),
            threshold=float(state["threshold"]),
            key=key,
            **stages_of(cls, training, state),
        )
