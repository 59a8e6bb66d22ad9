"""Write the card of a model that was trained on measurements of one target."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

from screening.engine.ledger import count_states
from screening.models.card import ModelCard
from screening.models.data import replicates
from screening.models.data.measurements import AffinityData
from screening.models.evaluation import conformal
from screening.models.evaluation.conformal import Interval
from screening.provenance import package_versions

#: What the card of a slow model says of its fast first stage.
ABOUT_STAGES = (
    "In a screen of 20,000 compounds or more the full model scores only the part that a fast stand-in, taught on that"
    " library, puts highest; the run says what recall of its best to expect. `workbench library featurise` makes that"
    " both faster and more complete."
)


def training_card(
    data: AffinityData,
    *,
    title: str,
    estimator: Any,
    name: str,
    evaluation: dict[str, Any],
    interval: Interval,
    least_similarity: float,
    options: Any,
) -> ModelCard:
    """Return the card of a model; `options` is the dataclass it was trained with."""
    counts = count_states(data.ledger)
    limits = int((data.limits != 0).sum())
    return ModelCard(
        title=title or f"{data.kind.value} predicted from {data.source}",
        model_type="one target",
        kind=data.kind.value,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        data={
            "source": data.source,
            "sha256": data.sha256,
            "key": data.key,
            "unit": data.unit,
            "protocol": data.protocol,
            "rows": data.records,
            "states": dict(sorted(counts.items())),
            "compounds": len(data),
            "limits": limits,
            "range": [round(float(data.values.min()), 3), round(float(data.values.max()), 3)],
            "mean": round(float(data.values.mean()), 3),
            "standard_deviation": round(float(data.values.std()), 3),
            "rules": [
                line.strip() for line in (replicates.__doc__ or "").split("\n\n", 1)[1].splitlines() if line.strip()
            ],
            "contradictions": [
                {"name": one.name, "values": list(one.values), "spread": one.spread, "kept": one.kept}
                for one in data.contradictions[:50]
            ],
            "contradictory": len(data.contradictions),
            "notes": [note for note in data.notes if note not in data.understood],
            "understood": list(data.understood),
        },
        features=list(estimator.sees),
        estimator={"name": name, "parameters": _parameters(estimator)},
        evaluation=evaluation,
        calibration={
            "confidence": conformal.CONFIDENCE,
            "formula": "prediction ± quantile * sum(coefficient * term)",
            "terms": list(conformal.DIFFICULTY_TERMS),
            "coefficients": [round(value, 6) for value in interval.coefficients],
            "quantile": round(interval.quantile, 6),
            "groups by distance to the nearest end at": [round(value, 4) for value in interval.farthest],
            "quantiles of the groups": [round(value, 6) for value in interval.quantiles],
        },
        domain={
            "rule": "Tanimoto similarity (Morgan, radius 2, 2048 bits) to the nearest training compound of at least",
            "least_similarity": least_similarity,
        },
        limitations=_limitations(data, evaluation, limits),
        versions=package_versions(),
        options=dataclasses.asdict(options),
    )


def _limitations(data: AffinityData, evaluation: dict[str, Any], limits: int) -> list[str]:
    found = ["A predicted affinity is an estimate from measured analogues, not a measurement."]
    split = evaluation["scaffold split"]
    best = min(one["rmse"] for one in split["baselines"].values())
    if split["model"]["rmse"] >= best:
        found.append(
            f"On rare scaffolds it is no better than a baseline (RMSE {split['model']['rmse']:.2f} against {best:.2f})."
        )
    held, promised = split["interval"]["coverage"], split["interval"]["confidence"]
    if held < promised - 0.05 and split.get("real", True):
        found.append(
            f"On rare scaffolds the {promised:.0%} interval held only {held:.0%} of the values: too narrow there."
        )
    if not split.get("real", True):
        found.append("Nothing is known about its errors on new scaffolds.")
    if len(data) < 100:
        found.append(f"Only {len(data)} compounds: errors and coverage are themselves uncertain.")
    if limits:
        found.append(f"{limits} of {len(data)} values {'is a limit' if limits == 1 else 'are limits'}, not measured.")
    if data.contradictions:
        count = len(data.contradictions)
        found.append(
            f"{count} {'compound has' if count == 1 else 'compounds have'} values that differ by"
            f" {replicates.CONTRADICTORY:g} log unit or more."
        )
    return found


def _parameters(estimator: Any) -> dict[str, Any]:
    plain = (str, int, float, bool, type(None))
    found = estimator.get_params()
    return {name: value if isinstance(value, plain) else str(value) for name, value in sorted(found.items())}
