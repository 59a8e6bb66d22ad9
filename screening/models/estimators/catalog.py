"""The estimators that can be trained: name to a function of the seed that builds an unfitted one.

An estimator has ``inputs(block)`` (what it sees of compounds, with ``take``), ``fit(inputs, y)``, ``parts(inputs,
similarity)`` (float64, a column for each member), ``combine(parts)``, ``sees`` (said in the card) and ``block_rows``.
One with several members has a parameter ``share``, the part of the first of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from screening.models.estimators.boosting import BoostedTrees
from screening.models.estimators.kernel_ensemble import KernelEnsemble
from screening.models.estimators.matrix_model import MatrixModel
from screening.models.estimators.similar_compounds import SimilarCompounds
from screening.models.estimators.similarity_ensemble import SimilarityEnsemble


def _random_forest(seed: int) -> MatrixModel:
    return MatrixModel(RandomForestRegressor(300, max_features=0.3, min_samples_leaf=1, random_state=seed))


def _ridge(seed: int) -> MatrixModel:
    return MatrixModel(make_pipeline(StandardScaler(), RidgeCV(alphas=(100.0, 1000.0, 10000.0))))


def _support_vector(seed: int) -> MatrixModel:
    return MatrixModel(make_pipeline(StandardScaler(), SVR(C=3.0, epsilon=0.1)))


MODELS: dict[str, Callable[[int], Any]] = {
    "ensemble": lambda seed: KernelEnsemble(seed=seed),
    "fast": lambda seed: SimilarityEnsemble(seed=seed),
    "gaussian process": lambda seed: SimilarityEnsemble(share=1.0, trees=1, seed=seed),
    "boosted trees": lambda seed: MatrixModel(BoostedTrees(seed=seed)),
    "random forest": _random_forest,
    "support vector": _support_vector,
    "ridge": _ridge,
    "nearest neighbours": lambda seed: SimilarCompounds(),
}

#: Fast model that goes before a slow one in a screen, and the largest part of a library that gets the second pass. How
#: much of it does is estimated for each library (`screening.runs.fit_stand_in`).
FIRST_STAGE = {"ensemble": ("fast", 0.15)}
