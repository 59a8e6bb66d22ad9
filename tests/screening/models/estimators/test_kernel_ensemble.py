"""The accurate model where its kernel holds only a sample of the training compounds."""

from __future__ import annotations

import numpy as np
import pytest

from screening.models.data.measurements import AffinityData
from screening.models.estimators import kernel_ensemble
from screening.models.estimators.kernel_ensemble import KernelEnsemble
from screening.models.evaluation.metrics import rmse
from screening.models.training_set import compound_block

#: A smaller model than the shipped one, so that the tests are fast.
FEWER = {"trees": 100, "corrections": 60, "random_trees": 30}


@pytest.fixture(scope="module")
def fitted(small: AffinityData) -> tuple[KernelEnsemble, np.ndarray, np.ndarray]:
    X = KernelEnsemble.inputs(compound_block(small.smiles))
    train = np.arange(len(small)) % 4 != 0
    model = KernelEnsemble(largest_kernel=int(train.sum()) // 2, **FEWER).fit(X.take(train), small.values[train])
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
    again = KernelEnsemble(largest_kernel=model.largest_kernel, **FEWER).fit(X.take(train), small.values[train])
    np.testing.assert_array_equal(again.parts(X), parts)


def test_fits_that_share_a_kernel_predict_what_a_fit_of_their_own_does(
    small: AffinityData, fitted: tuple[KernelEnsemble, np.ndarray, np.ndarray]
) -> None:
    X = KernelEnsemble.inputs(compound_block(small.smiles))
    train = np.arange(len(small)) % 3 != 0
    options = {"trees": 10, "corrections": 10, "random_trees": 5}
    alone = KernelEnsemble(**options).fit(X.take(train), small.values[train])
    shared = alone.shared(X)
    together = KernelEnsemble(**options).fit(shared.take(train), small.values[train])
    np.testing.assert_allclose(together.weights_, alone.weights_, atol=1e-4)
    found = together.parts(shared.take(~train))
    np.testing.assert_allclose(found, alone.parts(X.take(~train)), atol=2e-3)
    # What it says of compounds it meets later does not depend on the way it was fitted.
    np.testing.assert_allclose(together.parts(X.take(~train)), found, atol=1e-5)


def test_compounds_beside_the_shared_references_are_learnt_too(small: AffinityData) -> None:
    X = KernelEnsemble.inputs(compound_block(small.smiles))
    model = KernelEnsemble(trees=10, corrections=10, random_trees=5, largest_kernel=len(small) // 3)
    shared = model.shared(X)
    train = np.arange(len(small)) % 3 != 0
    model.fit(shared.take(train), small.values[train])
    assert 0 < len(model.references_) < train.sum() / 2
    floor = rmse(small.values[~train], np.full((~train).sum(), small.values[train].mean()))
    assert rmse(small.values[~train], model.combine(model.parts(shared.take(~train)))) < floor


def test_of_many_compounds_fewer_trees_are_grown_in_every_fit_alike(
    small: AffinityData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_ensemble, "MANY_ROWS", len(small) // 2)
    X = KernelEnsemble.inputs(compound_block(small.smiles))
    model = KernelEnsemble(trees=30, corrections=10, random_trees=20, random_columns=40)
    shared = model.shared(X)
    few = np.arange(len(small)) % 3 == 0  # fewer than many by themselves, but part of a fit to many
    model.fit(shared.take(few), small.values[few])
    assert len(model.random_.roots_) == 10
    assert model.boosted_.model_text_.count("\nTree=") == 20
    alone = KernelEnsemble(trees=30, corrections=10, random_trees=20).fit(X.take(few), small.values[few])
    assert len(alone.random_.roots_) == 20
    assert alone.boosted_.model_text_.count("\nTree=") == 30
    floor = rmse(small.values[~few], np.full((~few).sum(), small.values[few].mean()))
    assert rmse(small.values[~few], model.combine(model.parts(shared.take(~few)))) < floor
