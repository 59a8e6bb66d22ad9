"""What mutations of kinases do to compounds, said by the shipped model."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.models.pairs.family.variant_effect import Exchange, VariantEffect, variant_effects
from screening.models.pairs.family_model import FamilyModel
from screening.models.storage import load_model
from screening.models.training_set import compound_block

GEFITINIB = "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1"
IMATINIB = "Cc1ccc(cc1Nc2nccc(n2)-c3cccnc3)NC(=O)c4ccc(cc4)CN5CCN(CC5)C"
# A relative of gefitinib that no panel holds: one more methylene in the chain, bromine for chlorine.
RELATIVE = "COc1cc2ncnc(Nc3ccc(F)c(Br)c3)c2cc1OCCCCN1CCOCC1"


@pytest.fixture(scope="module")
def kinome(data: Path) -> FamilyModel:
    model = load_model(data / "models" / "kinome")
    assert isinstance(model, FamilyModel)
    return model


def effect(kinome: FamilyModel, kinase: str, name: str, smiles: str, change: str = "") -> VariantEffect:
    target = kinome.targets[kinome.row(kinase)]
    parent = parent_of(smiles)
    assert isinstance(parent, Parent)
    at = int((change or name)[1:-1]) - 1 + target.shift
    found = variant_effects(
        kinome, target.sequence, [Exchange(name, at, name[0], name[-1])], compound_block([parent.smiles])
    )
    assert len(found) == 1
    return found[0]


def test_gatekeeper_mutants_take_away_what_was_measured(kinome: FamilyModel) -> None:
    gefitinib = effect(kinome, "EGFR", "T790M", GEFITINIB)
    assert gefitinib.measured == "9.00 to 7.40"
    assert gefitinib.change is not None
    assert -2.6 < gefitinib.change <= -0.8
    imatinib = effect(kinome, "ABL1", "T315I", IMATINIB)
    assert imatinib.measured == "8.96 to < 5.00"
    assert imatinib.change is not None
    assert imatinib.change <= -1.5


def test_a_compound_never_seen_loses_too_and_its_interval_holds_the_change(kinome: FamilyModel) -> None:
    found = effect(kinome, "EGFR", "T790M", RELATIVE)
    assert found.cannot_say == ""
    assert found.measured == ""
    assert found.change is not None
    assert found.lower is not None
    assert found.upper is not None
    assert found.change < 0
    assert found.lower < found.change < found.upper


def test_a_sequence_that_holds_the_mutant_is_compared_with_the_wild_type(kinome: FamilyModel) -> None:
    wild, mutant = (kinome.targets[kinome.row(name)] for name in ("EGFR", "EGFR(T790M)"))
    parent = parent_of(GEFITINIB)
    assert isinstance(parent, Parent)
    block = compound_block([parent.smiles])
    exchange = Exchange("T790M", 789 + wild.shift, "T", "M")
    from_wild, from_mutant = (variant_effects(kinome, one.sequence, [exchange], block)[0] for one in (wild, mutant))
    assert from_wild.change == from_mutant.change


@pytest.mark.parametrize(
    ("name", "smiles", "reason"),
    [
        ("V948R", GEFITINIB, "outside the binding site"),
        ("L62R", GEFITINIB, "outside the protein kinase domain"),
        ("T790M", "CC(=O)Oc1ccccc1C(=O)O", "outside the domain of the model"),
        ("T790M", IMATINIB, "not predicted to bind"),
    ],
)
def test_what_is_not_known_is_not_said(kinome: FamilyModel, name: str, smiles: str, reason: str) -> None:
    found = effect(kinome, "EGFR", name, smiles)
    assert reason in found.cannot_say
    assert (found.change, found.lower, found.measured) == (None, None, "")


def test_a_protein_that_is_no_kinase_has_no_effects(kinome: FamilyModel) -> None:
    parent = parent_of(GEFITINIB)
    assert isinstance(parent, Parent)
    found = variant_effects(kinome, "MKV" * 60, [Exchange("K2A", 1, "K", "A")], compound_block([parent.smiles]))
    assert "no protein kinase" in found[0].cannot_say
