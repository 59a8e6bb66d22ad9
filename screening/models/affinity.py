"""What an affinity is, what a model predicts, and what it must say of itself."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from typing import Protocol

import numpy as np


class AffinityKind(StrEnum):
    """The quantity a number stands for: -log10 of a molar concentration, higher binds tighter."""

    PKD = "pKd"
    PKI = "pKi"
    PIC50 = "pIC50"
    PEC50 = "pEC50"


#: Decimals that predictions are rounded to, so that equal molecules tie exactly on every machine and batch size.
PREDICTION_DECIMALS = 3


@dataclasses.dataclass(frozen=True)
class CompoundBlock:
    """What a model sees of n compounds.

    Attributes
    ----------
    smiles
        Canonical parent SMILES, n of them.
    fingerprints
        uint8, shape (n, 256): packed Morgan fingerprints of the prepared library.
    properties
        float32, shape (n, len(PROPERTIES)): columns as in ``screening.compounds.compound.PROPERTIES``.
    """

    smiles: list[str]
    fingerprints: np.ndarray
    properties: np.ndarray

    def __len__(self) -> int:
        return len(self.smiles)


@dataclasses.dataclass(frozen=True)
class Predictions:
    """Predictions for n compounds; arrays of shape (n,).

    Attributes
    ----------
    affinity, lower, upper
        float32; the predicted affinity and its 90 % interval, rounded to `PREDICTION_DECIMALS`.
        NaN where the model could not predict; `problems` says why.
    in_domain
        bool; False where the compound is unlike everything the model was trained on.
    nearest
        int32; row of the nearest training compound in `AffinityModel.training_names`.
    similarity
        float32; Tanimoto similarity to it (Morgan, radius 2, 2048 bits).
    problems
        Row to reason, for rows without a prediction.
    """

    affinity: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    in_domain: np.ndarray
    nearest: np.ndarray
    similarity: np.ndarray
    problems: dict[int, str] = dataclasses.field(default_factory=dict)


class AffinityModel(Protocol):
    """A fitted model of the affinity to one target.

    Pickles small (workers get it once), predicts the same numbers for a compound alone and in any batch.
    """

    @property
    def key(self) -> str:
        """Content key of the fitted model, and of the target it was bound to if it needs one."""

    @property
    def kind(self) -> AffinityKind:
        """What the predicted number is."""

    @property
    def training_names(self) -> list[str]:
        """Names of the training compounds."""

    @property
    def training_identities(self) -> list[bytes]:
        """Identity keys of the training compounds (``screening.compounds.compound.structure_key``)."""

    def predict(self, block: CompoundBlock) -> Predictions:
        """Predict the affinity of n compounds."""

    def known(self, block: CompoundBlock, identities: list[bytes]) -> np.ndarray:
        """Return bool, shape (n,): whether a compound, or a stereoisomer or tautomer of it, was trained on."""
