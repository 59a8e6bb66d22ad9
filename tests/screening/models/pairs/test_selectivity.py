from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from screening.models.pairs.selectivity import Profile, profile, target_kernel
from screening.models.pairs.sequence import SequenceModel
from screening.models.storage import bind, load_model
from screening.models.training_set import compound_block


@pytest.fixture(scope="module")
def kinome(data: Path) -> SequenceModel:
    model = load_model(data / "models" / "kinome")
    assert isinstance(model, SequenceModel)
    return model


def test_a_profile_is_what_bound_models_predict(kinome: SequenceModel) -> None:
    block = compound_block([*kinome.training.smiles[:20], "CC(=O)Oc1ccccc1C(=O)O"])
    found = profile(kinome, block)
    assert found.affinity.shape == (21, len(kinome.target_names))
    at = kinome.target_names.index("ABL1")
    bound = bind(kinome, kinome.target_sequences[at]).predict(block)
    # The stored kernel of the targets has eleven bits.
    np.testing.assert_allclose(found.affinity[:, at], bound.affinity, atol=0.05)


def test_measured_values_stand_beside_predictions(kinome: SequenceModel) -> None:
    found = profile(kinome, compound_block([kinome.training.smiles[0], "CCO"]))
    np.testing.assert_array_equal(found.measured[0], kinome.measured[0])
    assert np.isnan(found.measured[1]).all()
    there = np.isfinite(found.measured[0])
    assert np.corrcoef(found.measured[0][there], found.affinity[0][there])[0, 1] > 0.7


def test_scores_of_made_profiles() -> None:
    one_target = [9.0, 5.0, 5.0, 5.0]
    even = [7.0, 7.0, 7.0, 7.0]
    nothing = [4.0, 5.0, 5.0, 5.0]
    made = np.array([one_target, even, nothing], dtype=np.float32)
    found = Profile(["a", "b", "c"], ("w", "x", "y", "z"), made, np.full_like(made, np.nan))
    np.testing.assert_allclose(found.score(), [0.25, 1.0, 0.0])
    np.testing.assert_allclose(found.gini(5.0), [0.75, 0.0, 0.0], atol=1e-9)
    assert found.tightest(0, 2) == [("w", 9.0), ("x", 5.0)]


def test_the_kernel_of_the_targets_is_a_similarity(kinome: SequenceModel) -> None:
    kernel = target_kernel(kinome)
    np.testing.assert_allclose(np.diag(kernel), 1.0, atol=1e-3)
    np.testing.assert_array_equal(kernel, kernel.T)
    assert kernel.min() >= 0
    close = kinome.target_names.index("PKAC-alpha"), kinome.target_names.index("PKAC-beta")
    assert kernel[close] > 0.9
