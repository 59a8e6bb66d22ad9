"""The model card: what a model was trained on, how well it does beside the baselines, and what it was made with."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from screening.errors import ModelError

#: Version of the layout of a model folder.
FORMAT = "model-1"


@dataclasses.dataclass(frozen=True)
class ModelCard:
    """Everything a reader should know before trusting a model; JSON all the way down.

    Attributes
    ----------
    title
        One line: what is predicted.
    model_type
        ``"one target"``, ``"sequence"``, ``"active or inactive"`` or ``"known actives"``.
    kind
        pIC50, pKi, pKd or pEC50, or a `screening.models.affinity.ScoreKind`.
    created
        UTC time in ISO 8601.
    data
        Source, checksum, counts, rules and notes of the measurements.
    features, estimator
        What the model sees, and its name and parameters in ``catalog``.
    evaluation
        Split name to metrics of the model, of the baselines, measured coverage, and the leakage report.
    calibration
        Confidence, the formula of the interval and its coefficients.
    domain
        The rule of the applicability domain.
    limitations
        Sentences.
    versions
        Package to version.
    options
        What `train_model` was called with; enough to train the model again from ``training.parquet``.
    """

    title: str
    model_type: str
    kind: str
    created: str
    data: dict[str, Any]
    features: list[str]
    estimator: dict[str, Any]
    evaluation: dict[str, Any]
    calibration: dict[str, Any]
    domain: dict[str, Any]
    limitations: list[str]
    versions: dict[str, str]
    options: dict[str, Any]
    format: str = FORMAT

    def to_json(self) -> str:
        """Return indented JSON text."""
        return json.dumps(dataclasses.asdict(self), indent=2, default=_plain) + "\n"

    def line(self) -> str:
        """Return one line: what is predicted, from how many compounds, and the error on the hardest split."""
        split, found = next(iter(self.evaluation.items()))
        if found.get("classification"):
            result = f"ROC AUC {found['classification']['model']['roc_auc']:.2f} on the {split}"
        elif "model" in found:
            result = f"RMSE {found['model']['rmse']:.2f} on the {split}"
        else:
            result = f"ROC AUC {found['ranking']['this model']['roc_auc']:.2f} with {split}"
        return f"{self.title}: {self.kind}, {self.data['compounds']} compounds, {result}"

    @classmethod
    def from_json(cls, text: str, source: object = None) -> ModelCard:
        """Read back what `to_json` wrote.

        Raises
        ------
        ModelError
            If it is not a model card of a format known here.
        """
        try:
            raw = json.loads(text)
        except ValueError as error:
            raise ModelError("is not JSON", source=source, expected="a model card") from error
        names = {field.name for field in dataclasses.fields(cls)}
        if not isinstance(raw, dict) or set(raw) != names:
            raise ModelError("is not a model card", source=source, expected=f"the keys {', '.join(sorted(names))}")
        if raw["format"] != FORMAT:
            raise ModelError(f"has the format {raw['format']!r}", source=source, expected=FORMAT)
        return cls(**raw)


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no JSON form")
