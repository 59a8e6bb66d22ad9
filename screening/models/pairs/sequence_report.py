"""Errors, coverage and leakage of a sequence model on pairs left out of its training, as its card stores them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from screening.models.affinity import AffinityKind
from screening.models.evaluation import evaluate, leakage, metrics, splits
from screening.models.evaluation.conformal import BinnedInterval
from screening.models.training_set import TrainingSet


@dataclasses.dataclass(frozen=True)
class FamilyData:
    """A table of affinities, with gaps.

    Attributes
    ----------
    family, kind, source, sha256
        Such as ``"protein kinase"``, pKd, where the table is published and the hash of its files.
    compounds
        The n compounds.
    target_names, target_sequences
        The k targets, each sequence once.
    table
        float64, shape (n, k), NaN where nothing was measured.
    direct
        bool, shape (n, k): measured as `kind`, not converted from another scale; errors are given for these.
    noise
        float64, shape (n, k): noise variance of each value as a part of the variance of the signal.
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
    direct: np.ndarray
    noise: np.ndarray
    target_kernel: np.ndarray
    floor: float


#: What is new to the model in each split.
_HOW = {
    "cold compound": "compounds that are in no training pair",
    "cold target": "targets that are in no training pair",
    "both cold": "neither the compound nor the target is in a training pair",
    "known pair parts": "compound and target are both known from other pairs, only the pair is new",
}
#: Similarity from which on two targets count as twins.
_TWINS = 0.9


@dataclasses.dataclass
class Left:
    """What is known of left-out pairs, by flat position in the table."""

    pairs: list[np.ndarray] = dataclasses.field(default_factory=list)
    predicted: list[np.ndarray] = dataclasses.field(default_factory=list)
    baseline: list[np.ndarray] = dataclasses.field(default_factory=list)
    terms: list[np.ndarray] = dataclasses.field(default_factory=list)
    closeness: list[np.ndarray] = dataclasses.field(default_factory=list)


def compound_leakage(compounds: TrainingSet, fold: np.ndarray, kernel: np.ndarray) -> dict[str, Any]:
    """Return the leakage report of the compounds of all folds."""
    others = np.where(fold[:, None] == fold[None, :], np.float32(-1), kernel)
    found = leakage.leakage_report(
        np.ones(len(compounds), dtype=bool),
        fold,
        compounds.smiles,
        compounds.identities,
        compounds.families,
        splits.scaffolds(compounds.smiles),
        others.max(axis=1),
    )
    return dataclasses.asdict(found) | {"sentence": found.sentence()}


def target_leakage(data: FamilyData, fold: np.ndarray) -> dict[str, Any]:
    """Count the targets with a near twin, such as a mutant of the same protein, in another fold."""
    others = np.where(fold[:, None] == fold[None, :], -1.0, data.target_kernel)
    twins = int((others.max(axis=1) >= _TWINS).sum())
    return {
        "test": len(fold),
        "twins": twins,
        "sentence": (
            f"{twins} of {len(fold)} targets have one in training whose sequence aligns to {_TWINS:.0%} or better"
            f" (median of the nearest {np.median(others.max(axis=1)):.2f})."
        ),
    }


def report(data: FamilyData, name: str, left: Left, interval: BinnedInterval) -> dict[str, Any]:
    """Return errors, baselines and coverage of the pairs that the split called `name` left out."""
    pairs = np.concatenate(left.pairs)
    truth, direct = data.table.ravel()[pairs], data.direct.ravel()[pairs]
    predicted, baseline = np.concatenate(left.predicted), np.concatenate(left.baseline)
    closeness = np.concatenate(left.closeness)
    half = interval.half_width(np.concatenate(left.terms), closeness)
    bins = interval.bins(closeness)
    return {
        "how": (
            f"{_HOW[name]}; five folds, errors on {int(direct.sum())} pairs measured as {data.kind.value},"
            " coverage on all"
        ),
        "model": numbers(truth[direct], predicted[direct]),
        "baselines": {
            "training mean": numbers(truth[direct], np.full(int(direct.sum()), truth[direct].mean())),
            "nearest neighbour": numbers(truth[direct], baseline[direct]),
        },
        "all pairs": numbers(truth, predicted),
        "interval": evaluate.interval_report(truth - predicted, half)
        | {
            "coverage_direct": round(float(np.mean(np.abs(truth - predicted)[direct] <= half[direct])), 4),
            "by_similarity": [
                {
                    "from": edge,
                    "pairs": int((bins == number).sum()),
                    "coverage": round(
                        float(np.mean(np.abs(truth - predicted)[bins == number] <= half[bins == number])), 4
                    ),
                    "median_width": round(float(np.median(2 * half[bins == number])), 3),
                }
                for number, edge in enumerate(interval.edges)
                if (bins == number).any()
            ],
        },
    }


def numbers(truth: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """Return the errors of predictions, with the squared error and the concordance index."""
    more = {"mse": metrics.rmse(truth, predicted) ** 2, "ci": metrics.concordance(truth, predicted)}
    return evaluate.numbers(truth, predicted) | {name: round(value, 4) for name, value in more.items()}
