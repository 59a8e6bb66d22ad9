"""Panels of affinities of compounds to targets, as a family model is trained on them."""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.models.affinity import AffinityKind
from screening.models.pairs.domain_profile import DomainProfile
from screening.models.pairs.training_target import TrainingTarget
from screening.models.training_set import TrainingSet


@dataclasses.dataclass(frozen=True)
class Panel:
    """Values as one panel has them, on the scale of the model.

    Attributes
    ----------
    name, scale
        Such as ``"Metz"`` and ``"pKi"``.
    values
        float64, shape (n, k), NaN where nothing was measured.
    limits
        int8, shape (n, k): -1 where the affinity is weaker than the value.
    binder
        From this value on a compound counts as a binder in reports.
    """

    name: str
    scale: str
    values: np.ndarray
    limits: np.ndarray
    binder: float = 6.95


@dataclasses.dataclass(frozen=True)
class FamilyTable:
    """What a family model is trained on.

    Attributes
    ----------
    kind, source, sha256
        What is predicted, where the tables are published, and the hash of their files.
    compounds, targets, profiles
        The n compounds, the k targets and the families of their domains.
    values, limits, noise
        Shape (n, k): all panels joined on one scale, NaN where nothing was measured; -1 where it is a limit; and noise
        variances.
    panels
        To report on; the first is of the kind predicted, and what is shown as measured.
    links
        How each other panel was brought to the scale of the first, in words.
    floor
        Weakest affinity the assays can tell.
    notes
        What was left out.
    """

    kind: AffinityKind
    source: str
    sha256: str
    compounds: TrainingSet
    targets: tuple[TrainingTarget, ...]
    profiles: tuple[DomainProfile, ...]
    values: np.ndarray
    limits: np.ndarray
    noise: np.ndarray
    panels: tuple[Panel, ...]
    links: tuple[str, ...]
    floor: float
    notes: tuple[str, ...] = ()
