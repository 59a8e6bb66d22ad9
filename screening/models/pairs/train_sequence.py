"""Train a sequence model on a table of compounds by targets, and say how it does on what it has not seen.

Four ways to leave out, each five-fold and each a different question: **known pair parts** (compound and target both
known, the pair is not), **cold compound** (a new compound at a known target: what a screen asks), **cold target** (a
known compound at a new target) and **both cold** (a fifth of the pairs). Compounds that differ only in stereo go to the
same fold.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from screening.engine.progress import OnProgress, Progress
from screening.models.card import ModelCard
from screening.models.evaluation import conformal
from screening.models.evaluation.conformal import BinnedInterval
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.pairs import pair_regression, sequence_report
from screening.models.pairs.sequence import TERMS, SequenceModel, difficulty_terms
from screening.models.pairs.sequence_report import FamilyData, Left
from screening.provenance import content_key, package_versions

_FOLDS = 5
#: Lower edges of the bins of similarity that intervals are calibrated in; the last holds known compounds.
EDGES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.75, 1.0)


def train_sequence_model(
    data: FamilyData, *, title: str, least_score: float, seed: int = 0, on_progress: OnProgress | None = None
) -> SequenceModel:
    """Train, evaluate and calibrate a sequence model."""
    kernel = FingerprintIndex(data.compounds.fingerprints).similarity(data.compounds.fingerprints)
    observed = np.isfinite(data.table)
    scale = float(data.table[observed].std())
    n, k = data.table.shape
    generator = np.random.default_rng(seed)
    of_compound = _groups([key.hex() for key in data.compounds.families], seed)
    of_target = generator.permutation(np.arange(k) % _FOLDS)
    of_pair = generator.integers(0, _FOLDS, size=(n, k))
    found: dict[str, Left] = {}
    total = 4 * _FOLDS + 1
    done = 0
    for name in ("cold compound", "cold target", "both cold", "known pair parts"):
        left = found[name] = Left()
        for fold in range(_FOLDS):
            if on_progress:
                on_progress(Progress("training: leaving out", done, total, "fits"))
            rows, columns = of_compound == fold, of_target == fold
            seen, test = observed.copy(), observed.copy()
            if name == "cold compound":
                seen[rows], test[~rows] = False, False
            elif name == "cold target":
                seen[:, columns], test[:, ~columns] = False, False
            elif name == "both cold":
                seen[rows], seen[:, columns] = False, False
                test[~rows], test[:, ~columns] = False, False
            else:
                seen &= of_pair != fold
                test &= of_pair == fold
            _leave_out(kernel, data, seen, test, scale, left)
            done += 1
    interval = _calibrate(data, found, scale)
    evaluation = {name: sequence_report.report(data, name, left, interval) for name, left in found.items()}
    evaluation["cold compound"]["leakage"] = sequence_report.compound_leakage(data.compounds, of_compound, kernel)
    for name in ("cold target", "both cold"):
        evaluation[name]["targets"] = sequence_report.target_leakage(data, of_target)
    fitted = pair_regression.fit(kernel, data.target_kernel, data.table, noise=data.noise)
    if on_progress:
        on_progress(Progress("training: leaving out", total, total, "fits"))
    off = kernel - np.eye(n, dtype=np.float32)
    least_similarity = round(float(np.clip(np.quantile(off.max(axis=1), 0.05), 0.3, 0.5)), 3)
    return SequenceModel(
        card=_card(data, title, evaluation, interval, least_similarity, least_score, fitted),
        training=data.compounds,
        family=data.family,
        target_names=data.target_names,
        target_sequences=data.target_sequences,
        measured=np.where(observed, data.table, np.nan).astype(np.float32),
        weights=fitted.weights.astype(np.float16).astype(np.float32),
        mean=fitted.mean,
        compound_constant=fitted.compound_constant,
        target_constant=fitted.target_constant,
        floor=data.floor,
        ceiling=float(np.nanmax(data.table)),
        interval=interval,
        least_similarity=least_similarity,
        least_score=least_score,
        key=content_key([data.sha256, data.source, title, seed, package_versions()]),
        target_kernel=data.target_kernel.astype(np.float16),
    )


def _groups(names: list[str], seed: int) -> np.ndarray:
    """Return the fold of each name; equal names share one."""
    unique = sorted(set(names))
    fold = dict(zip(unique, np.random.default_rng(seed).permutation(np.arange(len(unique)) % _FOLDS)))
    return np.array([fold[name] for name in names])


def _leave_out(
    kernel: np.ndarray, data: FamilyData, seen: np.ndarray, test: np.ndarray, scale: float, left: Left
) -> None:
    """Predict the pairs where `test` is True from those where `seen` is True, and add them to `left`."""
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    known = np.where(seen, data.table, np.nan)[np.ix_(rows, columns)]
    fitted = pair_regression.fit(
        kernel[np.ix_(rows, rows)],
        data.target_kernel[np.ix_(columns, columns)],
        known,
        noise=data.noise[np.ix_(rows, columns)],
    )
    asked = np.flatnonzero(test.any(axis=1))
    wanted = np.flatnonzero(test.any(axis=0))
    to_rows = kernel[np.ix_(asked, rows)]
    to_columns = data.target_kernel[np.ix_(wanted, columns)]
    predicted = fitted.predict(to_rows, to_columns)
    profile = fitted.predict(kernel[np.ix_(rows, rows)], to_columns)
    near, few = conformal.few_nearest(to_rows)
    for at, target in enumerate(wanted):
        here = np.flatnonzero(test[asked, target])
        column = int(to_columns[at].argmax())
        measured = np.flatnonzero(np.isfinite(known[:, column]))
        nearest = measured[to_rows[here][:, measured].argmax(axis=1)]
        away = np.full(len(here), 1.0 - float(to_columns[at, column]))
        value = predicted[here, at]
        left.pairs.append(asked[here] * data.table.shape[1] + target)
        left.predicted.append(value)
        left.baseline.append(known[nearest, column])
        left.closeness.append(near[here, 0])
        left.terms.append(difficulty_terms(near[here], profile[few[here], at], value - data.floor, away, scale))


def _calibrate(data: FamilyData, found: dict[str, Left], scale: float) -> BinnedInterval:
    used = list(found.values())
    terms = np.concatenate([piece for left in used for piece in left.terms])
    closeness = np.concatenate([piece for left in used for piece in left.closeness])
    pairs = np.concatenate([piece for left in used for piece in left.pairs])
    predicted = np.concatenate([piece for left in used for piece in left.predicted])
    # Pairs measured as the kind that is predicted count as much as the more numerous converted ones, which scatter
    # less.
    direct = data.direct.ravel()[pairs]
    times = max(1, round((~direct).sum() / max(direct.sum(), 1)))
    drawn = np.repeat(np.arange(len(pairs)), np.where(direct, times, 1))
    residuals = data.table.ravel()[pairs] - predicted
    return conformal.calibrate_bins(terms[drawn], residuals[drawn], closeness[drawn], EDGES, scale)


def _card(
    data: FamilyData,
    title: str,
    evaluation: dict[str, Any],
    interval: BinnedInterval,
    least_similarity: float,
    least_score: float,
    fitted: pair_regression.PairRegression,
) -> ModelCard:
    observed = np.isfinite(data.table)
    values = data.table[observed]
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
            "pairs": int(observed.sum()),
            "pairs_direct": int((observed & data.direct).sum()),
            "range": [round(float(values.min()), 3), round(float(values.max()), 3)],
            "mean": round(float(values.mean()), 3),
            "standard_deviation": round(float(values.std()), 3),
        },
        features=["Morgan radius 2, 2048 bits", "sequence of the target, by alignment"],
        estimator={
            "name": "kernel ridge regression on pairs",
            "parameters": {
                "compound_constant": fitted.compound_constant,
                "target_constant": fitted.target_constant,
                "noise": round(fitted.noise, 4),
                "steps": fitted.steps,
            },
        },
        evaluation=evaluation,
        calibration={
            "confidence": conformal.CONFIDENCE,
            "formula": "prediction ± quantile * sum(coefficient * term), by similarity to the nearest compound",
            "terms": list(TERMS),
            "bins": [
                {
                    "from": edge,
                    "coefficients": [round(value, 4) for value in one.coefficients],
                    "quantile": round(one.quantile, 4),
                }
                for edge, one in zip(interval.edges, interval.intervals)
            ],
        },
        domain={
            "rule": "Tanimoto similarity (Morgan, radius 2, 2048 bits) to the nearest training compound of at least",
            "least_similarity": least_similarity,
            "least_score": least_score,
        },
        limitations=[
            "A predicted affinity is an estimate from measured analogues, not a measurement.",
            f"Trained on {len(data.compounds)} kinase inhibitors: most compounds of a library are outside its domain.",
            f"Affinities weaker than {data.floor:g} were not measured: {data.floor:g} means none was found.",
            "Values converted from KIBA scores are less certain than measured Kd.",
        ],
        versions=package_versions(),
        options={"model": "pair regression"},
    )
