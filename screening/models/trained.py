"""A trained model of one target."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import Any

from screening.models import conformal
from screening.models.affinity import AffinityKind, CompoundBlock, Predictions
from screening.models.card import ModelCard
from screening.models.conformal import Interval
from screening.models.neighbours import FingerprintIndex, nearest
from screening.models.steady import Piece, predict_in_blocks
from screening.models.training_set import TrainingSet


@dataclasses.dataclass(frozen=True, repr=False)
class TrainedModel:
    """A fitted estimator with its training set, interval, domain and card.

    Attributes
    ----------
    card
        What it is and how good it is.
    training
        The compounds it was trained on.
    estimator
        Fitted; see `screening.models.catalog`.
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

    @property
    def kind(self) -> AffinityKind:
        """What the predicted number is."""
        return AffinityKind(self.card.kind)

    @property
    def training_names(self) -> list[str]:
        """Names of the training compounds."""
        return self.training.names

    @property
    def training_identities(self) -> list[bytes]:
        """Identity keys of the training compounds."""
        return self.training.identities

    def seen(self, smiles: str) -> bool:
        """Say whether a compound, or a stereoisomer or tautomer of it, was trained on."""
        return self.training.seen(smiles)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.card.line()}, key {self.key[:8]}>"

    def _repr_html_(self) -> str:
        return self.card._repr_html_()

    @cached_property
    def _index(self) -> FingerprintIndex:
        return FingerprintIndex(self.training.fingerprints)

    def predict(self, block: CompoundBlock) -> Predictions:
        """Predict the affinity of n compounds, with interval, domain and nearest training compound."""
        return predict_in_blocks(block, self.estimator.block_rows, self._predict, self.least_similarity)

    def _predict(self, block: CompoundBlock) -> Piece:
        similarity = self._index.similarity(block.fingerprints)
        parts = self.estimator.parts(self.estimator.inputs(block), similarity)
        terms = conformal.surroundings(similarity, self.training.values, parts, self.interval.scale)
        at, closeness = nearest(similarity)
        return self.estimator.combine(parts), self.interval.half_width(terms), at, closeness
