"""Train a sequence model on a complete table of compounds by targets, and say how it does on what it has not seen.

Three ways to leave out, each five-fold and each a different question: **cold compound** (a new compound at a known
target: what a screen asks), **cold target** (a known compound at a new target) and **both cold**. Targets with equal
sequences, such as mutants that a table lists under one sequence, always go to the same fold.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np

from screening.engine.progress import OnProgress, Progress
from screening.models import conformal, kronecker, metrics
from screening.models.affinity import AffinityKind
from screening.models.card import ModelCard
from screening.models.conformal import Interval
from screening.models.neighbours import FingerprintIndex
from screening.models.sequence import TERMS, SequenceModel, difficulty_terms
from screening.models.training_set import TrainingSet
from screening.provenance import content_key, package_versions

_FOLDS = 5

Fit = Callable[[np.ndarray, np.ndarray, np.ndarray], kronecker.PairFit]


@dataclasses.dataclass(frozen=True)
class FamilyData:
    """A complete table of affinities.

    Attributes
    ----------
    family, kind, source
        Such as ``"protein kinase"``, pKd, and where the table is published.
    compounds
        The n compounds; values are the means over the targets.
    target_names, target_sequences
        The k targets.
    table
        float64, shape (n, k).
    target_kernel
        float64, shape (k, k): similarities of the sequences.
    floor
        Weakest affinity the assay can tell.
    """

    family: str
    kind: AffinityKind
    source: str
    sha256: str
    compounds: TrainingSet
    target_names: tuple[str, ...]
    target_sequences: tuple[str, ...]
    table: np.ndarray
    target_kernel: np.ndarray
    floor: float


@dataclasses.dataclass
class _Left:
    """Predictions for left-out pairs, shape (n, k), and what the difficulty is made of, shape (n, k, terms)."""

    predicted: np.ndarray
    terms: np.ndarray
    compound_baseline: np.ndarray


def train_sequence_model(
    data: FamilyData, *, title: str, least_score: float, seed: int = 0, on_progress: OnProgress | None = None
) -> SequenceModel:
    """Train, evaluate and calibrate a sequence model."""
    kernel = FingerprintIndex(data.compounds.fingerprints).similarity(data.compounds.fingerprints).astype(np.float64)
    scale = float(data.table.std())
    cold_compounds = _groups([key.hex() for key in data.compounds.families], seed)
    cold_targets = _groups(list(data.target_sequences), seed)
    nobody_c, nobody_t = np.zeros(len(kernel), dtype=int), np.zeros(len(data.target_kernel), dtype=int)
    settings = {
        "cold compound": (cold_compounds, nobody_t - 1),
        "cold target": (nobody_c - 1, cold_targets),
        "both cold": (cold_compounds, cold_targets),
    }
    left = {}
    for done, (name, (of_compound, of_target)) in enumerate(settings.items()):
        if on_progress:
            on_progress(Progress("training: leaving out", done, len(settings) + 1, "splits"))
        left[name] = _leave_out(kernel, data, of_compound, of_target, scale)
    calibrated_on = ("cold compound", "both cold")
    terms = np.concatenate([left[name].terms.reshape(-1, len(TERMS)) for name in calibrated_on])
    residuals = np.concatenate([(data.table - left[name].predicted).ravel() for name in calibrated_on])
    interval = conformal.calibrate(terms, residuals, scale)
    evaluation = {
        name: _report(data, one, terms_of, interval)
        for name, one, terms_of in ((name, left[name], left[name].terms) for name in settings)
    }
    fitted = kronecker.fit(kernel, data.target_kernel, data.table)
    if on_progress:
        on_progress(Progress("training: leaving out", len(settings) + 1, len(settings) + 1, "splits"))
    off = kernel - np.eye(len(kernel))
    least_similarity = round(float(np.clip(np.quantile(off.max(axis=1), 0.05), 0.2, 0.5)), 3)
    card = _card(data, title, evaluation, interval, least_similarity, least_score, fitted)
    return SequenceModel(
        card=card,
        training=data.compounds,
        family=data.family,
        target_names=data.target_names,
        target_sequences=data.target_sequences,
        measured=data.table.astype(np.float32),
        weights=fitted.weights.astype(np.float32).astype(np.float64),
        mean=fitted.mean,
        compound_constant=fitted.compound_constant,
        target_constant=fitted.target_constant,
        floor=data.floor,
        interval=interval,
        least_similarity=least_similarity,
        least_score=least_score,
        key=content_key([data.sha256, data.source, title, seed, package_versions()]),
    )


def _groups(names: list[str], seed: int) -> np.ndarray:
    """Return the fold of each name; equal names share one."""
    unique = sorted(set(names))
    fold = dict(zip(unique, np.random.default_rng(seed).permutation(np.arange(len(unique)) % _FOLDS)))
    return np.array([fold[name] for name in names])


def _leave_out(
    kernel: np.ndarray, data: FamilyData, of_compound: np.ndarray, of_target: np.ndarray, scale: float
) -> _Left:
    """Predict every pair by a model that has seen neither its compound's nor its target's fold (-1: seen)."""
    shape = data.table.shape
    left = _Left(np.full(shape, np.nan), np.zeros((*shape, len(TERMS))), np.full(shape, np.nan))
    for c in np.unique(of_compound):
        for t in np.unique(of_target):
            train_c = of_compound != c if c >= 0 else np.ones(shape[0], dtype=bool)
            train_t = of_target != t if t >= 0 else np.ones(shape[1], dtype=bool)
            test_c, test_t = of_compound == c, of_target == t
            fitted = kronecker.fit(
                kernel[np.ix_(train_c, train_c)],
                data.target_kernel[np.ix_(train_t, train_t)],
                data.table[np.ix_(train_c, train_t)],
            )
            to_compounds, to_targets = kernel[np.ix_(test_c, train_c)], data.target_kernel[np.ix_(test_t, train_t)]
            predicted = fitted.predict(to_compounds, to_targets)
            profile = fitted.predict(kernel[np.ix_(train_c, train_c)], to_targets)
            left.predicted[np.ix_(test_c, test_t)] = predicted
            near_c, near_t = to_compounds.argmax(axis=1), to_targets.argmax(axis=1)
            known = data.table[np.ix_(train_c, train_t)]
            left.compound_baseline[np.ix_(test_c, test_t)] = known[np.ix_(near_c, near_t)]
            for column, target in enumerate(np.flatnonzero(test_t)):
                left.terms[test_c, target] = difficulty_terms(
                    to_compounds.astype(np.float32),
                    profile[:, column],
                    predicted[:, column],
                    data.floor,
                    float(to_targets[column].max()),
                    scale,
                )
    return left


def _report(data: FamilyData, left: _Left, terms: np.ndarray, interval: Interval) -> dict[str, Any]:
    truth, predicted = data.table.ravel(), left.predicted.ravel()
    baseline = left.compound_baseline.ravel()
    half = interval.half_width(terms.reshape(-1, len(TERMS)))
    size = np.abs(truth - predicted)
    return {
        "how": "five folds, equal sequences together",
        "model": _numbers(truth, predicted),
        "baselines": {
            "training mean": _numbers(truth, np.full(len(truth), truth.mean())),
            "nearest neighbour": _numbers(truth, baseline),
        },
        "interval": {
            "confidence": conformal.CONFIDENCE,
            "coverage": round(float(np.mean(size <= half)), 4),
            "median_width": round(float(np.median(2 * half)), 3),
            "width_error_spearman": round(metrics.spearman(size, half), 3),
        },
    }


def _numbers(truth: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    found = metrics.regression(truth, predicted)
    found["mse"] = found["rmse"] ** 2
    found["ci"] = metrics.concordance(truth, predicted)
    return {name: value if name == "n" else round(float(value), 4) for name, value in found.items()}


def _card(
    data: FamilyData,
    title: str,
    evaluation: dict[str, Any],
    interval: Interval,
    least_similarity: float,
    least_score: float,
    fitted: kronecker.PairFit,
) -> ModelCard:
    return ModelCard(
        title=title,
        model_type="sequence",
        kind=data.kind.value,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        data={
            "source": data.source,
            "sha256": data.sha256,
            "compounds": len(data.compounds),
            "targets": len(data.target_names),
            "pairs": int(data.table.size),
            "range": [round(float(data.table.min()), 3), round(float(data.table.max()), 3)],
            "mean": round(float(data.table.mean()), 3),
            "standard_deviation": round(float(data.table.std()), 3),
        },
        features=["Morgan radius 2, 2048 bits", "sequence of the target, by alignment"],
        estimator={
            "name": "Kronecker kernel ridge",
            "parameters": {
                "compound_constant": fitted.compound_constant,
                "target_constant": fitted.target_constant,
                "noise": round(fitted.noise, 6),
            },
        },
        evaluation=evaluation,
        calibration={
            "confidence": conformal.CONFIDENCE,
            "formula": "prediction ± quantile * sum(coefficient * term)",
            "terms": list(TERMS),
            "coefficients": [round(value, 6) for value in interval.coefficients],
            "quantile": round(interval.quantile, 6),
        },
        domain={
            "rule": "Tanimoto similarity (Morgan, radius 2, 2048 bits) to the nearest training compound of at least",
            "least_similarity": least_similarity,
            "least_score": least_score,
        },
        limitations=[
            "A predicted affinity is an estimate from measured analogues, not a measurement.",
            f"Trained on {len(data.compounds)} compounds: most compounds of a library are outside its domain.",
            f"Affinities weaker than {data.floor:g} were not measured: {data.floor:g} means none was found.",
        ],
        versions=package_versions(),
        options={"model": "kronecker"},
    )
