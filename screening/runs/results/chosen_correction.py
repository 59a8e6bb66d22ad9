"""Intervals for the best predicted.

Who is chosen because a prediction is high is, on average, predicted too high, and the interval that holds 90 % of all
compounds holds fewer of the chosen. Two kinds of residuals say how much: those of training compounds that would have
been chosen (cross-validated prediction at least that of the batch), and those of compounds that earlier rounds chose,
which count `EARLIER_WEIGHT` times. Their weighted mean, shrunk towards zero, shifts the predictions; the weighted
conformal quantile of what is left widens or narrows the intervals (Tibshirani et al., Conformal prediction under
covariate shift, NeurIPS 2019; Jin and Candes, Selection by prediction with conformal p-values, JMLR 2023).

The constants were chosen on three rounds each of four MoleculeACE sets (CHEMBL1871, 2034, 238, 4005, two seeds): there
the coverage on the chosen of a campaign lay between .85 and .95 as predicted and between .88 and .93 corrected. On
Nav1.7, which was not used to choose them, it was .91 and .89 as predicted and .89 and .88 corrected: no gain
(``tests/benchmarks/bench_models_rounds.py``).
"""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.models.evaluation.conformal import CONFIDENCE

#: How much more a compound counts that an earlier round chose.
EARLIER_WEIGHT = 3.0
#: Residuals that the shift is shrunk by, as if so many more had been zero.
SHRINKAGE = 20.0
#: Fewest training compounds that are looked at: the best predicted ones.
FEWEST = 60


@dataclasses.dataclass(frozen=True)
class ChosenCorrection:
    """What to do to predictions of a batch of the best.

    Attributes
    ----------
    shift
        Added to the prediction, log units.
    factor
        Half the interval is multiplied by it.
    training, earlier
        Residuals it was worked out from: of training compounds, and of earlier rounds.
    """

    shift: float
    factor: float
    training: int
    earlier: int

    @property
    def sentence(self) -> str:
        """The correction in words."""
        return (
            f"corrected for choosing the best: predictions by {self.shift:+.2f}, intervals times {self.factor:.2f}"
            f" (from {self.training} training compounds and {self.earlier} of earlier rounds)"
        )


NONE = ChosenCorrection(0.0, 1.0, 0, 0)


def chosen_correction(
    lowest: float,
    *,
    predicted: np.ndarray,
    measured: np.ndarray,
    half: np.ndarray,
    earlier_residuals: np.ndarray | None = None,
    earlier_half: np.ndarray | None = None,
) -> ChosenCorrection:
    """Work out the correction of a batch.

    Parameters
    ----------
    lowest
        The lowest prediction of the batch.
    predicted, measured, half
        float64, shape (n,): cross-validated predictions of training compounds, their exact values, half the intervals.
    earlier_residuals, earlier_half
        float64, shape (m,): measured less predicted of compounds that earlier rounds chose, as they were predicted
        then, and half the intervals of then.
    """
    usable = np.isfinite(predicted) & np.isfinite(half) & (half > 0)
    predicted, measured, half = predicted[usable], measured[usable], half[usable]
    near = predicted >= lowest
    if near.sum() < FEWEST:
        near = np.zeros(len(predicted), dtype=bool)
        near[np.argsort(-predicted, kind="stable")[:FEWEST]] = True
    residuals, widths = (measured - predicted)[near], half[near]
    weights = np.ones(len(residuals))
    count = 0 if earlier_residuals is None else len(earlier_residuals)
    if earlier_residuals is not None and earlier_half is not None and count:
        residuals = np.concatenate([residuals, earlier_residuals])
        widths = np.concatenate([widths, earlier_half])
        weights = np.concatenate([weights, np.full(count, EARLIER_WEIGHT)])
    if not len(residuals):
        return NONE
    effective = weights.sum() ** 2 / (weights**2).sum()
    shift = float((weights * residuals).sum() / weights.sum() * effective / (effective + SHRINKAGE))
    factor = weighted_quantile(np.abs(residuals - shift) / np.maximum(widths, 1e-6), weights)
    if effective < FEWEST / 2:
        # A few results may widen the intervals, but narrow none.
        factor = max(factor, 1.0)
    return ChosenCorrection(shift, factor, int(near.sum()), count)


def weighted_quantile(ratios: np.ndarray, weights: np.ndarray, confidence: float = CONFIDENCE) -> float:
    """Return the smallest ratio that a share of `confidence` of the weights does not exceed.

    A further weight, the largest one, stands at infinity for the compound that is asked about.
    """
    order = np.argsort(ratios, kind="stable")
    share = np.cumsum(weights[order]) / (weights.sum() + weights.max())
    at = int(np.searchsorted(share, confidence))
    return float(ratios[order][min(at, len(ratios) - 1)])
