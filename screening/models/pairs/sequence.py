"""A model of many targets that is bound to one by its protein sequence."""

from __future__ import annotations

import dataclasses
import difflib
from functools import cached_property
from typing import Any

import numpy as np

from screening.errors import ModelError
from screening.models.affinity import CompoundBlock, Predictions
from screening.models.card import ModelCard
from screening.models.estimators.blockwise import Piece, blockwise_product, predict_in_blocks
from screening.models.evaluation import conformal
from screening.models.evaluation.conformal import BinnedInterval, Interval
from screening.models.fingerprint_index import FingerprintIndex, nearest
from screening.models.fitted_model import FittedModel
from screening.models.prediction_table import require_asked, sequence_asked
from screening.models.training_set import TrainingSet
from screening.provenance import content_key
from screening.targets.sequences import alignment

_BLOCK_ROWS = 512

#: Terms of the difficulty of a bound model.
TERMS = (
    "constant",
    "distance to the nearest compound",
    "distance to the five nearest compounds",
    "predicted affinity above the floor of the assay",
    "distance to the nearest target",
    "scatter of the nearest compounds",
)


@dataclasses.dataclass(frozen=True)
class NearestTarget:
    """The training target most similar to a sequence: its name, its similarity (0 to 1) and the raw alignment score."""

    name: str
    similarity: float
    score: float


@dataclasses.dataclass(frozen=True, repr=False)
class SequenceModel(FittedModel):
    """Affinity of a compound to any member of a protein family, by kernels on compounds and on sequences.

    Attributes
    ----------
    card
        What it is and how good it is.
    training
        The compounds; `training.values` are means over the targets.
    family
        What the targets are, such as ``"protein kinase"``.
    target_names, target_sequences
        The k training targets.
    measured
        float32, shape (compounds, k): the training table, NaN where nothing was measured.
    weights
        float32, shape (compounds, k), see `screening.models.pairs.pair_regression`.
    mean, compound_constant, target_constant
        The rest of the fit.
    floor, ceiling
        Weakest affinity the assay can tell, and the tightest that was measured; intervals end there.
    interval
        Calibrated on compounds and targets left out.
    least_similarity
        Compounds less similar than this to every training compound are outside the domain.
    least_score
        Sequences that align worse than this with every training target are refused.
    key
        Content key.
    target_kernel
        float16, shape (k, k): similarities of the training targets, for predictions against all of them.
    """

    card: ModelCard
    training: TrainingSet
    family: str
    target_names: tuple[str, ...]
    target_sequences: tuple[str, ...]
    measured: np.ndarray
    weights: np.ndarray
    mean: float
    compound_constant: float
    target_constant: float
    floor: float
    ceiling: float
    interval: BinnedInterval
    least_similarity: float
    least_score: float
    key: str
    target_kernel: np.ndarray | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.card.line()}, {len(self.target_names)} targets, key {self.key[:8]}>"

    @cached_property
    def _self_scores(self) -> np.ndarray:
        return np.array([alignment.self_score(sequence) for sequence in self.target_sequences])

    def target_similarity(self, sequence: str) -> tuple[np.ndarray, np.ndarray]:
        """Return (similarities, raw alignment scores) of a sequence to the training targets, float64, shape (k,)."""
        unique = sorted(set(self.target_sequences))
        scores = dict(zip(unique, alignment.alignment_scores(sequence, unique)))
        raw = np.array([scores[other] for other in self.target_sequences])
        own = max(alignment.self_score(sequence), 1.0)
        return raw / np.sqrt(own * self._self_scores), raw

    def nearest_target(self, sequence: str) -> NearestTarget:
        """Return the training target most similar to a sequence.

        Raises
        ------
        ModelError
            If the sequence is not of the family.
        """
        return self._nearest(sequence, *self.target_similarity(sequence))

    def _nearest(self, sequence: str, similarity: np.ndarray, raw: np.ndarray) -> NearestTarget:
        at = int(similarity.argmax())
        found = NearestTarget(self.target_names[at], round(float(similarity[at]), 3), float(raw.max()))
        if raw.max() < self.least_score:
            closest = self.target_names[int(raw.argmax())]
            raise ModelError(
                f"the sequence of the target ({len(sequence)} residues) is no {self.family}: it aligns best"
                f" with {closest}, with a score of {raw.max():.0f}",
                source=self.card.title,
                expected=f"a {self.family} (score of {self.least_score:.0f} or more)",
            )
        return found

    def bind(self, sequence: str) -> BoundModel:
        """Return the model of the target with this sequence.

        Raises
        ------
        ModelError
            If the sequence is not of the family.
        """
        clean = alignment.clean(sequence)
        similarity, raw = self.target_similarity(clean)
        found = self._nearest(clean, similarity, raw)
        weights = self.weights.astype(np.float64) @ (similarity + self.target_constant)
        kernel = FingerprintIndex(self.training.fingerprints).similarity(self.training.fingerprints)
        fitted = self.mean + (kernel.astype(np.float64) + self.compound_constant) @ weights
        return BoundModel(
            card=self.card,
            training=self.training,
            target=found,
            weights=weights,
            mean=self.mean + self.compound_constant * float(weights.sum()),
            fitted=fitted,
            floor=self.floor,
            ceiling=self.ceiling,
            interval=self.interval,
            least_similarity=self.least_similarity,
            key=content_key([self.key, clean]),
            measured_here=self.measured[:, int(similarity.argmax())].astype(np.float64),
        )

    def for_target(self, target: object) -> BoundModel:
        """Return the model of a target: one of `target_names`, a sequence, or an opened target.

        Raises
        ------
        UsageError
            If no target is given, or it is neither.
        ModelError
            If there is no such name, or the sequence is not of the family.
        """
        require_asked(target, self.family, self.card.title, self.target_names)
        sequence = sequence_asked(target)
        if sequence is not None:
            return self.bind(sequence)
        wanted = [name for name in self.target_names if name.casefold() == str(target).casefold()]
        if not wanted:
            close = difflib.get_close_matches(str(target).upper(), self.target_names, n=3)
            raise ModelError(
                f"has no target {target!r:.60}",
                source=self.card.title,
                expected=f"such as {', '.join(close or self.target_names[:3])}",
            )
        return self.bind(self.target_sequences[self.target_names.index(wanted[0])])

    def to_state(self) -> dict[str, Any]:
        """Return plain containers and arrays to store."""
        return {
            "family": self.family,
            "target_names": list(self.target_names),
            "target_sequences": list(self.target_sequences),
            "measured": self.measured.astype(np.float32),
            "weights": self.weights.astype(np.float16),
            "mean": self.mean,
            "compound_constant": self.compound_constant,
            "target_constant": self.target_constant,
            "floor": self.floor,
            "ceiling": self.ceiling,
            "edges": list(self.interval.edges),
            "intervals": [dataclasses.asdict(interval) for interval in self.interval.intervals],
            "least_similarity": self.least_similarity,
            "least_score": self.least_score,
            "target_kernel": self.target_kernel,
        }

    @classmethod
    def from_state(cls, card: ModelCard, training: TrainingSet, state: dict[str, Any], key: str) -> SequenceModel:
        """Make a model of what `to_state` returned."""
        intervals = [
            Interval(tuple(one["coefficients"]), float(one["quantile"]), float(one["scale"]))
            for one in state["intervals"]
        ]
        return cls(
            card=card,
            training=training,
            family=str(state["family"]),
            target_names=tuple(state["target_names"]),
            target_sequences=tuple(state["target_sequences"]),
            measured=state["measured"],
            weights=state["weights"].astype(np.float32),
            mean=float(state["mean"]),
            compound_constant=float(state["compound_constant"]),
            target_constant=float(state["target_constant"]),
            floor=float(state["floor"]),
            ceiling=float(state["ceiling"]),
            interval=BinnedInterval(tuple(state["edges"]), tuple(intervals)),
            least_similarity=float(state["least_similarity"]),
            least_score=float(state["least_score"]),
            key=key,
            target_kernel=state.get("target_kernel"),
        )


@dataclasses.dataclass(frozen=True, repr=False)
class BoundModel(FittedModel):
    """A sequence model bound to one target: an `AffinityModel` as any other.

    Attributes
    ----------
    target
        The training target nearest to the sequence.
    weights
        float64, shape (compounds,).
    fitted
        float64, shape (compounds,): what is predicted for the training compounds at this target.
    measured_here
        float64, shape (compounds,): what was measured at the nearest training target, NaN where nothing was.
    """

    card: ModelCard
    training: TrainingSet
    target: NearestTarget
    weights: np.ndarray
    mean: float
    fitted: np.ndarray
    floor: float
    ceiling: float
    interval: BinnedInterval
    least_similarity: float
    key: str
    measured_here: np.ndarray

    def measured_values(self) -> tuple[np.ndarray, np.ndarray]:
        """Return what was measured at the training target nearest to this one; NaN where nothing was."""
        limits = np.where(self.measured_here <= self.floor, -1, 0).astype(np.int8)
        return self.measured_here, limits

    def predict_block(self, block: CompoundBlock) -> Predictions:
        """Predict the affinity of n compounds, with interval, domain and nearest training compound."""
        found = predict_in_blocks(block, _BLOCK_ROWS, self._predict, self.least_similarity)
        low, high = np.float32(self.floor), np.float32(self.ceiling)
        lower = np.minimum(np.maximum(found.lower, low), found.affinity)
        return dataclasses.replace(found, lower=lower, upper=np.minimum(found.upper, high))

    def _predict(self, block: CompoundBlock) -> Piece:
        similarity = self._index.similarity(block.fingerprints)
        affinity = self.mean + blockwise_product(similarity, self.weights, _BLOCK_ROWS)
        affinity = np.minimum(affinity, self.ceiling)
        near, rows = conformal.few_nearest(similarity)
        away = np.full(len(affinity), 1.0 - self.target.similarity)
        terms = difficulty_terms(near, self.fitted[rows], affinity - self.floor, away, self.interval.intervals[0].scale)
        at, closeness = nearest(similarity)
        return affinity, self.interval.half_width(terms, closeness), at, closeness


def difficulty_terms(
    near: np.ndarray, values: np.ndarray, above: np.ndarray, away: np.ndarray, scale: float
) -> np.ndarray:
    """Return what the difficulty of a prediction is made of, float64, shape (n, len(TERMS)).

    Parameters
    ----------
    near, values
        Shape (n, 5): similarities of the nearest compounds, and what is predicted for them at this target.
    above
        Shape (n,): predicted affinity above the floor.
    away
        Shape (n,): 1 minus the similarity to the nearest target.
    scale
        Standard deviation of the training values.
    """
    distance = 1.0 - near
    return np.column_stack(
        [
            np.full(len(near), scale * 0.25),
            scale * distance[:, 0],
            scale * distance.mean(axis=1),
            np.maximum(above, 0.0),
            scale * away,
            values.std(axis=1),
        ]
    )
