"""Train an affinity model: evaluate it honestly, calibrate it, then fit it to everything.

1. **Scaffold split**: the compounds of rare scaffolds are set aside, a model is trained and calibrated on the rest,
   and its errors on them are told beside those of two baselines and a leakage report. This is what to expect for new
   chemistry.
2. **Cross-validation**: five random folds give every compound a prediction by a model that has not seen it. This is
   what to expect for close analogues; its residuals calibrate the intervals of the final model.
3. The final model is fitted to all compounds.

Limits (``>``, ``<``) are trained on as `screening.models.replicates` says, never tested on.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import numpy as np

from screening.engine.ledger import count_states
from screening.engine.progress import OnProgress, Progress
from screening.errors import AffinityDataError, UsageError
from screening.models import baselines, catalog, conformal, leakage, metrics, replicates, splits
from screening.models.affinity import CompoundBlock
from screening.models.card import ModelCard
from screening.models.conformal import Interval
from screening.models.measurements import AffinityData
from screening.models.neighbours import FingerprintIndex, nearest
from screening.models.similarity_ensemble import design_matrix
from screening.models.trained import TrainedModel
from screening.models.training_set import TrainingSet, compound_block
from screening.provenance import content_key, package_versions

#: Fewer exact values than this cannot be split, calibrated and tested.
FEWEST = 20
_FLATTEST = 0.05


@dataclasses.dataclass(frozen=True)
class TrainOptions:
    """How to train.

    Attributes
    ----------
    model
        Name in `screening.models.catalog.MODELS`.
    folds
        Folds of the cross-validation.
    seed
        Seed of folds and estimators.
    title
        Title of the model; made from the source if empty.
    """

    model: str = "fast"
    folds: int = 5
    seed: int = 0
    title: str = ""


@dataclasses.dataclass(frozen=True)
class _Held:
    """Predictions for compounds that a model has not seen."""

    predicted: np.ndarray
    terms: np.ndarray
    closeness: np.ndarray


def train_model(
    data: AffinityData, *, options: TrainOptions | None = None, on_progress: OnProgress | None = None
) -> TrainedModel:
    """Train, evaluate and calibrate a model of the affinity to one target.

    Raises
    ------
    AffinityDataError
        If there are too few exact values, or they are all the same.
    UsageError
        If the model is not in the catalog.
    """
    options = options or TrainOptions()
    if options.model not in catalog.MODELS:
        raise UsageError(f"there is no model {options.model!r}", expected=f"one of {', '.join(catalog.MODELS)}")
    _require_enough(data)
    steps = _Steps(on_progress, 2 * options.folds + 3)
    block = compound_block(data.smiles)
    steps.done("features")
    frames = splits.scaffolds(data.smiles)
    exact = data.limits == 0
    test, split_note = _test_compounds(frames, exact, options.seed)
    evaluation: dict[str, Any] = {}

    train = ~test
    inner = _cross_validate(block, data.values, train, options, steps)
    outer = _fit_and_predict(block, data.values, train, test & exact, options)
    steps.done("scaffold split")
    scale = float(data.values[train].std())
    inner_exact = exact[train]
    interval = conformal.calibrate(inner.terms[inner_exact], (data.values[train] - inner.predicted)[inner_exact], scale)
    evaluation["scaffold split"] = _report(data, block, frames, train, test & exact, outer, interval) | {
        "how": split_note
    }

    everyone = np.ones(len(data), dtype=bool)
    crossed = _cross_validate(block, data.values, everyone, options, steps)
    scale = float(data.values.std())
    residuals = data.values - crossed.predicted
    interval = conformal.calibrate(crossed.terms[exact], residuals[exact], scale)
    fold = splits.folds(len(data), options.folds, options.seed, data.values)
    evaluation["random cross-validation"] = _cross_report(data, block, exact, crossed, residuals, fold, scale)

    estimator = catalog.MODELS[options.model](options.seed)
    estimator.fit(design_matrix(block.fingerprints, block.properties), data.values)
    steps.done("final fit")
    least = _domain(crossed.closeness)
    training = TrainingSet(
        names=data.names,
        smiles=data.smiles,
        identities=data.identities,
        families=data.families,
        fingerprints=block.fingerprints,
        values=data.values,
        limits=data.limits,
        out_of_fold=crossed.predicted,
    )
    card = _card(data, options, estimator, evaluation, interval, least)
    key = content_key({"data": data.key, "options": dataclasses.asdict(options), "versions": _number_makers()})
    return TrainedModel(card, training, estimator, interval, least, key)


class _Steps:
    def __init__(self, on_progress: OnProgress | None, total: int) -> None:
        self._tell, self._total, self._done = on_progress, total, 0

    def done(self, what: str) -> None:
        self._done += 1
        if self._tell:
            self._tell(Progress(f"training: {what}", self._done, self._total, "steps"))


def _require_enough(data: AffinityData) -> None:
    exact = data.values[data.limits == 0]
    source = data.source or None
    if len(exact) < FEWEST:
        counts = ", ".join(f"{count} {state}" for state, count in sorted(count_states(data.ledger).items()))
        raise AffinityDataError(
            f"{len(exact)} compounds with exact values are left of {data.records} rows ({counts})",
            source=source,
            expected=f"at least {FEWEST} to train, calibrate and test on",
        )
    if exact.std() < _FLATTEST:
        raise AffinityDataError(
            f"all {len(exact)} values are nearly the same ({exact.min():.2f} to {exact.max():.2f})",
            source=source,
            expected="values that differ",
        )


def _test_compounds(frames: list[str], exact: np.ndarray, seed: int) -> tuple[np.ndarray, str]:
    test = splits.grouped_test(frames)
    n = len(frames)
    enough = max(4, n // 20)
    if (test & exact).sum() >= enough and (~test & exact).sum() >= FEWEST // 2:
        return test, f"rarest of {len(set(frames))} Bemis-Murcko scaffolds, about {splits.TEST_SHARE:.0%}"
    note = (
        f"random {splits.TEST_SHARE:.0%}: the {len(set(frames))} scaffolds leave nothing to test on,"
        " so this says nothing about new scaffolds"
    )
    return splits.random_test(n, seed=seed), note


def _fit_and_predict(
    block: CompoundBlock, values: np.ndarray, train: np.ndarray, test: np.ndarray, options: TrainOptions
) -> _Held:
    X = design_matrix(block.fingerprints, block.properties)
    estimator = catalog.MODELS[options.model](options.seed)
    estimator.fit(X[train], values[train])
    similarity = FingerprintIndex(block.fingerprints[train]).similarity(block.fingerprints[test])
    parts = estimator.parts(X[test], similarity)
    scale = float(values[train].std())
    terms = conformal.surroundings(similarity, values[train], parts, scale)
    return _Held(estimator.combine(parts), terms, nearest(similarity)[1])


def _cross_validate(
    block: CompoundBlock, values: np.ndarray, among: np.ndarray, options: TrainOptions, steps: _Steps
) -> _Held:
    """Predict each compound of `among` by a model that has not seen it; results have the shape of `among.sum()`."""
    rows = np.flatnonzero(among)
    fold = splits.folds(len(rows), options.folds, options.seed, values[rows])
    predicted = np.empty(len(rows))
    closeness = np.empty(len(rows), dtype=np.float32)
    terms = np.empty((len(rows), len(conformal.DIFFICULTY_TERMS)))
    for number in range(options.folds):
        train, test = np.zeros(len(values), dtype=bool), np.zeros(len(values), dtype=bool)
        train[rows[fold != number]] = True
        test[rows[fold == number]] = True
        held = _fit_and_predict(block, values, train, test, options)
        predicted[fold == number] = held.predicted
        closeness[fold == number] = held.closeness
        terms[fold == number] = held.terms
        steps.done("cross-validation")
    return _Held(predicted, terms, closeness)


def _interval_report(residuals: np.ndarray, terms: np.ndarray, interval: Interval) -> dict[str, float]:
    half = interval.half_width(terms)
    return {
        "confidence": conformal.CONFIDENCE,
        "coverage": round(float(np.mean(np.abs(residuals) <= half)), 4),
        "median_width": round(float(np.median(2 * half)), 3),
        "width_error_spearman": round(metrics.spearman(np.abs(residuals), half), 3),
    }


def _report(
    data: AffinityData,
    block: CompoundBlock,
    frames: list[str],
    train: np.ndarray,
    test: np.ndarray,
    held: _Held,
    interval: Interval,
) -> dict[str, Any]:
    truth = data.values[test]
    among = train | test
    report = leakage.leakage_report(
        test[among],
        [key for key, inside in zip(data.identities, among) if inside],
        [key for key, inside in zip(data.families, among) if inside],
        [frame for frame, inside in zip(frames, among) if inside],
        held.closeness,
    )
    return {
        "train": int(train.sum()),
        "model": _tidy(metrics.regression(truth, held.predicted)),
        "baselines": {
            name: _tidy(found)
            for name, found in baselines.baseline_metrics(
                block.fingerprints[train], data.values[train], block.fingerprints[test], truth
            ).items()
        },
        "interval": _interval_report(truth - held.predicted, held.terms, interval),
        "leakage": dataclasses.asdict(report) | {"sentence": report.sentence()},
    }


def _cross_report(
    data: AffinityData,
    block: CompoundBlock,
    exact: np.ndarray,
    crossed: _Held,
    residuals: np.ndarray,
    fold: np.ndarray,
    scale: float,
) -> dict[str, Any]:
    """Report the random folds; coverage of each fold with intervals calibrated on the others."""
    neighbour, mean = np.empty(len(data)), np.empty(len(data))
    half = np.empty(len(data))
    for number in np.unique(fold):
        outside = fold != number
        here = ~outside
        mean[here], neighbour[here], _ = baselines.baseline_predictions(
            block.fingerprints[outside], data.values[outside], block.fingerprints[here]
        )
        interval = conformal.calibrate(crossed.terms[outside & exact], residuals[outside & exact], scale)
        half[here] = interval.half_width(crossed.terms[here])
    truth, size = data.values[exact], np.abs(residuals[exact])
    return {
        "how": f"{len(np.unique(fold))} random folds, every compound predicted by a model that has not seen it",
        "model": _tidy(metrics.regression(truth, crossed.predicted[exact])),
        "baselines": {
            "training mean": _tidy(metrics.regression(truth, mean[exact])),
            "nearest neighbour": _tidy(metrics.regression(truth, neighbour[exact])),
        },
        "interval": {
            "confidence": conformal.CONFIDENCE,
            "coverage": round(float(np.mean(size <= half[exact])), 4),
            "median_width": round(float(np.median(2 * half[exact])), 3),
            "width_error_spearman": round(metrics.spearman(size, half[exact]), 3),
        },
    }


def _tidy(found: dict[str, float]) -> dict[str, float]:
    return {name: value if name == "n" else round(float(value), 4) for name, value in found.items()}


def _domain(closeness: np.ndarray) -> float:
    """Return the similarity that 95 % of the training compounds have to one in another fold, from 0.2 to 0.5."""
    return round(float(np.clip(np.quantile(closeness, 0.05), 0.2, 0.5)), 3)


def _number_makers() -> dict[str, str]:
    wanted = ("rdkit", "numpy", "scikit-learn", "lightgbm")
    return {name: version for name, version in package_versions().items() if name in wanted}


def _card(
    data: AffinityData,
    options: TrainOptions,
    estimator: Any,
    evaluation: dict[str, Any],
    interval: Interval,
    least: float,
) -> ModelCard:
    counts = count_states(data.ledger)
    limits = int((data.limits != 0).sum())
    return ModelCard(
        title=options.title or f"{data.kind.value} predicted from {data.source}",
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
            "notes": list(data.notes),
        },
        features=["Morgan radius 2, 2048 bits", "ten properties"],
        estimator={"name": options.model, "parameters": dict(estimator.get_params().items())},
        evaluation=evaluation,
        calibration={
            "confidence": conformal.CONFIDENCE,
            "formula": "prediction ± quantile * sum(coefficient * term)",
            "terms": list(conformal.DIFFICULTY_TERMS),
            "coefficients": [round(value, 6) for value in interval.coefficients],
            "quantile": round(interval.quantile, 6),
        },
        domain={
            "rule": "Tanimoto similarity (Morgan, radius 2, 2048 bits) to the nearest training compound of at least",
            "least_similarity": least,
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
    if split["how"].startswith("random"):
        found.append("Nothing is known about its errors on new scaffolds.")
    if len(data) < 100:
        found.append(f"Only {len(data)} compounds: errors and coverage are themselves uncertain.")
    if limits:
        found.append(f"{limits} of {len(data)} values are limits, not measurements.")
    if data.contradictions:
        found.append(
            f"{len(data.contradictions)} compounds have values that differ by"
            f" {replicates.CONTRADICTORY:g} log unit or more."
        )
    return found
