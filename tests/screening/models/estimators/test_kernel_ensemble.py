"""The accurate model where its kernel holds only a sample of the training compounds."""

from __future__ import annotations

import numpy as np
import pytest

from screening.models.data.measurements import AffinityData
from screening.models.estimators.kernel_ensemble import KernelEnsemble
from screening.models.evaluation.metrics import rmse
from screening.models.training_set import compound_block


@pytest.fixture(scope="module")
def fitted(small: AffinityData) -> tuple[KernelEnsemble, np.ndarray, np.ndarray]:
    X = KernelEnsemble.inputs(compound_block(small.smiles))
    train = np.arange(len(small)) % 4 != 0
    model = KernelEnsemble(largest_kernel=int(train.sum()) // 2).fit(X.take(train), small.values[train])
    return model, model.parts(X), train


def test_compounds_outside_the_kernel_are_still_learnt_by_the_trees(
    small: AffinityData, fitted: tuple[KernelEnsemble, np.ndarray, np.ndarray]
) -> None:
    model, parts, train = fitted
    assert len(model.references_) == int(train.sum()) // 2
    process, trees = parts[train].T
    # The process never saw half of them, the trees saw all.
    assert rmse(small.values[train], trees) < 0.9 * rmse(small.values[train], process)


def test_both_members_and_their_mean_beat_the_mean_of_the_training_values(
    small: AffinityData, fitted: tuple[KernelEnsemble, np.ndarray, np.ndarray]
) -> None:
    model, parts, train = fitted
    truth = small.values[~train]
    floor = rmse(truth, np.full(len(truth), small.values[train].mean()))
    for found in (*parts[~train].T, model.combine(parts[~train])):
        assert rmse(truth, found) < 0.95 * floor


def test_a_fit_can_be_repeated(small: AffinityData, fitted: tuple[KernelEnsemble, np.ndarray, np.ndarray]) -> None:
    model, parts, train = fitted
    X = KernelEnsemble.inputs(compound_block(small.smiles))
    again = KernelEnsemble(largest_kernel=model.largest_kernel).fit(X.take(train), small.values[train])
    np.testing.assert_array_equal(again.parts(X), parts)
