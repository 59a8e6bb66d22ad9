from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from screening.models.pairs.family_model import FamilyModel
from screening.models.pairs.selectivity import Profile, profile, target_kernel
from screening.models.storage import load_model
from screening.models.training_set import compound_block


@pytest.fixture(scope="module")
def kinome(data: Path) -> FamilyModel:
    model = load_model(data / "models" / "kinome")
    assert isinstance(model, FamilyModel)
    return model


@pytest.mark.parametrize("name", ["ABL1", "ABL1(T315I)", "ABL1 phosphorylated", "PIK3CA"])
def test_a_profile_is_what_bound_models_predict(kinome: FamilyModel, name: str) -> None:
    block = compound_block([*kinome.training.smiles[:20], "CC(=O)Oc1ccccc1C(=O)O"])
    found = profile(kinome, block, variants=True)
    assert found.affinity.shape == (21, len(kinome.target_names))
    bound = kinome.bind_row(kinome.row(name)).predict(block)
    np.testing.assert_allclose(found.affinity[:, found.target_names.index(name)], bound.affinity, atol=2e-3)


def test_variants_are_there_when_asked_for(kinome: FamilyModel) -> None:
    block = compound_block(kinome.training.smiles[:2])
    few, every = profile(kinome, block), profile(kinome, block, variants=True)
    assert "ABL1" in few.target_names
    assert not {"ABL1(T315I)", "ABL1 phosphorylated", "KIT-autoinhibited"} & set(few.target_names)
    assert {"ABL1(T315I)", "ABL1 phosphorylated", "KIT-autoinhibited"} <= set(every.target_names)
    assert "GCN2(KinDom2S808G)" in few.target_names, "there is no wild type of it"
    same = [every.target_names.index(name) for name in few.target_names]
    np.testing.assert_array_equal(few.affinity, every.affinity[:, same])
    np.testing.assert_array_equal(few.measured, every.measured[:, same])


def test_measured_values_stand_beside_predictions(kinome: FamilyModel) -> None:
    found = profile(kinome, compound_block([kinome.training.smiles[0], "CCO"]), variants=True)
    np.testing.assert_array_equal(found.measured[0], kinome.measured[0])
    assert np.isnan(found.measured[1]).all()
    there = np.isfinite(found.measured[0])
    assert np.corrcoef(found.measured[0][there], found.affinity[0][there])[0, 1] > 0.7
    weak = int(np.flatnonzero(kinome.measured_limits[0] < 0)[0])
    assert found.measured_text(0, weak) == "<5.00"
    assert found.measured_text(1, weak) == ""
    assert found.source == "Davis"


def test_scores_of_made_profiles() -> None:
    one_target = [9.0, 5.0, 5.0, 5.0]
    even = [7.0, 7.0, 7.0, 7.0]
    nothing = [4.0, 5.0, 5.0, 5.0]
    made = np.array([one_target, even, nothing], dtype=np.float32)
    found = Profile(["a", "b", "c"], ("w", "x", "y", "z"), made, np.full_like(made, np.nan))
    np.testing.assert_allclose(found.score(), [0.25, 1.0, 0.0])
    np.testing.assert_allclose(found.gini(5.0), [0.75, 0.0, 0.0], atol=1e-9)
    assert found.tightest(0, 2) == [("w", 9.0), ("x", 5.0)]


def test_the_kernel_of_the_targets_is_a_similarity(kinome: FamilyModel) -> None:
    kernel = target_kernel(kinome)
    alone = [at for at, target in enumerate(kinome.targets) if not target.family]
    np.testing.assert_allclose(np.delete(np.diag(kernel), alone), 1.0, atol=1e-9)
    np.testing.assert_allclose(kernel, kernel.T, atol=1e-12)
    close = kinome.target_names.index("PKAC-alpha"), kinome.target_names.index("PKAC-beta")
    assert kernel[close] > 0.9
