"""Compounds against many targets of one family model at once: what depends on the compound alone is done once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from screening.models.affinity import CompoundBlock, Predictions
from screening.models.estimators.blockwise import rounded
from screening.models.evaluation import conformal
from screening.models.pairs.bound_family import BoundFamilyModel, nearest_of
from screening.models.pairs.limited_pairs import combined

_BLOCK_ROWS = 512


def predict_targets(models: Sequence[BoundFamilyModel], block: CompoundBlock) -> list[Predictions]:
    """Predict n compounds with several models of different targets that were bound from one family model.

    The similarity of a compound to the training compounds, and which of them are nearest, is the same for all targets;
    it takes nearly all the time of a prediction. The numbers are those that each model predicts alone.

    Parameters
    ----------
    models
        k of them, with the same training set.
    block
        The compounds.

    Returns
    -------
    list of Predictions
        One for each model.
    """
    shared = np.column_stack([model.shared for model in models])
    own = np.column_stack([model.own for model in models])
    means = np.array([model.mean for model in models])
    first = models[0]
    rows_of = {text: row for row, text in enumerate(first.training.smiles)}
    missing = ~np.isfinite(block.properties).all(axis=1)
    count, k = len(block), len(models)
    affinity, half = np.empty((count, k)), np.empty((count, k))
    at, closeness = np.empty(count, np.int32), np.empty(count, np.float32)
    for start in range(0, count, _BLOCK_ROWS):
        rows = np.arange(start, min(start + _BLOCK_ROWS, count))
        here = block.take(rows)
        similarity = first.similarity(here.fingerprints)
        found = means + combined(first.kernel_rows(here, similarity), shared)
        known = np.array([rows_of.get(text, -1) for text in here.smiles])
        found[known >= 0] += own[known[known >= 0]]
        few = conformal.few_nearest(similarity)
        at[rows], closeness[rows] = nearest_of(few)
        for column, model in enumerate(models):
            value = model.calibration.of(found[:, column], known >= 0)
            affinity[rows, column] = np.where(missing[rows], np.nan, value)
            half[rows, column] = model.half_width(few, value)
    problems = {int(row): "a property is missing" for row in np.flatnonzero(missing)}
    return [
        _predictions(model, affinity[:, column], half[:, column], at, closeness, problems)
        for column, model in enumerate(models)
    ]


def _predictions(
    model: BoundFamilyModel,
    affinity: np.ndarray,
    half: np.ndarray,
    at: np.ndarray,
    closeness: np.ndarray,
    problems: dict[int, str],
) -> Predictions:
    value = rounded(affinity)
    lower = np.minimum(np.maximum(rounded(affinity - half), np.float32(model.calibration.floor)), value)
    return Predictions(
        affinity=value,
        lower=lower,
        upper=np.minimum(rounded(affinity + half), np.float32(model.calibration.ceiling)),
        in_domain=closeness >= np.float32(model.least_similarity),
        nearest=at,
        similarity=rounded(closeness),
        problems=problems,
    )
