"""Train a family model on panels of compounds by targets, and say how it does on compounds it has not seen.

Compounds that share a parent or a scaffold are left out together, over all panels (three folds). Errors are given for
each panel on its own scale, beside those of the mean of the target and of the nearest compound measured there. A limit
counts as an error only where the prediction is on the wrong side of it.

Compounds are compared by Tanimoto similarity. If a share of counts and descriptors is asked for
(`screening.models.pairs.family.compound_kernel`), everything is fitted with these too; the fit without them is then the
fast model for the first pass of a screen and for what atoms contribute.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from screening.engine.progress import OnProgress, Progress
from screening.features.descriptors import NAMES
from screening.features.stored_features import STORED
from screening.models.card import ModelCard
from screening.models.cards.training_card import ABOUT_STAGES
from screening.models.estimators.catalog import FIRST_STAGE
from screening.models.evaluation import conformal, splits
from screening.models.evaluation.conformal import BinnedInterval
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.pairs import family_report, limited_pairs, sequence_report
from screening.models.pairs.family.compound_kernel import CompoundKernel
from screening.models.pairs.family.drugs_left_out import Drug, drug_ranks, unlike
from screening.models.pairs.family.mutant_report import mutant_report
from screening.models.pairs.family.reported_affinity import ReportedAffinity, calibrated
from screening.models.pairs.family_model import FamilyModel
from screening.models.pairs.family_table import FamilyTable
from screening.models.pairs.limited_pairs import CONSTANT, Term, combined
from screening.models.pairs.residue_kernel import TargetFeatures, TargetKernels, TargetWeights, target_kernels
from screening.models.pairs.sequence import TERMS, difficulty_terms
from screening.models.training_set import TrainingSet, compound_block
from screening.provenance import content_key, package_versions

_FOLDS = 3
#: Width over which predictions approach the floor: about the error of a prediction there.
_SOFTNESS = 0.3
#: Lower edges of the bins of similarity that intervals are calibrated in.
EDGES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.75)


@dataclasses.dataclass(frozen=True)
class _Fitted:
    """Weights of a fit on some of the compounds, and the mean that was taken off."""

    weights: np.ndarray
    mean: float
    rows: np.ndarray


def train_family_model(
    data: FamilyTable,
    *,
    title: str,
    share: float = 0.0,
    seed: int = 0,
    kept: Path | None = None,
    drugs: Sequence[Drug] = (),
    on_progress: OnProgress | None = None,
) -> FamilyModel:
    """Train, evaluate and calibrate a family model.

    Parameters
    ----------
    share
        Part of counts and descriptors in the kernel of the compounds.
    kept
        Folder that keeps finished fits, so that the same call goes on after an interruption.
    drugs
        Left out with everything like them, to see where their targets come among all.
    """
    block = compound_block(data.compounds.smiles)
    similarity = FingerprintIndex(block.fingerprints).similarity(block.fingerprints)
    kernel = CompoundKernel.of(block, share) if share > 0 else None
    compounds = similarity
    if kernel is not None:
        compounds = kernel.rows(dataclasses.replace(block, features=kernel.references), similarity)
    features = TargetFeatures(
        tuple(one.family for one in data.targets),
        tuple(one.residues for one in data.targets),
        np.array([bool(one.mutations) for one in data.targets]),
    )
    target_weights = TargetWeights()
    targets = target_kernels(features, features, data.profiles, np.eye(len(data.targets)), target_weights)
    fold = compound_folds(data.compounds, seed)
    numbers = [data.values, data.limits, data.noise, targets.shared, targets.own]
    if kernel is not None:
        numbers.append(compounds)
    made_of = [hashlib.sha256(one.tobytes()).hexdigest() for one in numbers]
    key = content_key([data.sha256, data.source, title, seed, made_of, package_versions()])
    used_rows = [np.flatnonzero(fold != number) for number in range(_FOLDS + 1)]
    asked = [(similarity, rows) for rows in used_rows]
    if kernel is not None:
        asked += [(compounds, rows) for rows in used_rows]
    if drugs:
        asked.append((compounds, unlike(data.compounds, drugs)))
    fits = []
    for number, (matrix, rows) in enumerate(asked):
        if on_progress:
            on_progress(Progress("training", number, len(asked), "fits"))
        name = kept / f"{key[:16]}-{number}.npz" if kept else None
        fits.append(_fitted(matrix, targets, data, rows, name))
    firsts, last = fits[: _FOLDS + 1], fits[-1]
    fits = firsts if kernel is None else fits[_FOLDS + 1 :]
    near, scatter = _neighbourhood(similarity, targets, fold, firsts[:_FOLDS])
    fast = _calibrated(data, _left_out(similarity, targets, fold, firsts[:_FOLDS]), near, scatter)
    full = _calibrated(data, _left_out(compounds, targets, fold, fits[:_FOLDS]), near, scatter)
    first = data.panels[0]
    mutants, changes = mutant_report(data, compounds + np.float32(CONSTANT), targets, fold)
    baseline = family_report.target_means(data, fold)
    least, by_similarity = family_report.domain_of(data, full.predicted, baseline, near[:, 0])
    evaluation = {
        "cold compound": family_report.cold_report(
            data, full.predicted, full.half, baseline, fold, similarity, by_similarity
        )
    }
    evaluation["cold compound"]["stretch"] = {"above": full.reported.start, "by": full.reported.stretch}
    evaluation["cold compound"]["mutants left out"] = mutants
    if drugs:
        evaluation["cold compound"]["drugs left out"] = drug_ranks(
            data, drugs, last.mean, last.weights @ targets.shared, last.rows, kernel
        )
    evaluation["cold compound"]["leakage"] = sequence_report.compound_leakage(data.compounds, fold, similarity)
    whole = FamilyModel(
        card=_card(data, title, evaluation, full.interval, least, share),
        training=data.compounds,
        profiles=data.profiles,
        targets=data.targets,
        measured=first.values.astype(np.float32),
        measured_limits=first.limits.astype(np.int8),
        measured_source=first.name,
        **_fields(fits[_FOLDS], full),
        least_similarity=least,
        key=key,
        target_weights=target_weights,
        changes=changes,
    )
    if kernel is None:
        return whole
    return whole.with_kernel(kernel, keep=FIRST_STAGE["ensemble"][1], **_fields(firsts[_FOLDS], fast))


def _fields(fitted: _Fitted, calibration: _Calibration) -> dict[str, Any]:
    """Return the fields of a model that are of one fit."""
    return {
        "weights": fitted.weights.astype(np.float16).astype(np.float32),
        "mean": fitted.mean,
        "reported": calibration.reported,
        "interval": calibration.interval,
    }


def compound_folds(compounds: TrainingSet, seed: int) -> np.ndarray:
    """Return the fold of each compound; those of one scaffold share one, those without are alone with their family."""
    groups = [
        scaffold or family.hex() for scaffold, family in zip(splits.scaffolds(compounds.smiles), compounds.families)
    ]
    unique = sorted(set(groups))
    of = dict(zip(unique, np.random.default_rng(seed).permutation(np.arange(len(unique)) % _FOLDS)))
    return np.array([of[group] for group in groups])


@dataclasses.dataclass(frozen=True)
class _Calibration:
    """How numbers are reported and their intervals; what is reported of compounds unseen, and half the widths."""

    reported: ReportedAffinity
    interval: BinnedInterval
    predicted: np.ndarray
    half: np.ndarray


def _calibrated(data: FamilyTable, computed: np.ndarray, near: np.ndarray, scatter: np.ndarray) -> _Calibration:
    """Calibrate numbers of compounds unseen, shape (n, k); `near` and `scatter` as from `_neighbourhood`."""
    ceiling = float(np.nanmax(data.panels[0].values))
    reported = calibrated(data.values, data.limits, computed, floor=data.floor, ceiling=ceiling, softness=_SOFTNESS)
    predicted = reported.of(computed, np.zeros((len(computed), 1), dtype=bool))
    above = predicted - data.floor
    scale = float(np.nanstd(data.values))
    # Limits that hold say nothing of the size of an error, and those that are broken too little: values alone count.
    used = np.flatnonzero(np.isfinite(data.values) & (data.limits >= 0))
    # A value below the floor is reported as the floor, as an assay would.
    residual = np.maximum(data.values, data.floor) - predicted
    i, j = np.divmod(used, data.values.shape[1])
    terms = difficulty_terms(near[i], scatter[i, j], above[i, j], np.zeros(len(i)), scale)
    interval = conformal.calibrate_bins(terms, residual[i, j], near[i, 0], EDGES, scale)
    half = np.full(predicted.shape, np.nan)
    at_row, at_column = np.nonzero(np.isfinite(data.values))
    every = difficulty_terms(
        near[at_row], scatter[at_row, at_column], above[at_row, at_column], np.zeros(len(at_row)), scale
    )
    half[at_row, at_column] = interval.half_width(every, near[at_row, 0])
    return _Calibration(reported, interval, predicted, half)


def _fitted(
    kernel: np.ndarray, targets: TargetKernels, data: FamilyTable, rows: np.ndarray, kept: Path | None
) -> _Fitted:
    if kept and kept.exists():
        with np.load(kept) as stored:
            return _Fitted(stored["weights"], float(stored["mean"]), stored["rows"])
    table = data.values[rows]
    mean = float(np.median(table[np.isfinite(table)]))
    here = kernel[np.ix_(rows, rows)]
    terms = [Term(here + np.float32(CONSTANT), targets.shared.astype(np.float32))]
    found, _ = limited_pairs.fit(
        terms, table, data.limits[rows] < 0, data.noise[rows], mean, own=targets.own.astype(np.float32)
    )
    weights = np.zeros(data.values.shape, dtype=np.float32)
    weights[rows] = found
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_name(f"fresh-{kept.name}")
        np.savez(fresh, weights=weights, mean=mean, rows=rows)
        fresh.replace(kept)
    return _Fitted(weights, mean, rows)


def _left_out(kernel: np.ndarray, targets: TargetKernels, fold: np.ndarray, fits: list[_Fitted]) -> np.ndarray:
    """Return what is computed for every compound unseen, shape (n, k)."""
    found = np.zeros((len(fold), len(targets.shared)))
    for number, fitted in enumerate(fits):
        test = np.flatnonzero(fold == number)
        found[test] = fitted.mean + combined(kernel[test], fitted.weights @ targets.shared)
    return found


def _neighbourhood(
    similarity: np.ndarray, targets: TargetKernels, fold: np.ndarray, fits: list[_Fitted]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the similarities of the five nearest of every compound unseen, and what the fast model says of these."""
    near = np.zeros((len(fold), 5))
    scatter = np.zeros((len(fold), len(targets.shared), 5))
    for number, fitted in enumerate(fits):
        test = np.flatnonzero(fold == number)
        shared = fitted.weights @ targets.shared
        to_known = similarity[np.ix_(test, fitted.rows)]
        near[test], few = conformal.few_nearest(to_known)
        at = fitted.rows[few]
        known = np.unique(at)
        profile = fitted.mean + combined(similarity[known], shared)
        profile += fitted.weights[known] @ targets.own
        scatter[test] = profile[np.searchsorted(known, at)].transpose(0, 2, 1)
    return near, scatter


def _card(
    data: FamilyTable,
    title: str,
    evaluation: dict[str, Any],
    interval: BinnedInterval,
    least: float,
    share: float,
) -> ModelCard:
    known = np.isfinite(data.values)
    values = data.values[known]
    mutants = sum(bool(one.mutations) for one in data.targets)
    return ModelCard(
        title=title,
        model_type="protein family",
        kind=data.kind.value,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        data={
            "source": data.source,
            "sha256": data.sha256,
            "compounds": len(data.compounds),
            "targets": len(data.targets),
            "mutants": mutants,
            "pairs": int(known.sum()),
            "pairs_direct": int(np.isfinite(data.panels[0].values).sum()),
            "limits": int((data.limits < 0).sum()),
            "range": [round(float(values.min()), 3), round(float(values.max()), 3)],
            "mean": round(float(values.mean()), 3),
            "standard_deviation": round(float(values.std()), 3),
            "links": list(data.links),
            "left_out": list(data.notes),
        },
        features=[
            "Morgan radius 2, 2048 bits",
            *([*(f"{name} counts" for name in STORED), f"{len(NAMES)} descriptors"] if share else []),
            "residues of the domain and of the binding site",
        ],
        estimator={
            "name": "kernel ridge regression on pairs, limits used as limits",
            "parameters": {
                "constant": CONSTANT,
                **({"counts and descriptors": share} if share else {}),
                "targets": dataclasses.asdict(TargetWeights()),
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
            "rule": (
                f"cross-validated error of at most {family_report.LARGEST_ERROR:g} log units: Tanimoto similarity"
                " (Morgan, radius 2, 2048 bits) to the nearest training compound of at least"
            ),
            "least_similarity": least,
            "least_score": data.profiles[0].least_score,
        },
        limitations=[
            "A predicted affinity is an estimate from measured analogues, not a measurement.",
            f"Trained on {len(data.compounds)} kinase inhibitors: most compounds of a library are outside its domain.",
            f"Affinities weaker than {data.floor:g} were not measured: {data.floor:g} means none was found.",
            "Values of other panels were brought to the scale of Kd and are less certain there.",
            "A sequence stands for the kinase in its usual state; name another state to have it.",
            *([ABOUT_STAGES] if share else []),
        ],
        versions=package_versions(),
        options={"model": "family"},
    )
