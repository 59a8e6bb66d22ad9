"""A trained model of one target."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import Any

import numpy as np

from screening.models import conformal
from screening.models.affinity import PREDICTION_DECIMALS, AffinityKind, CompoundBlock, Predictions
from screening.models.card import ModelCard
from screening.models.conformal import Interval
from screening.models.neighbours import FingerprintIndex, nearest
from screening.models.similarity_ensemble import design_matrix
from screening.models.training_set import TrainingSet

#: Rows predicted together. Matrix products are always done on this many rows (the last block is padded), so that the
#: order of a sum, and with it the last bits of a prediction, cannot depend on the batch a compound is in.
BLOCK_ROWS = 512


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
        Fitted; ``parts(X, similarity)`` gives the members of the ensemble, ``predict`` their combination.
    interval
        Calibrated 90 % interval.
    least_similarity
        Compounds less similar than this to every training compound are outside the domain.
    """

    card: ModelCard
    training: TrainingSet
    estimator: Any
    interval: Interval
    least_similarity: float
    key: str

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
        pieces = [self._predict(block, start) for start in range(0, len(block), BLOCK_ROWS)]
        if not pieces:
            empty = np.zeros(0, dtype=np.float32)
            return Predictions(empty, empty, empty, empty.astype(bool), empty.astype(np.int32), empty)
        affinity, half, at, closeness = (np.concatenate(column) for column in zip(*pieces))
        return Predictions(
            affinity=rounded(affinity),
            lower=rounded(affinity - half),
            upper=rounded(affinity + half),
            in_domain=closeness >= np.float32(self.least_similarity),
            nearest=at,
            similarity=rounded(closeness),
        )

    def _predict(self, block: CompoundBlock, start: int) -> tuple[np.ndarray, ...]:
        rows = slice(start, start + BLOCK_ROWS)
        packed, properties = block.fingerprints[rows], block.properties[rows]
        n = len(packed)
        if n < BLOCK_ROWS:
            packed = np.vstack([packed, np.zeros((BLOCK_ROWS - n, packed.shape[1]), dtype=np.uint8)])
            properties = np.vstack([properties, np.zeros((BLOCK_ROWS - n, properties.shape[1]), dtype=np.float32)])
        similarity = self._index.similarity(packed)
        parts = self.estimator.parts(design_matrix(packed, properties), similarity)
        affinity = self.estimator.combine(parts)
        terms = conformal.surroundings(similarity, self.training.values, parts, self.interval.scale)
        at, closeness = nearest(similarity)
        return affinity[:n], self.interval.half_width(terms)[:n], at[:n], closeness[:n]


def rounded(values: np.ndarray) -> np.ndarray:
    """Return float32 values rounded to `PREDICTION_DECIMALS`, so that equal compounds tie exactly."""
    return np.round(values.astype(np.float64), PREDICTION_DECIMALS).astype(np.float32)
