"""A model of a protein family that is bound to one target by the domain found in its sequence.

Tags, fusion partners, missing loops and mutations away from the binding site change nothing: the domain is found by a
profile, compared residue by residue with the training targets, and where it is one of them, what the sequence does not
show is taken from there. Differences in the binding site and the activation segment count as mutations.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from screening.models.affinity import CompoundBlock
from screening.models.card import ModelCard
from screening.models.evaluation.conformal import BinnedInterval, Interval
from screening.models.fitted_model import FittedModel
from screening.models.pairs import training_target
from screening.models.pairs.bound_family import BoundFamilyModel
from screening.models.pairs.domain_profile import UNKNOWN, DomainProfile
from screening.models.pairs.family.change_interval import UNKNOWN_CHANGES, ChangeInterval
from screening.models.pairs.family.compound_kernel import CompoundKernel
from screening.models.pairs.family.reported_affinity import ReportedAffinity
from screening.models.pairs.family.target_matcher import TargetMatcher
from screening.models.pairs.limited_pairs import combined
from screening.models.pairs.residue_kernel import (
    OLDER_WEIGHTS,
    TargetFeatures,
    TargetKernels,
    TargetWeights,
    target_kernels,
)
from screening.models.pairs.training_target import MatchedTarget, TrainingTarget
from screening.models.prediction_table import require_asked, sequence_asked
from screening.models.training_set import TrainingSet
from screening.provenance import content_key


@dataclasses.dataclass(frozen=True, repr=False)
class FamilyModel(FittedModel):
    """Affinity of a compound to any member of a protein family, by kernels on compounds and on residues.

    Attributes
    ----------
    card
        What it is and how good it is.
    training
        The compounds; `training.values` are means over the targets.
    profiles
        Of the families whose domains it knows; the first one names the model.
    targets
        The k training targets.
    measured
        float32, shape (compounds, k): values as the source of `measured_source` has them, NaN elsewhere.
    measured_limits
        int8, shape (compounds, k): -1 where the source says weaker than the value.
    measured_source
        Where they were published.
    weights
        float32, shape (compounds, k), see `screening.models.pairs.limited_pairs`.
    mean
        Predicted where nothing is known.
    reported
        How predictions are calibrated, and the floor and ceiling where they and their intervals end.
    interval
        Calibrated on compounds left out.
    least_similarity
        Compounds less similar than this to every training compound are outside the domain: errors there were too
        large in cross-validation.
    key
        Content key.
    target_weights
        Of the similarities of targets.
    changes
        Intervals of what mutations change, see `screening.models.pairs.family.variant_effect`.
    kernel
        Of the compounds; None where it is their Tanimoto similarity.
    first_stage, first_stage_keep
        A fast model of the same data, which sees Tanimoto similarities alone; see
        `screening.models.trained.TrainedModel`.
    """

    card: ModelCard
    training: TrainingSet
    profiles: tuple[DomainProfile, ...]
    targets: tuple[TrainingTarget, ...]
    measured: np.ndarray
    measured_limits: np.ndarray
    measured_source: str
    weights: np.ndarray
    mean: float
    reported: ReportedAffinity
    interval: BinnedInterval
    least_similarity: float
    key: str
    target_weights: TargetWeights = OLDER_WEIGHTS
    changes: ChangeInterval = UNKNOWN_CHANGES
    kernel: CompoundKernel | None = None
    first_stage: FamilyModel | None = None
    first_stage_keep: float = 0.0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.card.line()}, {len(self.targets)} targets, key {self.key[:8]}>"

    @property
    def uses_features(self) -> bool:
        """Whether it sees what `screening.features.library_features` stores."""
        return self.kernel is not None

    def kernel_rows(self, block: CompoundBlock, similarity: np.ndarray) -> np.ndarray:
        """Return the kernel of n compounds of these Tanimoto similarities to the training compounds, shape (n, m)."""
        return similarity if self.kernel is None else self.kernel.rows(block, similarity)

    @property
    def family(self) -> str:
        """What the targets are, such as ``"protein kinase"``."""
        return self.profiles[0].family

    @property
    def floor(self) -> float:
        """Weakest affinity the assays can tell."""
        return self.reported.floor

    @property
    def ceiling(self) -> float:
        """The tightest that was measured."""
        return self.reported.ceiling

    @property
    def target_names(self) -> tuple[str, ...]:
        """Names of the training targets."""
        return tuple(target.name for target in self.targets)

    @property
    def target_sequences(self) -> tuple[str, ...]:
        """Sequences of the training targets, with their mutations."""
        return tuple(target.sequence for target in self.targets)

    def has_wild_type(self, target: TrainingTarget) -> bool:
        """Say whether the wild type of a mutant is a target too."""
        base = target.name.partition("(")[0]
        return any(one.name == base for one in self.targets)

    @cached_property
    def matcher(self) -> TargetMatcher:
        """Return what finds training targets by name and by sequence."""
        return TargetMatcher(self.card.title, self.profiles, self.targets)

    def row(self, name: str) -> int:
        """Return the row of the target with this name or synonym, upper or lower case; the wild type first.

        Raises
        ------
        ModelError
            If there is none; close names are proposed.
        """
        return self.matcher.row(name)

    @cached_property
    def features(self) -> TargetFeatures:
        """Return the training targets as the kernels see them."""
        return TargetFeatures(
            tuple(target.family for target in self.targets),
            tuple(target.residues for target in self.targets),
            np.array([bool(target.mutations) for target in self.targets]),
        )

    @cached_property
    def known_similarity(self) -> np.ndarray:
        """Return the Tanimoto similarity of the training compounds to each other, float32."""
        return self.similarity(self.training.fingerprints)

    def match(self, sequence: str, target: str | None = None) -> MatchedTarget:
        """Return which training target a sequence is, or is nearest to.

        Parameters
        ----------
        sequence
            One-letter codes.
        target
            Name of a training target, to choose one of several domains.

        Raises
        ------
        ModelError
            If the sequence has no domain of the family.
        """
        return self.matcher.matched(sequence, target)[0]

    def kernels_of(self, sequence: str, target: str | None = None) -> tuple[MatchedTarget, TargetKernels]:
        """Return what a sequence is, and its kernels to the training targets, of shape (1, k) each.

        Raises
        ------
        ModelError
            If the sequence has no domain of the family.
        """
        match, domain = self.matcher.matched(sequence, target)
        record = self.targets[match.row]
        if match.similarity < training_target.SAME_KINASE:
            here = TargetFeatures((domain.family,), (domain.residues,), np.array([False]))
            return match, self._kernels(here, np.zeros((1, len(self.targets))))
        counted = self.matcher.counted_columns(record.family)
        residues = record.residues.copy()
        for column, _ in training_target.differences(domain, record):
            if column in counted:
                residues[column] = domain.residues[column]
        return match, self.kernels_of_rows([match.row], residues if match.pocket_differences else None)

    def kernels_of_rows(self, rows: Sequence[int], residues: np.ndarray | None = None) -> TargetKernels:
        """Return the kernels of training targets, or of one with other residues, to all, shape (len(rows), k)."""
        every = self.features
        here = TargetFeatures(
            tuple(every.families[row] for row in rows),
            tuple(every.residues[row] for row in rows) if residues is None else (residues,),
            every.mutants[list(rows)] if residues is None else np.array([True]),
        )
        same = np.zeros((len(rows), len(self.targets)))
        if residues is None:
            same[np.arange(len(rows)), list(rows)] = 1.0
        return self._kernels(here, same)

    def _kernels(self, here: TargetFeatures, same: np.ndarray) -> TargetKernels:
        return target_kernels(here, self.features, self.profiles, same, self.target_weights)

    def bind(self, sequence: str, target: str | None = None) -> BoundFamilyModel:
        """Return the model of the target with this sequence; `target` chooses a domain, a state or a mutant by name.

        Raises
        ------
        ModelError
            If the sequence has no domain of the family.
        """
        return self._bound([self._by_sequence(sequence, target)])[0]

    def for_target(self, target: object) -> BoundFamilyModel:
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
        return self.bind_row(self.row(str(target)))

    def bind_row(self, row: int) -> BoundFamilyModel:
        """Return the model of a training target."""
        return self._bound([self._by_row(row)])[0]

    def bind_many(self, targets: Sequence[int | str]) -> list[BoundFamilyModel]:
        """Return the models of several targets, each a row of the training targets or a sequence.

        What is predicted for the training compounds is worked out for all together, which is most of the work.

        Raises
        ------
        ModelError
            If a sequence has no domain of the family.
        """
        rows = [one for one in targets if isinstance(one, int)]
        every = self.kernels_of_rows(rows) if rows else None
        found, place = [], 0
        for one in targets:
            if isinstance(one, int) and every is not None:
                kernels = TargetKernels(every.shared[place : place + 1], every.own[place : place + 1])
                found.append(self._by_row(one, kernels))
                place += 1
            else:
                found.append(self._by_sequence(str(one)))
        return self._bound(found)

    def _by_sequence(self, sequence: str, target: str | None = None) -> tuple[MatchedTarget, TargetKernels, str]:
        match, kernels = self.kernels_of(sequence, target)
        return match, kernels, content_key([self.key, match.name, sequence, target or ""])

    def _by_row(self, row: int, kernels: TargetKernels | None = None) -> tuple[MatchedTarget, TargetKernels, str]:
        record = self.targets[row]
        match = MatchedTarget(
            record.name, row, record.family, record.start + 1, record.end, 1.0, 1.0,
            int((record.residues != UNKNOWN).sum()), 0, (), (), 0.0, (record.name,),
        )  # fmt: skip
        return match, kernels or self.kernels_of_rows([row]), content_key([self.key, record.name])

    def _bound(self, targets: Sequence[tuple[MatchedTarget, TargetKernels, str]]) -> list[BoundFamilyModel]:
        if not targets:
            return []
        weights = self.weights.astype(np.float64)
        shared = [weights @ kernels.shared[0] for _, kernels, _ in targets]
        own = [weights @ kernels.own[0] for _, kernels, _ in targets]
        if self.first_stage is None:
            known = combined(self.known_similarity, np.column_stack(shared))
            fitted = [np.ascontiguousarray(known[:, at]) + own[at] + self.mean for at in range(len(targets))]
            firsts: list[BoundFamilyModel | None] = [None] * len(targets)
        else:
            stages = self.first_stage._bound([(match, kernels, f"{key}-first") for match, kernels, key in targets])
            fitted, firsts = [stage.fitted for stage in stages], list(stages)
        return [
            BoundFamilyModel(
                card=self.card,
                training=self.training,
                target=match,
                shared=shared[at],
                mean=self.mean,
                fitted=fitted[at],
                own=own[at],
                calibration=self.reported,
                interval=self.interval,
                least_similarity=self.least_similarity,
                key=key,
                kernel=self.kernel,
                first_stage=firsts[at],
                first_stage_keep=self.first_stage_keep,
                **self._measured_at(match),
            )
            for at, (match, _, key) in enumerate(targets)
        ]

    def _measured_at(self, match: MatchedTarget) -> dict[str, Any]:
        values, limits = self.measured[:, match.row].astype(np.float64), self.measured_limits[:, match.row]
        if match.similarity < training_target.SAME_KINASE:
            values = np.full(len(values), np.nan)
        other = match.pocket_differences and np.isfinite(values).any()
        return {
            "measured_here": values,
            "limits_here": np.where(np.isfinite(values), limits, 0).astype(np.int8),
            "measured_of": match.name if other else "",
        }

    def to_state(self) -> dict[str, Any]:
        """Return plain containers and arrays to store."""
        stages: dict[str, Any] = {}
        if self.kernel is not None:
            stages["kernel"] = self.kernel.to_state()
        if self.first_stage is not None:
            stages |= {"first_stage": self.first_stage._fit_state(), "first_stage_keep": self.first_stage_keep}
        return {
            "profiles": [profile.to_state() for profile in self.profiles],
            "targets": [target.to_state() for target in self.targets],
            "measured": self.measured.astype(np.float32),
            "measured_limits": self.measured_limits.astype(np.int8),
            "measured_source": self.measured_source,
            "target_weights": dataclasses.asdict(self.target_weights),
            "changes": self.changes.to_state(),
            "least_similarity": self.least_similarity,
            **self._fit_state(),
            **stages,
        }

    def _fit_state(self) -> dict[str, Any]:
        """Return what the slow and the fast model of the same data do not share."""
        return {
            "weights": self.weights.astype(np.float16),
            "mean": self.mean,
            "floor": self.floor,
            "ceiling": self.ceiling,
            "reported": self.reported.to_state(),
            "edges": list(self.interval.edges),
            "intervals": [dataclasses.asdict(interval) for interval in self.interval.intervals],
        }

    @staticmethod
    def _fit_of(state: dict[str, Any]) -> dict[str, Any]:
        """Return the fields that `_fit_state` wrote."""
        intervals = tuple(
            Interval(tuple(one["coefficients"]), float(one["quantile"]), float(one["scale"]))
            for one in state["intervals"]
        )
        return {
            "weights": state["weights"].astype(np.float32),
            "mean": float(state["mean"]),
            "reported": ReportedAffinity(float(state["floor"]), float(state["ceiling"]), **state.get("reported", {})),
            "interval": BinnedInterval(tuple(state["edges"]), intervals),
        }

    @classmethod
    def from_state(cls, card: ModelCard, training: TrainingSet, state: dict[str, Any], key: str) -> FamilyModel:
        """Make a model of what `to_state` returned."""
        whole = cls(
            card=card,
            training=training,
            profiles=tuple(DomainProfile.from_state(one) for one in state["profiles"]),
            targets=tuple(TrainingTarget.from_state(one) for one in state["targets"]),
            measured=state["measured"],
            measured_limits=state["measured_limits"],
            measured_source=str(state["measured_source"]),
            least_similarity=float(state["least_similarity"]),
            key=key,
            target_weights=TargetWeights(**state.get("target_weights", {})),
            changes=ChangeInterval.from_state(state["changes"]) if "changes" in state else UNKNOWN_CHANGES,
            **cls._fit_of(state),
        )
        if "kernel" not in state:
            return whole
        return whole.with_kernel(
            CompoundKernel.from_state(state["kernel"]), keep=float(state["first_stage_keep"]),
            **cls._fit_of(state["first_stage"]),
        )  # fmt: skip

    def with_kernel(self, kernel: CompoundKernel, *, keep: float, **first: Any) -> FamilyModel:
        """Return this model with a slow kernel of compounds, and with a fast model, `first`, of the same data."""
        fast = dataclasses.replace(self, key=f"{self.key}-first", **first)
        return dataclasses.replace(self, kernel=kernel, first_stage=fast, first_stage_keep=keep)
