"""Models of whole sequences, which version 0.1 wrote: they load, bind and refuse as they did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from screening.errors import ModelError
from screening.models.pairs.selectivity import profile
from screening.models.pairs.sequence import SequenceModel
from screening.models.storage import bind, load_model
from screening.models.training_set import compound_block

FOLDER = Path(__file__).resolve().parents[3] / "formats" / "0.1" / "kinase.model"
HAEMOGLOBIN = (
    "VLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHFDLSHGSAQVKGHGKKVADALTNAVAHVDDMPNALSALSDLHAHKLRVDPVNFKLLSHCLLVTLAAHLP"
    "AEFTPAVHASLDKFLASVSTVLTSKYR"
)


@pytest.fixture(scope="module")
def old() -> SequenceModel:
    model = load_model(FOLDER)
    assert isinstance(model, SequenceModel)
    return model


def test_the_nearest_target_is_named(old: SequenceModel) -> None:
    found = old.nearest_target(old.target_sequences[3])
    assert found.name == old.target_names[3]
    assert found.similarity == 1.0


@pytest.mark.parametrize("sequence", [HAEMOGLOBIN, "A" * 300, "MKV"])
def test_what_is_not_of_the_family_is_refused(old: SequenceModel, sequence: str) -> None:
    with pytest.raises(ModelError, match=r"is no protein kinase.*expected a protein kinase"):
        bind(old, sequence)


def test_bound_models_of_two_targets_have_two_keys(old: SequenceModel) -> None:
    first, second = (bind(old, old.target_sequences[at]).key for at in (0, 1))
    assert len({old.key, first, second}) == 3
    assert bind(old, old.target_sequences[0].lower()).key == first


def test_a_profile_is_what_bound_models_predict(old: SequenceModel) -> None:
    block = compound_block([*old.training.smiles[:10], "CC(=O)Oc1ccccc1C(=O)O"])
    found = profile(old, block)
    assert found.affinity.shape == (11, len(old.target_names))
    bound = bind(old, old.target_sequences[2]).predict(block)
    # The stored kernel of the targets has eleven bits.
    np.testing.assert_allclose(found.affinity[:, 2], bound.affinity, atol=0.05)


def test_the_same_alone_and_in_company(old: SequenceModel) -> None:
    model = bind(old, old.target_sequences[0])
    smiles = old.training.smiles[:60]
    whole = model.predict(compound_block(smiles))
    alone = model.predict(compound_block([smiles[7]]))
    np.testing.assert_array_equal(alone.affinity, whole.affinity[[7]])
