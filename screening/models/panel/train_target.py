"""Fit, calibrate and test the model of one target of a panel."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from screening.features.molecule_features import MoleculeFeatures, molecule_features
from screening.models.estimators import baselines
from screening.models.evaluation import conformal, metrics, splits
from screening.models.evaluation.conformal import Interval
from screening.models.panel import additive_process
from screening.models.panel.additive_process import FINGERPRINTS, AdditiveProcess
from screening.models.training_set import compound_block

_FOLDS = 5
#: Compounds with more features that are not known than so many of the left-out training compounds have, or further
#: from the training compounds, are outside the domain.
_EDGE = 0.95


@dataclasses.dataclass(frozen=True)
class Domain:
    """Largest share of features not known, and largest distance to the training compounds, of the domain."""

    unknown: float
    distance: float

    def holds(self, terms: np.ndarray, spread: float, half: np.ndarray) -> np.ndarray:
        """Return bool, shape (n,): also that the interval is narrower than that of the training values themselves."""
        inside = (terms[:, 1] <= spread * self.unknown + 1e-9) & (terms[:, 2] <= spread * self.distance + 1e-9)
        return np.asarray(inside & (half < 1.645 * spread))


@dataclasses.dataclass(frozen=True)
class TrainedTarget:
    """A fitted model with interval and domain, and how it did on compounds kept apart."""

    process: AdditiveProcess
    interval: Interval
    domain: Domain
    test: dict[str, Any]


def train_target(smiles: list[str], values: np.ndarray, test: np.ndarray) -> TrainedTarget:
    """Train the model of a target on all compounds; its test is that of one trained on those that are not `test`.

    Interval and domain are those of the latter, by cross-validation inside its compounds.

    Parameters
    ----------
    smiles
        Parent SMILES, n of them.
    values
        float64, shape (n,): -log10 molar.
    test
        bool, shape (n,).
    """
    block = compound_block(smiles)
    features = molecule_features(smiles, list(FINGERPRINTS), block.properties)
    kernel = additive_process.similarities(features)
    train = np.flatnonzero(~test)
    interval, domain = _calibrated(features, values, kernel, train)
    first = additive_process.fit(features.take(train), values[train], kernel[np.ix_(train, train)])
    predicted, terms = first.predict(features.take(test))
    half = interval.half_width(terms)
    inside = domain.holds(terms, first.spread, half)
    truth = values[test]
    mean, neighbour = baselines.baseline_predictions(block.fingerprints[~test], values[~test], block.fingerprints[test])
    report = {
        "train": int((~test).sum()),
        "n": int(test.sum()),
        "rmse": round(metrics.rmse(truth, predicted), 3),
        "spearman": round(metrics.spearman(truth, predicted), 3),
        "baselines": {
            "training mean": round(metrics.rmse(truth, mean), 3),
            "nearest neighbour": round(metrics.rmse(truth, neighbour), 3),
        },
        "coverage": round(float(np.mean(np.abs(truth - predicted) <= half)), 3),
        "median_width": round(float(np.median(2 * half)), 2),
        "in_domain": round(float(inside.mean()), 3),
        "rmse_in_domain": round(metrics.rmse(truth[inside], predicted[inside]), 3),
    }
    return TrainedTarget(additive_process.fit(features, values, kernel), interval, domain, report)


def _calibrated(
    features: MoleculeFeatures, values: np.ndarray, kernel: np.ndarray, train: np.ndarray
) -> tuple[Interval, Domain]:
    """Return interval and domain by cross-validation among the rows `train`."""
    own = values[train]
    fold = splits.folds(len(train), _FOLDS, 0, own)
    predicted = np.empty(len(train))
    terms = np.empty((len(train), len(additive_process.TERMS)))
    for number in range(_FOLDS):
        here, others = fold == number, train[fold != number]
        fitted = additive_process.fit(features.take(others), values[others], kernel[np.ix_(others, others)])
        predicted[here], terms[here] = fitted.predict(features.take(train[here]))
    spread = float(own.std())
    interval = conformal.calibrate(terms, own - predicted, spread)
    edges = np.quantile(terms[:, 1:3] / spread, _EDGE, axis=0)
    return interval, Domain(float(edges[0]), float(edges[1]))
