"""What an affinity is, what a model predicts, and what it must say of itself."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from screening.features.molecule_features import MoleculeFeatures


class AffinityKind(StrEnum):
    """The quantity a number stands for: -log10 of a molar concentration, higher binds tighter."""

    PKD = "pKd"
    PKI = "pKi"
    PIC50 = "pIC50"
    PEC50 = "pEC50"


class ScoreKind(StrEnum):
    """Predicted numbers that are no affinities; for each a higher one stands for the better compound."""

    PROBABILITY = "probability"
    RANK = "rank score"


@dataclasses.dataclass(frozen=True)
class Meaning:
    """What a predicted number of a kind means, in words for headings and captions.

    Attributes
    ----------
    scale
        Unit and direction.
    interval
        What the numbers ``lower`` and ``upper`` are.
    of
        How to name the number in a sentence: "predicted pIC50", "rank score".
    decimals
        How many to write.
    """

    scale: str
    interval: str
    of: str
    decimals: int = 2


def meaning(kind: str) -> Meaning:
    """Return what numbers of a kind (`AffinityKind` or `ScoreKind`, or its text) mean."""
    if kind == ScoreKind.RANK:
        return Meaning(
            "no unit, no affinity: standard deviations above the mean background compound, higher is more like the"
            " known actives",
            "range when some actives are left out",
            "rank score",
        )
    if kind == ScoreKind.PROBABILITY:
        return Meaning(
            "0 to 1, higher is more likely active", "Venn-Abers range", "predicted probability of activity", decimals=3
        )
    return Meaning("-log10 molar, higher binds tighter", "90 % interval", f"predicted {kind}")


def kind_of(text: str) -> AffinityKind | ScoreKind:
    """Return the kind that a card names.

    Raises
    ------
    ValueError
        If there is none.
    """
    return ScoreKind(text) if text in list(ScoreKind) else AffinityKind(text)


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
    features
        What the accurate models see, where a library has it stored (`screening.features.library_features`); else they
        work it out from the SMILES.
    """

    smiles: list[str]
    fingerprints: np.ndarray
    properties: np.ndarray
    features: MoleculeFeatures | None = None

    def __len__(self) -> int:
        return len(self.smiles)

    def take(self, rows: np.ndarray) -> CompoundBlock:
        """Return the compounds at the given positions."""
        features = None if self.features is None else self.features.take(rows)
        smiles = [self.smiles[row] for row in rows.tolist()]
        return CompoundBlock(smiles, self.fingerprints[rows], self.properties[rows], features)

    def all_features(self) -> MoleculeFeatures:
        """Return the features: those the block came with, or what a library would store, worked out from the SMILES."""
        if self.features is not None:
            return self.features
        from screening.features.molecule_features import molecule_features
        from screening.features.stored_features import STORED

        return molecule_features(self.smiles, STORED, self.properties)

    def with_features(self) -> CompoundBlock:
        """Return the block with its features, so that several models work them out once."""
        return dataclasses.replace(self, features=self.all_features())


@dataclasses.dataclass(frozen=True)
class Predictions:
    """Predictions for n compounds; arrays of shape (n,).

    Attributes
    ----------
    affinity, lower, upper
        float32; the predicted affinity and its 90 % interval, rounded to `PREDICTION_DECIMALS`. From a model whose
        kind is a `ScoreKind` it is that number, with the bounds that `meaning` names.
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

    def replaced(self, rows: np.ndarray, others: Predictions) -> Predictions:
        """Return the predictions with those of `others` in the place of the ones at `rows`."""
        columns = {}
        for name in ("affinity", "lower", "upper", "in_domain", "nearest", "similarity"):
            columns[name] = getattr(self, name).copy()
            columns[name][rows] = getattr(others, name)
        left = {row: reason for row, reason in self.problems.items() if row not in set(rows.tolist())}
        return Predictions(**columns, problems=left | {int(rows[at]): why for at, why in others.problems.items()})


class AffinityModel(Protocol):
    """A fitted model of the affinity to one target, or of another number that ranks compounds for it.

    Pickles small (workers get it once), predicts the same numbers for a compound alone and in any batch.
    """

    @property
    def key(self) -> str:
        """Content key of the fitted model, and of the target it was bound to if it needs one."""

    @property
    def kind(self) -> AffinityKind | ScoreKind:
        """What the predicted number is."""

    @property
    def training_names(self) -> list[str]:
        """Names of the training compounds."""

    @property
    def training_identities(self) -> list[bytes]:
        """Identity keys of the training compounds (``screening.compounds.compound.structure_key``)."""

    @property
    def training_smiles(self) -> list[str]:
        """Parent SMILES of the training compounds."""

    def measured_values(self) -> tuple[np.ndarray, np.ndarray]:
        """Return what was measured for the training compounds at this target, and whether it is a limit.

        float64 (NaN where nothing was measured) and int8 (0 exact, -1 weaker than, 1 tighter than), shape (n,) each.
        """

    def predict(self, block: CompoundBlock) -> Predictions:
        """Predict the affinity of n compounds."""

    def known(self, block: CompoundBlock, identities: list[bytes]) -> np.ndarray:
        """Return bool, shape (n,): whether a compound, or a stereoisomer or tautomer of it, was trained on."""
