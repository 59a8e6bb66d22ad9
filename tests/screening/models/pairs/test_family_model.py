"""The shipped kinase model: right labels, any construct, mutants, names."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.errors import ModelError
from screening.models.affinity import AffinityModel
from screening.models.cards import card_text
from screening.models.pairs.family_model import FamilyModel
from screening.models.pairs.selectivity import profile
from screening.models.storage import bind, load_model
from screening.models.training_set import compound_block
from screening.targets.files.read import read_target

SHARED = Path(__file__).resolve().parents[5] / "shared" / "bench" / "dta"
IMATINIB = "Cc1ccc(cc1Nc2nccc(n2)-c3cccnc3)NC(=O)c4ccc(cc4)CN5CCN(CC5)C"
GEFITINIB = "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1"
STAUROSPORINE = "C[C@@]12[C@@H]([C@@H](C[C@@H](O1)N3C4=CC=CC=C4C5=C6C(=C7C8=CC=CC=C8N2C7=C53)CNC6=O)NC)OC"
# pKd of Davis et al., Nat. Biotechnol. 2011, 29, 1046, supplementary table 4.
PUBLISHED = [
    (IMATINIB, "ABL1", 8.96), (IMATINIB, "ABL1(T315I)", 5.0), (GEFITINIB, "EGFR", 9.0),
]  # fmt: skip
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
def kinome(data: Path) -> FamilyModel:
    model = load_model(data / "models" / "kinome")
    assert isinstance(model, FamilyModel)
    return model


@pytest.fixture(scope="module")
def pka(data: Path) -> str:
    return read_target(data / "targets" / "1fmo.cif").sequence


@pytest.fixture(scope="module")
def bound(kinome: FamilyModel, pka: str) -> AffinityModel:
    return bind(kinome, pka)


def smiles_of(text: str) -> str:
    parent = parent_of(text)
    assert isinstance(parent, Parent)
    return parent.smiles


def row_of(kinome: FamilyModel, text: str) -> int:
    return kinome.training.smiles.index(smiles_of(text))


@pytest.mark.parametrize(("smiles", "target", "value"), PUBLISHED)
def test_what_is_shown_as_measured_is_what_was_published(
    kinome: FamilyModel, smiles: str, target: str, value: float
) -> None:
    at = row_of(kinome, smiles), kinome.row(target)
    assert float(kinome.measured[at]) == pytest.approx(value, abs=0.05)
    assert bool(kinome.measured_limits[at]) == (value == 5.0)


@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/bench/dta beside this checkout")
def test_every_measured_value_is_the_one_in_the_source(kinome: FamilyModel) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        with gzip.open(SHARED / name, "rt", encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    names = kinome.target_names
    shown = {row["id"]: row["id"] for row in rows("davis_targets.csv.gz")}
    shown |= {name: f"{name[:-1]} phosphorylated" for name in shown if name.endswith(")p") or name == "ABL1p"}
    targets = [names.index(shown[row["id"]]) for row in rows("davis_targets.csv.gz")]
    assert len(set(targets)) == len(targets) == 442
    drugs = [row_of(kinome, row["smiles_iso"]) for row in rows("davis_drugs.csv.gz")]
    source = np.full(kinome.measured.shape, np.nan, dtype=np.float32)
    for row in rows("davis_pairs.csv.gz"):
        source[drugs[int(row["drug"])], targets[int(row["target"])]] = float(row["y"])
    np.testing.assert_allclose(kinome.measured, source, atol=1e-6)
    np.testing.assert_array_equal(kinome.measured_limits < 0, source <= 5.0)


def test_every_value_shown_is_that_of_the_target_it_is_shown_for(kinome: FamilyModel) -> None:
    every = range(len(kinome.targets))
    block = compound_block(kinome.training.smiles[:60])
    shown = profile(kinome, block, variants=True)
    assert shown.target_names == kinome.target_names
    np.testing.assert_array_equal(shown.measured, kinome.measured[:60])
    for row, model in zip(every, kinome.bind_many(list(every))):
        values, limits = model.measured_values()
        assert (model.target.name, model.measured_of) == (kinome.target_names[row], "")
        np.testing.assert_array_equal(values, kinome.measured[:, row])
        np.testing.assert_array_equal(limits < 0, (kinome.measured_limits[:, row] < 0) & np.isfinite(values))


def test_measured_values_of_a_site_that_differs_are_said_to_be_of_the_known_kinase(
    kinome: FamilyModel, pka: str
) -> None:
    bound = kinome.bind(pka)
    assert bound.target.pocket_differences == ("P125A",)
    assert bound.measured_of == "PKAC-alpha"
    assert bound.matched.startswith("is PKAC-alpha: ")
    at = row_of(kinome, STAUROSPORINE), kinome.row("PKAC-alpha")
    found = bound.predict([STAUROSPORINE]).table.to_pylist()[0]
    assert found["measured"] == pytest.approx(float(kinome.measured[at]), abs=1e-3)
    assert found["measured_of"] == "PKAC-alpha"
    itself = kinome.bind_row(at[1]).predict([STAUROSPORINE]).table.to_pylist()[0]
    assert (itself["measured"], itself["measured_of"]) == (found["measured"], "")


def test_a_loop_that_is_missing_does_not_make_a_deletion_mutant(kinome: FamilyModel) -> None:
    mutant = kinome.targets[kinome.row("EGFR(L858RT790M)")]
    at = mutant.sequence.index("KIPVAIKELREATSPKANKEILDE")
    observed = mutant.sequence[at - 40 : at + 11] + mutant.sequence[at + 15 : at + 300]  # without EATS
    found = kinome.match(observed)
    assert (found.name, found.pocket_differences) == ("EGFR(L858RT790M)", ())


def test_protein_kinase_a_is_recognised(kinome: FamilyModel, pka: str) -> None:
    found = kinome.match(pka)
    assert found.name == "PKAC-alpha"
    assert found.similarity > 0.97
    assert found.pocket_residues >= 80
    assert "PKAC-alpha" in found.sentence()


@pytest.mark.parametrize("name", ["EGFR", "ABL1", "CDK2", "PKAC-alpha", "MET"])
def test_the_construct_does_not_matter(kinome: FamilyModel, name: str) -> None:
    target = kinome.targets[kinome.row(name)]
    full = target.sequence
    block = compound_block(kinome.training.smiles[:80])
    expected = bind(kinome, full).predict(block).affinity
    domain = full[target.start : target.end]
    middle = target.start + 165
    others = {
        "domain": domain,
        "tagged": "MGSSHHHHHHSSGLVPRGSHM" + full[max(target.start - 10, 0) : target.end + 10],
        "fused": LYSOZYME + domain + HAEMOGLOBIN,
        "loop missing": full[: middle - 4] + full[middle + 4 :],
        "lower case": domain.lower(),
    }
    for what, sequence in others.items():
        assert kinome.match(sequence).name == target.name, what
        found = bind(kinome, sequence).predict(block).affinity
        np.testing.assert_allclose(found, expected, atol=0.1, err_msg=what)


def test_a_mutation_away_from_the_site_changes_nothing_and_is_named(kinome: FamilyModel) -> None:
    target = kinome.targets[kinome.row("EGFR")]
    at = target.start + 150 + 90
    letter = "A" if target.sequence[at] != "A" else "G"
    changed = target.sequence[:at] + letter + target.sequence[at + 1 :]
    found = kinome.match(changed)
    assert found.differences == (f"{target.sequence[at]}{at + 1}{letter}",)
    assert found.pocket_differences == ()
    assert "no effect" in found.sentence()
    block = compound_block(kinome.training.smiles[:20])
    np.testing.assert_array_equal(
        bind(kinome, changed).predict(block).affinity, bind(kinome, target.sequence).predict(block).affinity
    )


@pytest.mark.parametrize(
    ("smiles", "wild_type", "mutant", "least"),
    [(GEFITINIB, "EGFR", "EGFR(T790M)", 0.8), (IMATINIB, "ABL1", "ABL1(T315I)", 1.5)],
)
def test_gatekeeper_mutants_lose_what_they_lose(
    kinome: FamilyModel, smiles: str, wild_type: str, mutant: str, least: float
) -> None:
    block = compound_block([smiles_of(smiles)])
    sequence = kinome.targets[kinome.row(mutant)].sequence
    assert kinome.match(sequence).name == mutant
    before = kinome.bind_row(kinome.row(wild_type)).predict(block).affinity[0]
    assert before - bind(kinome, sequence).predict(block).affinity[0] >= least


def test_domains_of_one_protein_are_told_apart(kinome: FamilyModel) -> None:
    target = kinome.targets[kinome.row("JAK1(JH1domain-catalytic)")]
    found = kinome.match(target.sequence)
    assert found.name == "JAK1(JH1domain-catalytic)"
    assert len(found.domains) == 2
    other = kinome.match(target.sequence, "JAK1(JH2domain-pseudokinase)")
    assert other.end < found.start
    with pytest.raises(ModelError, match="no domain of EGFR"):
        kinome.match(target.sequence, "EGFR")


def test_states_are_there_when_asked_for(kinome: FamilyModel) -> None:
    sequence = kinome.targets[kinome.row("ABL1")].sequence
    assert kinome.match(sequence).name == "ABL1"
    assert kinome.match(sequence, "ABL1 phosphorylated").name == "ABL1 phosphorylated"


@pytest.mark.parametrize(
    ("name", "found"),
    [("CDK6", "CDK6"), ("PKACA", "PKAC-alpha"), ("prkaca", "PKAC-alpha"), ("P00533", "EGFR"), ("P00519", "ABL1"),
     ("KDR", "VEGFR2"), ("MAPK14", "p38-alpha"), ("JAK2", "JAK2(JH1domain-catalytic)")],
)  # fmt: skip
def test_kinases_are_found_by_any_of_their_names(kinome: FamilyModel, name: str, found: str) -> None:
    assert kinome.target_names[kinome.row(name)] == found


def test_an_unknown_name_proposes_others(kinome: FamilyModel) -> None:
    with pytest.raises(ModelError, match=r"has no target 'EGFRR'.*EGFR"):
        kinome.row("EGFRR")


def test_no_kinase_is_there_twice(kinome: FamilyModel) -> None:
    assert len(set(kinome.target_names)) == len(kinome.target_names)
    usual = [one for one in kinome.targets if not one.mutations and not one.state]
    assert not any(one.name == "P00519" for one in usual)


def test_staurosporine_binds_pka_and_imatinib_does_not(bound: AffinityModel) -> None:
    """Davis et al. measured a Kd of about 20 nM and of more than 10 uM."""
    found = bound.predict(compound_block([smiles_of(STAUROSPORINE), smiles_of(IMATINIB)]))
    assert found.affinity[0] > 7
    assert found.affinity[1] < 5.7
    assert found.lower[0] < 7.7 < found.upper[0]
    assert (found.similarity == 1).all()


@pytest.mark.parametrize("sequence", [HAEMOGLOBIN, LYSOZYME, "A" * 300, "MKV"])
def test_what_is_no_kinase_is_refused(kinome: FamilyModel, sequence: str) -> None:
    with pytest.raises(ModelError, match=r"is no protein kinase.*expected a protein kinase"):
        bind(kinome, sequence)


def test_bound_models_of_two_targets_have_two_keys(kinome: FamilyModel, bound: AffinityModel) -> None:
    assert len({kinome.key, bound.key, kinome.bind_row(0).key}) == 3


def test_the_card_says_how_good_it_is_beside_the_baselines(kinome: FamilyModel) -> None:
    found = kinome.card.evaluation["cold compound"]
    assert 0.87 < found["interval"]["coverage"] < 0.93
    for numbers in found["baselines"].values():
        assert found["model"]["rmse"] < numbers["rmse"]
    assert {"Davis", "Metz", "KIBA", "PKIS2"} == set(found["panels"])


def test_the_same_alone_and_in_company(kinome: FamilyModel, bound: AffinityModel) -> None:
    smiles = kinome.training.smiles[:900]
    whole = bound.predict(compound_block(smiles))
    for row in (0, 640, len(smiles) - 1):
        alone = bound.predict(compound_block([smiles[row]]))
        np.testing.assert_array_equal(alone.affinity, whole.affinity[[row]])
        np.testing.assert_array_equal(alone.upper, whole.upper[[row]])


def test_aspirin_is_outside_the_domain(bound: AffinityModel) -> None:
    found = bound.predict(compound_block(["CC(=O)Oc1ccccc1C(=O)O", smiles_of(GEFITINIB)]))
    assert found.in_domain.tolist() == [False, True]


def test_repr_is_one_line(kinome: FamilyModel, bound: AffinityModel) -> None:
    for model in (kinome, bound):
        assert len(repr(model)) < 250
        assert "\n" not in repr(model)
    assert "this model: RMSE" in card_text.as_text(kinome.card)
    assert "<table>" in kinome._repr_html_()
