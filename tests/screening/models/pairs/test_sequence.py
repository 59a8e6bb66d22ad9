from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.errors import ModelError
from screening.models.affinity import AffinityKind, AffinityModel
from screening.models.cards import card_text
from screening.models.pairs.sequence import SequenceModel
from screening.models.storage import bind, load_model
from screening.models.training_set import compound_block
from screening.targets.files.read import read_target

STAUROSPORINE = "C[C@@]12[C@@H]([C@@H](C[C@@H](O1)N3C4=CC=CC=C4C5=C6C(=C7C8=CC=CC=C8N2C7=C53)CNC6=O)NC)OC"
IMATINIB = "Cc1ccc(cc1Nc2nccc(n2)-c3cccnc3)NC(=O)c4ccc(cc4)CN5CCN(CC5)C"
# UniProt P69905 without its first residue and P00698: neither has anything of a kinase.
HAEMOGLOBIN = (
    "VLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHFDLSHGSAQVKGHGKKVADALTNAVAHVDDMPNALSALSDLHAHKLRVDPVNFKLLSHCLLVTLAAHLP"
    "AEFTPAVHASLDKFLASVSTVLTSKYR"
)
LYSOZYME = (
    "KVFGRCELAAAMKRHGLDNYRGYSLGNWVCAAKFESNFNTQATNRNTDGSTDYGILQINSRWWCNDGRTPGSRNLCNIPCSALLSSDITASVNCAKKIVSDGNGMNAWVAWRNR"
    "CKGTDVQAWIRGCRL"
)


@pytest.fixture(scope="module")
def kinome(data: Path) -> SequenceModel:
    model = load_model(data / "models" / "kinome")
    assert isinstance(model, SequenceModel)
    return model


@pytest.fixture(scope="module")
def pka(data: Path) -> str:
    return read_target(data / "targets" / "1fmo.cif").sequence


@pytest.fixture(scope="module")
def bound(kinome: SequenceModel, pka: str) -> AffinityModel:
    return bind(kinome, pka)


def smiles_of(text: str) -> str:
    parent = parent_of(text)
    assert isinstance(parent, Parent)
    return parent.smiles


def test_protein_kinase_a_is_recognised(kinome: SequenceModel, pka: str) -> None:
    found = kinome.nearest_target(pka)
    assert found.name == "PKAC-alpha"
    assert found.similarity > 0.95


def test_staurosporine_binds_pka_and_imatinib_does_not(bound: AffinityModel) -> None:
    """Davis et al. measured a Kd of about 20 nM and of more than 10 uM."""
    model = bound
    found = model.predict(compound_block([smiles_of(STAUROSPORINE), smiles_of(IMATINIB)]))
    assert model.kind is AffinityKind.PKD
    assert found.affinity[0] > 7
    assert found.affinity[1] < 5.7
    assert found.lower[0] < 7.7 < found.upper[0]
    assert found.upper[0] - found.lower[0] < 4.5
    assert (found.similarity == 1).all()
    assert [model.training_identities[row] for row in found.nearest] == [
        parent_of(text).identity  # type: ignore[union-attr]
        for text in (STAUROSPORINE, IMATINIB)
    ]


def test_selectivity_differs_between_kinases(kinome: SequenceModel, bound: AffinityModel) -> None:
    abl = kinome.target_sequences[kinome.target_names.index("ABL1")]
    block = compound_block([smiles_of(IMATINIB)])
    assert bind(kinome, abl).predict(block).affinity[0] > bound.predict(block).affinity[0] + 1


@pytest.mark.parametrize("sequence", [HAEMOGLOBIN, LYSOZYME, "A" * 300, "MKV"])
def test_what_is_no_kinase_is_refused(kinome: SequenceModel, sequence: str) -> None:
    with pytest.raises(ModelError, match=r"is no protein kinase.*expected a protein kinase"):
        bind(kinome, sequence)


def test_bound_models_of_two_targets_have_two_keys(kinome: SequenceModel, bound: AffinityModel, pka: str) -> None:
    abl = kinome.target_sequences[kinome.target_names.index("ABL1")]
    assert len({kinome.key, bound.key, bind(kinome, abl).key}) == 3
    assert bind(kinome, pka.lower()).key == bound.key


def test_intervals_hold_what_they_say_near_and_far(kinome: SequenceModel) -> None:
    for split in ("cold compound", "known pair parts", "cold target", "both cold"):
        interval = kinome.card.evaluation[split]["interval"]
        assert interval["coverage"] > 0.8
        assert sum(one["pairs"] for one in interval["by_similarity"]) > 20_000
    for one in kinome.card.evaluation["cold compound"]["interval"]["by_similarity"]:
        assert one["coverage"] > 0.85 or one["pairs"] < 1000
    for found in kinome.card.evaluation.values():
        assert found["model"]["mse"] < found["baselines"]["nearest neighbour"]["mse"]
        assert found["model"]["mse"] < found["baselines"]["training mean"]["mse"]


def test_the_same_alone_and_in_company(kinome: SequenceModel, bound: AffinityModel) -> None:
    model = bound
    smiles = kinome.training.smiles[:900]
    whole = model.predict(compound_block(smiles))
    for row in (0, 640, len(smiles) - 1):
        alone = model.predict(compound_block([smiles[row]]))
        np.testing.assert_array_equal(alone.affinity, whole.affinity[[row]])
        np.testing.assert_array_equal(alone.upper, whole.upper[[row]])


def test_tautomers_and_stereoisomers_count_as_seen(kinome: SequenceModel) -> None:
    assert kinome.seen(IMATINIB)
    assert kinome.seen("CC1=C2C=C(C=CC2=NN1)C3=CC(=CN=C3)OCC(CC4=CC=CC=C4)N")
    assert kinome.seen("Cc1n[nH]c2ccc(cc12)-c1cncc(OC[C@@H](N)Cc2ccccc2)c1")
    assert not kinome.seen("CCO")
    assert not kinome.seen("not a molecule")


def test_repr_is_one_line(kinome: SequenceModel, bound: AffinityModel) -> None:
    for model in (kinome, bound):
        assert len(repr(model)) < 250
        assert "\n" not in repr(model)
    assert "this model: RMSE" in card_text.as_text(kinome.card)
    assert "<table>" in kinome._repr_html_()
