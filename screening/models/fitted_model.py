"""What every fitted model reports about itself and the compounds it was trained on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import overload

import numpy as np

from screening.errors import UsageError
from screening.models.affinity import AffinityKind, CompoundBlock, Predictions, ScoreKind, kind_of
from screening.models.card import ModelCard
from screening.models.cards import card_text
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.training_set import TrainingSet
from screening.result_table import ResultTable


class FittedModel:
    """Base of fitted models: dataclasses with a card, a training set and a content key."""

    card: ModelCard
    training: TrainingSet
    key: str

    @property
    def kind(self) -> AffinityKind | ScoreKind:
        """What the predicted number is."""
        return kind_of(self.card.kind)

    @property
    def training_names(self) -> list[str]:
        """Names of the training compounds."""
        return self.training.names

    @property
    def training_identities(self) -> list[bytes]:
        """Identity keys of the training compounds."""
        return self.training.identities

    @property
    def training_smiles(self) -> list[str]:
        """Parent SMILES of the training compounds."""
        return self.training.smiles

    def measured_values(self) -> tuple[np.ndarray, np.ndarray]:
        """Return values (float64) and limits (int8) measured for the training compounds, shape (n,) each."""
        return self.training.values, self.training.limits

    @overload
    def predict(self, compounds: CompoundBlock) -> Predictions: ...

    @overload
    def predict(self, compounds: str | Iterable[str], *, target: object = None) -> ResultTable: ...

    def predict(
        self, compounds: CompoundBlock | str | Iterable[str], *, target: object = None
    ) -> Predictions | ResultTable:
        """Predict compounds.

        Parameters
        ----------
        compounds
            SMILES, one or several: the answer is a table (`screening.models.prediction_table.prediction_table`). A
            block, which screens hand over: the answer is arrays.
        target
            What a model of a protein family predicts for: a target it knows by name, a sequence, or an opened target.

        Raises
        ------
        UsageError
            If something given is no SMILES text, or the model needs a target, or takes none.
        ModelError
            If the target is none the model can predict for.
        """
        if isinstance(compounds, CompoundBlock):
            return self.predict_block(compounds)
        from screening.models.prediction_table import prediction_table

        return prediction_table(self.for_target(target), compounds)

    def predict_block(self, block: CompoundBlock) -> Predictions:
        """Predict n compounds as `AffinityModel` says."""
        raise NotImplementedError

    def for_target(self, target: object) -> FittedModel:
        """Return the model of one target; this one is one.

        Raises
        ------
        UsageError
            If a target is given.
        """
        if target is not None:
            raise UsageError(
                "the model is of one target already", source=self.card.title, expected="predict without target="
            )
        return self

    def seen(self, smiles: str) -> bool:
        """Say whether a compound, or a stereoisomer or tautomer of it, was trained on."""
        return self.training.seen(smiles)

    def known(self, block: CompoundBlock, identities: list[bytes]) -> np.ndarray:
        """Return bool, shape (n,): what `seen` says of n library compounds with these identity keys."""
        return self.training.known(block, identities)

    def similarity(self, fingerprints: np.ndarray) -> np.ndarray:
        """Return the Tanimoto similarities of packed fingerprints to the training compounds, float32, shape (n, m)."""
        return self._index.similarity(fingerprints)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.card.line()}, key {self.key[:8]}>"

    def _repr_html_(self) -> str:
        return card_text.as_html(self.card)

    @cached_property
    def _index(self) -> FingerprintIndex:
        return FingerprintIndex(self.training.fingerprints)
