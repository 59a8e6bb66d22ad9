"""Errors, baselines, coverage and calibration of a family model on compounds left out, as its card stores them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from screening.models.evaluation import evaluate, metrics
from screening.models.pairs import sequence_report
from screening.models.pairs.family_table import FamilyTable, Panel

#: A prediction is worth making where the root mean square error is no larger, in log units.
LARGEST_ERROR = 0.8
#: Pairs compared for the concordance over all panels, chosen at random.
_MOST_COMPARED = 30_000


def target_means(data: FamilyTable, fold: np.ndarray) -> np.ndarray:
    """Return for each compound and panel-scale value the mean of the target over the other folds, shape (n, k)."""
    found = np.zeros(data.values.shape)
    for number in np.unique(fold):
        values = data.values[fold != number]
        there = np.isfinite(values)
        mean = float(values[there].mean())
        found[fold == number] = (np.where(there, values - mean, 0.0).sum(axis=0)) / (there.sum(axis=0) + 3.0) + mean
    return found


def _errors(panel: Panel, predicted: np.ndarray) -> np.ndarray:
    """Return prediction minus value where a panel has one; 0 on the right side of a limit; NaN elsewhere."""
    error = predicted - panel.values
    return np.where(panel.limits < 0, np.maximum(error, 0.0), error)


def domain_of(
    data: FamilyTable, predicted: np.ndarray, baseline: np.ndarray, closeness: np.ndarray
) -> tuple[float, list[dict[str, float]]]:
    """Return the similarity from which on errors are small enough, and the errors by similarity.

    Counted on values that tell something: those that are no limits, and limits the prediction breaks.
    """
    exact = np.isfinite(data.values) & (data.limits >= 0)
    edges = np.array([0.0, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8])
    rows, least = [], 0.8
    for number in range(len(edges) - 1, -1, -1):
        upper = edges[number + 1] if number + 1 < len(edges) else 1.01
        here = exact & ((closeness >= edges[number]) & (closeness < upper))[:, None]
        if here.sum() < 200:
            continue
        own = metrics.rmse(data.values[here], predicted[here])
        mean = metrics.rmse(data.values[here], baseline[here])
        rows.append(
            {
                "from": float(edges[number]),
                "pairs": int(here.sum()),
                "rmse": round(own, 3),
                "target mean": round(mean, 3),
            }
        )
    for row in rows:  # from the most similar down, as long as the model is worth it
        if row["rmse"] > LARGEST_ERROR:
            break
        least = row["from"]
    return max(round(float(least), 3), 0.2), rows[::-1]


def cold_report(
    data: FamilyTable,
    predicted: np.ndarray,
    half: np.ndarray,
    baseline: np.ndarray,
    fold: np.ndarray,
    similarity: np.ndarray,
    by_similarity: list[dict[str, float]],
) -> dict[str, Any]:
    """Return errors, baselines, coverage and calibration of compounds left out, as the card stores them.

    Parameters
    ----------
    predicted, half, baseline
        Shape (n, k): predictions of compounds unseen, half the widths of their intervals, and means of the targets.
    fold
        Of each compound.
    similarity
        Of the compounds, shape (n, n).
    by_similarity
        What `domain_of` found.
    """
    first = data.panels[0]
    there = np.isfinite(first.values)
    truth, shown = first.values[there], np.clip(predicted[there], data.floor, None)
    nearest = _nearest_measured(data, fold, similarity)[there]
    exact = np.isfinite(data.values) & (data.limits >= 0)
    error = np.maximum(data.values, data.floor) - predicted
    inside = np.where(data.limits < 0, predicted - half <= data.values, np.abs(error) <= half)
    known = np.isfinite(data.values)
    return {
        "how": (
            f"compounds whose parent and scaffold are in no training pair of any panel; three folds, errors on"
            f" {int(there.sum())} pairs of {first.name}, coverage on the {int(exact.sum())} values that are no limits"
        ),
        "model": sequence_report.numbers(truth, shown),
        "baselines": {
            "mean of the target": sequence_report.numbers(truth, np.clip(baseline[there], data.floor, None)),
            "nearest neighbour": sequence_report.numbers(truth, nearest),
        },
        "joined": _joined_report(data, predicted, baseline),
        "panels": {
            panel.name: _panel_report(panel, predicted, baseline, fold)
            | {"in_no_other_panel": _panel_report(_alone(panel, data.panels), predicted, baseline, fold)}
            for panel in data.panels
        },
        "interval": evaluate.interval_report(error[exact], half[exact])
        | {"coverage_with_limits": round(float(inside[known].mean()), 4)},
        "errors by similarity": by_similarity,
        "calibration by prediction": _calibration(first, predicted),
    }


def _alone(panel: Panel, panels: Sequence[Panel]) -> Panel:
    """Return the panel with only those of its compounds that no other panel holds."""
    held = np.zeros(len(panel.values), dtype=bool)
    for other in panels:
        if other.name != panel.name:
            held |= np.isfinite(other.values).any(axis=1)
    return dataclasses.replace(panel, values=np.where(held[:, None], np.nan, panel.values))


def _joined_report(data: FamilyTable, predicted: np.ndarray, baseline: np.ndarray) -> dict[str, Any]:
    """Return errors over all panels; a limit that holds is no error, and counts as its value for the concordance."""
    there = np.isfinite(data.values)
    some = np.random.default_rng(0).permutation(int(there.sum()))[:_MOST_COMPARED]
    joined = Panel("joined", "", data.values, data.limits)
    found: dict[str, Any] = {"pairs": int(there.sum())}
    for name, values in (("model", predicted), ("mean of the target", baseline)):
        errors = _errors(joined, values)[there]
        found[name] = {
            "rmse_limits_counted": round(float(np.sqrt(np.mean(errors**2))), 4),
            "ci": round(metrics.concordance(data.values[there][some], values[there][some]), 4),
        }
    return found


def _mean_of_values(panel: Panel, fold: np.ndarray) -> np.ndarray:
    """Return for each compound the mean of the values, limits left out, that each target has in the other folds."""
    found = np.zeros(panel.values.shape)
    exact = np.isfinite(panel.values) & (panel.limits >= 0)
    for number in np.unique(fold):
        use = exact & (fold != number)[:, None]
        total, count = np.where(use, panel.values, 0.0).sum(axis=0), use.sum(axis=0)
        every = total.sum() / max(int(count.sum()), 1)
        found[fold == number] = np.where(count > 0, total / np.maximum(count, 1), every)
    return found


def _panel_report(panel: Panel, predicted: np.ndarray, baseline: np.ndarray, fold: np.ndarray) -> dict[str, Any]:
    there = np.isfinite(panel.values)
    exact = there & (panel.limits >= 0)
    if not exact.any():
        return {"pairs": int(there.sum()), "exact": 0}
    errors, mean_errors = _errors(panel, predicted), _errors(panel, baseline)
    ranks = []
    for row in np.flatnonzero(exact.sum(axis=1) >= 8):
        values = panel.values[row][exact[row]]
        if values.std() > 0 and predicted[row][exact[row]].std() > 0:
            ranks.append(metrics.spearman(values, predicted[row][exact[row]]))
    hits = []
    for row in np.flatnonzero((panel.values >= panel.binder).any(axis=1) & (there.sum(axis=1) >= 50)):
        asked = np.flatnonzero(there[row])
        best = asked[np.argsort(-predicted[row][asked], kind="stable")[:10]]
        hits.append(bool((panel.values[row][best] >= panel.binder).any()))
    areas = []
    for column in range(panel.values.shape[1]):
        asked = there[:, column]
        active = panel.values[asked, column] >= panel.binder
        if active.sum() >= 3 and (~active).sum() >= 3:
            areas.append(_area(active, predicted[asked, column]))
    found: dict[str, Any] = {
        "pairs": int(there.sum()),
        "exact": int(exact.sum()),
        "rmse_exact": round(float(np.sqrt(np.mean(errors[exact] ** 2))), 4),
        "rmse_limits_counted": round(float(np.sqrt(np.mean(errors[there] ** 2))), 4),
        "rmse_target_mean_exact": round(float(np.sqrt(np.mean(mean_errors[exact] ** 2))), 4),
        "rmse_mean_of_exact_values": round(
            float(np.sqrt(np.mean((_mean_of_values(panel, fold) - panel.values)[exact] ** 2))), 4
        ),
    }
    for name, values in (("spearman_within_compound", ranks), ("auc_within_target", areas), ("top_ten", hits)):
        if values:
            found[name] = round(float(np.mean(values)), 4)
    return found


def _area(active: np.ndarray, score: np.ndarray) -> float:
    from scipy.stats import rankdata

    ranks, count = rankdata(score), int(active.sum())
    return float((ranks[active].sum() - count * (count + 1) / 2) / (count * (len(active) - count)))


def _calibration(panel: Panel, predicted: np.ndarray) -> list[dict[str, float]]:
    """Return, by level of prediction, how far the values lie from it: where predictions are too low or too high."""
    there = np.isfinite(panel.values)
    found = []
    for low, high in ((-9.0, 5.5), (5.5, 6.0), (6.0, 6.5), (6.5, 7.0), (7.0, 7.5), (7.5, 12.0)):
        here = there & (predicted >= low) & (predicted < high)
        if here.sum() >= 20:
            values = panel.values[here]
            found.append(
                {
                    "from": low,
                    "pairs": int(here.sum()),
                    "predicted": round(float(np.clip(predicted[here], 5.0, None).mean()), 3),
                    "measured": round(float(values.mean()), 3),
                }
            )
    return found


def _nearest_measured(data: FamilyTable, fold: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    """Return the value, at each target, of the most similar compound of another fold that was measured there."""
    found = np.full(data.values.shape, np.nan)
    for column in range(data.values.shape[1]):
        measured = np.flatnonzero(np.isfinite(data.values[:, column]))
        if len(measured) == 0:
            continue
        others = np.where(fold[:, None] == fold[measured][None, :], np.float32(-1), similarity[:, measured])
        found[:, column] = data.values[measured[others.argmax(axis=1)], column]
    return found
