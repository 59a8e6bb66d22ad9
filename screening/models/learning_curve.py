"""How the error falls with the number of training compounds: would more measurements help?"""

from __future__ import annotations

import dataclasses

import numpy as np
from threadpoolctl import threadpool_limits

from screening.engine.progress import OnProgress, Progress
from screening.models.data.measurements import AffinityData
from screening.models.estimators import catalog
from screening.models.evaluation import evaluate, metrics, splits
from screening.models.train import require_model
from screening.models.training_set import compound_block


@dataclasses.dataclass(frozen=True)
class CurvePoint:
    """Error on one fixed test set after training on `compounds` of the others."""

    compounds: int
    rmse: float
    spearman: float


def learning_curve(
    data: AffinityData,
    *,
    model: str = "fast",
    fractions: tuple[float, ...] = (0.125, 0.25, 0.5, 1.0),
    by_scaffold: bool = False,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> list[CurvePoint]:
    """Train on growing, nested random parts of 80 % of the compounds and test on the other 20 %.

    Parameters
    ----------
    data
        Measurements; limits are trained on, never tested on.
    model
        Name in `screening.models.estimators.catalog.MODELS`.
    fractions
        Parts of the training compounds, rising.
    by_scaffold
        Test on the rarest scaffolds instead of a random fifth.
    seed
        Seed of the split, the order and the estimator.
    on_progress
        Called after every point.
    """
    require_model(model)
    block = compound_block(data.smiles)
    test = splits.scaffold_test(data.smiles) if by_scaffold else splits.random_test(len(data), seed=seed)
    order = np.random.default_rng(seed).permutation(np.flatnonzero(~test))
    asked = test & (data.limits == 0)
    build = catalog.MODELS[model]
    task = evaluate.Task(lambda: build(seed), build(seed).inputs(block), block.fingerprints, data.values)
    points = []
    for fraction in fractions:
        train = np.zeros(len(data), dtype=bool)
        train[order[: max(5, round(fraction * len(order)))]] = True
        with threadpool_limits(1):
            held = evaluate.hold_out(task, train, asked)
        predicted = build(seed).combine(held.parts)
        truth = data.values[asked]
        points.append(CurvePoint(int(train.sum()), metrics.rmse(truth, predicted), metrics.spearman(truth, predicted)))
        if on_progress:
            on_progress(Progress("learning curve", len(points), len(fractions), "points"))
    return points
