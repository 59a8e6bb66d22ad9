"""Active or inactive at a threshold: who is which, and how good probabilities of compounds not seen are."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from screening.engine.ledger import RecordState
from screening.errors import AffinityDataError
from screening.models.activity_model import ActivityModel
from screening.models.affinity import ScoreKind, meaning
from screening.models.data.measurements import AffinityData
from screening.models.evaluation import probability, ranking, splits
from screening.models.trained import TrainedModel
from screening.provenance import content_key

#: Fewer compounds of either class than this cannot be calibrated and tested.
FEWEST = 10

#: With fewer actives than this the card says that its numbers are uncertain.
FEW = 50


@dataclasses.dataclass(frozen=True)
class Classes:
    """Classes of n compounds: `known` is False where a limit leaves it open, `active` holds where it is known."""

    known: np.ndarray
    active: np.ndarray


def classes(data: AffinityData, threshold: float) -> Classes:
    """Return who is active: of this value or a higher one. A limit counts where it leaves no doubt."""
    active = data.values >= threshold
    open_ = ((data.limits < 0) & (data.values > threshold)) | ((data.limits > 0) & (data.values < threshold))
    return Classes(~open_, active & ~open_ & ~((data.limits < 0) & (data.values == threshold)))


def require_both(data: AffinityData, threshold: float) -> Classes:
    """Return the classes; refuse data with too few of either.

    Raises
    ------
    AffinityDataError
        If there are fewer than `FEWEST` actives or inactives.
    """
    found = classes(data, threshold)
    actives, inactives = int((found.known & found.active).sum()), int((found.known & ~found.active).sum())
    if min(actives, inactives) >= FEWEST:
        return found
    labelled = data.kind is ScoreKind.PROBABILITY
    span = f"{data.values.min():.2f} to {data.values.max():.2f}"
    what = "" if labelled else f" at {data.kind.value} {threshold:g} (the values go from {span})"
    rejected = [row["reason"] for row in data.ledger.to_pylist() if row["state"] == RecordState.REJECTED]
    what += f"; {len(rejected)} rows cannot be used, the first: {rejected[0]}" if rejected else ""
    advice = " (a few actives alone can be ranked by: `workbench train FILE --actives`)" if actives < FEWEST else ""
    raise AffinityDataError(
        f"{actives} active and {inactives} inactive compounds{what}",
        source=data.source or None,
        expected=f"at least {FEWEST} of each to train, calibrate and test on{advice}",
    )


def split_report(
    data: AffinityData,
    threshold: float,
    train: np.ndarray,
    test: np.ndarray,
    left_out: np.ndarray,
    predicted: np.ndarray,
    neighbour: np.ndarray,
) -> dict[str, Any] | None:
    """Return what the card says of the probabilities of one split; None where one side is all of one class.

    Parameters
    ----------
    train, test
        bool, shape (n,).
    left_out
        Predictions for the training compounds by models that had not seen them; the calibration is fitted to these.
    predicted, neighbour
        Predictions for the tested compounds, and the value of the nearest compound that was trained on.
    """
    found = classes(data, threshold)
    seen = train & found.known
    if not found.active[seen].any() or found.active[seen].all():
        return None
    calibration = probability.calibrate(left_out[found.known[train]], found.active[seen])
    share = np.full(int(test.sum()), found.active[seen].mean())
    return _report(found.known[test], found.active[test], calibration.probability(predicted), predicted, share,
                   neighbour, threshold)  # fmt: skip


def cross_report(
    data: AffinityData, threshold: float, predicted: np.ndarray, neighbour: np.ndarray, count: int, seed: int
) -> dict[str, Any] | None:
    """Return the same of random folds: the probabilities of each fold are calibrated on the others."""
    found = classes(data, threshold)
    fold = splits.folds(len(data), count, seed, data.values)
    chance, share = (np.full(len(data), np.nan) for _ in range(2))
    for number in range(count):
        others, here = fold != number, fold == number
        seen = others & found.known
        if not found.active[seen].any() or found.active[seen].all():
            return None
        chance[here] = probability.calibrate(predicted[seen], found.active[seen]).probability(predicted[here])
        share[here] = found.active[seen].mean()
    return _report(found.known, found.active, chance, predicted, share, neighbour, threshold)


def _report(
    known: np.ndarray,
    truth: np.ndarray,
    chance: np.ndarray,
    predicted: np.ndarray,
    share: np.ndarray,
    neighbour: np.ndarray,
    threshold: float,
) -> dict[str, Any] | None:
    """Judge probabilities where the class is known; the order (ROC AUC) is that of the values behind them."""
    active = truth[known]
    if not active.any() or active.all():
        return None
    closest = neighbour[known]
    return {
        "n": len(active),
        "actives": int(active.sum()),
        "model": _numbers(active, chance[known], predicted[known]),
        "baselines": {
            "share of actives": _numbers(active, share[known], np.zeros(len(active))),
            "nearest neighbour": _numbers(active, (closest >= threshold).astype(np.float64), closest),
        },
        "reliability": probability.reliability(active, chance[known]),
    }


def _numbers(active: np.ndarray, chance: np.ndarray, score: np.ndarray) -> dict[str, float]:
    found = {
        "roc_auc": ranking.roc_auc(active, score),
        "brier": probability.brier(active, chance),
        "calibration_error": probability.calibration_error(active, chance),
        "log_loss": probability.log_loss(active, chance),
    }
    return {name: round(float(value), 4) for name, value in found.items()}


def _weaknesses(evaluation: dict[str, Any], actives: int) -> list[str]:
    found = []
    if actives < FEW:
        found.append(f"Only {actives} actives: its numbers are themselves uncertain.")
    split = evaluation["scaffold split"]["classification"]
    if split is None:
        found.append("Nothing is known about its probabilities on rare scaffolds: they are all of one class.")
    else:
        own, best = split["model"]["brier"], min(one["brier"] for one in split["baselines"].values())
        if own >= best:
            found.append(
                f"On rare scaffolds its probabilities are no better than a baseline (Brier {own:.3f}, {best:.3f})."
            )
    return found


def activity_model(model: TrainedModel, data: AffinityData, threshold: float) -> ActivityModel:
    """Make a model of the probability of being active out of a model of values that was trained on `data`.

    The calibration is fitted to the predictions of the cross-validation, each by a model that had not seen the
    compound.
    """
    found = classes(data, threshold)
    scores = model.training.out_of_fold
    calibration = probability.calibrate(scores[found.known], found.active[found.known])
    first = None if model.first_stage is None else activity_model(model.first_stage, data, threshold)
    labelled = data.kind is ScoreKind.PROBABILITY
    above = "" if labelled else f" ({data.kind.value} of {threshold:g} or more)"
    actives, inactives = int(found.active[found.known].sum()), int((~found.active[found.known]).sum())
    card = model.card
    limitations = [
        "A probability holds for compounds like those it was calibrated on: in a library with a smaller share of"
        f" actives than the {actives / (actives + inactives):.1%} here it is too high, and still ranks.",
        # The first sentence of the other card, and those on its errors, are about values and not about probabilities.
        *(text for text in card.limitations[1:] if "RMSE" not in text and "interval" not in text),
        *_weaknesses(card.evaluation, actives),
    ]
    card = dataclasses.replace(
        card,
        title=card.options.get("title") or f"probability of being active{above} from {data.source}",
        model_type="active or inactive",
        kind=ScoreKind.PROBABILITY.value,
        data=card.data
        | {
            "measured": "label" if labelled else data.kind.value,
            "threshold": threshold,
            "actives": actives,
            "inactives": inactives,
            "open": int((~found.known).sum()),
        },
        calibration={
            "formula": "expit(slope * predicted value + offset), fitted to cross-validated predictions (Platt)",
            "slope": round(calibration.slope, 6),
            "offset": round(calibration.offset, 6),
            "range": meaning(ScoreKind.PROBABILITY).interval,
        },
        limitations=limitations,
    )
    return ActivityModel(
        card=card,
        training=model.training,
        scorer=dataclasses.replace(model, first_stage=None, first_stage_keep=0.0),
        calibration=calibration,
        threshold=threshold,
        key=content_key({"scorer": model.key, "threshold": threshold, "labels": labelled}),
        first_stage=first,
        first_stage_keep=model.first_stage_keep,
    )
