"""Rules flag or drop what they should; alerts are exactly those of RDKit's plain catalogs."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem, rdBase
from rdkit.Chem import FilterCatalog

from screening.compounds.library.prepare import PrepareOptions, prepare_library
from screening.compounds.rules.alerts import ALERT_SETS, alert_catalog, plain_catalog
from screening.compounds.rules.properties import property_row
from screening.compounds.rules.rules import NO_RULES, RuleBook, Rules, read_rules
from screening.compounds.substructure_prescreen.query_atoms import AtomClass, atom_can_match
from screening.errors import UsageError

ALL = tuple(ALERT_SETS)


def _plain(names: tuple[str, ...], mol: Chem.Mol) -> list[str]:
    found = []
    for name in names:
        if name not in _PLAIN:
            _PLAIN[name] = plain_catalog(name)
        catalog = _PLAIN[name]
        found += [f"{name}: {entry.GetDescription().lstrip('>')}" for entry in catalog.GetMatches(mol)]
    return found


_PLAIN: dict[str, FilterCatalog.FilterCatalog] = {}

REACTIVE = [
    "O=C1C=CC(=O)C=C1", "CC(=O)Cl", "C=CC=O", "c1ccc(cc1)N=Nc1ccccc1", "OO", "C1OC1CCl", "O=[N+]([O-])c1ccc(N)cc1",
    "S=C=Nc1ccccc1", "CC1=C(C)C(=O)NC(=S)S1", "Oc1ccccc1O", "C1CCCCCC1", "CCCCCCCCCC", "COCCOCCOCCOC",
    "c1ccc2c(c1)ccc1ccccc12",
    "CS(=O)(=O)Cl", "N#CC(C#N)=Cc1ccccc1", "O=C1SC(=Cc2ccccc2)C(=O)N1", "[O-][n+]1ccccc1", "CI",
    "C[N+](C)(C)C", "BrC1CC1.CCO",
]  # fmt: skip


def test_alerts_are_those_of_the_plain_catalogs() -> None:
    catalog = alert_catalog(ALL)
    seen: set[str] = set()
    for smiles in REACTIVE:
        mol = Chem.MolFromSmiles(smiles)
        found = catalog.matches(mol)
        assert sorted(found) == sorted(_plain(ALL, mol)), smiles
        seen.update(found)
    assert len(seen) > 60


def test_nibr_filters_have_their_severity() -> None:
    halide, chloromethyl = Chem.MolFromSmiles("CC(=O)Cl"), Chem.MolFromSmiles("C=CC(=O)CCl")
    both, exclude = alert_catalog(("nibr",)), alert_catalog(("nibr-exclude",))
    assert (both.matches(halide), exclude.matches(halide)) == (
        ["nibr: carboxyclic_acid_halides"],
        ["nibr-exclude: carboxyclic_acid_halides"],
    )
    assert (both.matches(chloromethyl), exclude.matches(chloromethyl)) == (["nibr: halogen_alkyl"], [])
    assert (len(both), len(exclude)) == (337, 260)  # of RDKit's 444; the others annotate


_PIECES = (
    "C CC N O S c1ccccc1 c1ccncc1 c1c[nH]cc1 C(=O) C(=O)O C(=S) N=N C=C C#N S(=O)(=O) [N+](=O)[O-] (Cl) Br I F "
    "P(=O)(O) C1CC1 C1CO1 C1CCCCCC1 c1ccc2ccccc2c1 c1ccsc1 [N+](C)(C) OO NN SS C(=O)N C(F)(F)F C=N N=C=O C(O)=C"
).split()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=8).map("".join))
def test_alerts_of_made_up_molecules_are_those_of_the_plain_catalogs(smiles: str) -> None:
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    if mol is not None:
        assert sorted(alert_catalog(("pains", "brenk", "nih")).matches(mol)) == sorted(
            _plain(("pains", "brenk", "nih"), mol)
        )


def test_pains_that_must_match_do(bench: Path) -> None:
    """Rows of the PAINS test set: a filter and a molecule it must match."""
    filters = {}
    with (bench / "messy" / "pains" / "wehi_pains.csv").open(newline="") as stream:
        for smarts, name in csv.reader(stream):
            filters[smarts] = name.removeprefix("<regId=").removesuffix(">")
    catalog = alert_catalog(("pains",))
    rows = (bench / "messy" / "pains" / "test_set3_even.txt").read_text().splitlines()
    checked = 0
    for row in rows:
        _, smarts, smiles = row.split("\t")[:3]
        mol = Chem.MolFromSmiles(smiles)
        found = catalog.matches(mol)
        assert found, smiles
        if smarts in filters:  # a few are written in another way there
            assert f"pains: {filters[smarts]}" in found, smiles
        checked += 1
    assert checked > 100
    assert checked == len(rows)


def test_alerts_of_a_library_are_those_of_the_plain_catalogs(bench: Path) -> None:
    catalog = alert_catalog(("pains", "brenk"))
    for name, step in (("zinc250k.smi.gz", 800), ("znp_natural_products_50k.smi.gz", 300)):
        with gzip.open(bench / "library" / name, "rt") as lines:
            for number, line in enumerate(lines):
                if number % step == 0:
                    mol = Chem.MolFromSmiles(line.split()[0])
                    assert sorted(catalog.matches(mol)) == sorted(_plain(("pains", "brenk"), mol)), line


def test_what_is_not_understood_can_match() -> None:
    carbon = AtomClass(6, False, 2, 2, 0, False)
    assert not atom_can_match("AtomType 1006 = val\n", carbon)
    assert atom_can_match("AtomAnd\n  RecursiveStructure val not in )\n  AtomType 6 = val\n", carbon)
    assert not atom_can_match("AtomAnd\n  Something 3 = val\n  AtomType 7 = val\n", carbon)
    assert atom_can_match("AtomOr\n  AtomType 7 = val\n  AtomNew 3 = val\n", carbon)


def _judge(rules: Rules, smiles: str) -> tuple[str, list[str]]:
    mol = Chem.MolFromSmiles(smiles)
    return RuleBook(rules).judge(mol, property_row(mol))


CYCLOSPORINE = (
    "CCC1C(=O)N(CC(=O)N(C(C(=O)NC(C(=O)N(C(C(=O)NC(C(=O)NC(C(=O)N(C(C(=O)N(C(C(=O)N(C(C(=O)N(C(C(=O)N1)"
    "C(C(C)CC=CC)O)C)C(C)C)C)CC(C)C)C)CC(C)C)C)C)C)CC(C)C)C)C(C)C)CC(C)C)C)C"
)


def test_named_rules() -> None:
    rules = read_rules(["lipinski", "veber", "lead-like", "fragment"])
    assert _judge(rules, CYCLOSPORINE) == ("", ["lipinski", "veber", "lead-like", "fragment"])
    assert _judge(rules, "CC(=O)Oc1ccccc1C(=O)O") == ("", ["lead-like", "fragment"])  # too light; TPSA 63.6
    assert _judge(rules, "c1ccc2[nH]ccc2c1") == ("", ["lead-like"])


def test_one_broken_limit_is_not_yet_lipinski() -> None:
    assert _judge(read_rules(["lipinski"]), "CCCCCCCCCCCCCCCC") == ("", [])  # logP > 5 only


def test_windows_and_own_patterns(tmp_path: Path) -> None:
    own = tmp_path / "own.smarts"
    own.write_text("# mine\nC(=O)Cl acid chloride\n[F]\tfluorine\n")
    rules = read_rules(["logp 0..2"], [f"smarts {own}", "molecular_weight -300"])
    assert _judge(rules, "CC(=O)Cl") == ("smarts: acid chloride", [])
    assert _judge(rules, "CCF") == ("smarts: fluorine", [])
    assert _judge(rules, "C" * 40) == ("molecular_weight -300", [])
    assert _judge(rules, "CCCCCCC") == ("", ["logp 0..2"])
    assert not NO_RULES


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("lipinsky", "there is no rule 'lipinsky'; expected one of lipinski"),
        ("weight 1-2", "there is no property 'weight'"),
        ("logp 5-1", "lets nothing or everything pass"),
        ("smarts missing.smarts", "cannot be read as text"),
    ],
)
def test_bad_rules_are_one_sentence(rule: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_rules([rule])


def test_bad_smarts_names_its_line(tmp_path: Path) -> None:
    own = tmp_path / "own.smarts"
    own.write_text("C ok\nC( broken\n")
    with pytest.raises(UsageError, match=r"own\.smarts, line 2: 'C\(' is not SMARTS"):
        read_rules([f"smarts {own}"])
    with pytest.raises(UsageError, match="cannot both flag and drop"):
        read_rules(["pains"], ["pains"])


def test_dropped_records_are_filtered_by_name_and_flags_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("CC(=O)Cl\nCCCCCCCCCC\nCCO\n" + CYCLOSPORINE + "\n")
    options = PrepareOptions(rules=read_rules(["brenk"], ["molecular_weight 0-500"]))
    library = prepare_library(tmp_path / "a.smi", tmp_path / "lib", options=options)
    assert library.counts == {"filtered": 1, "ready": 3}
    rows = library.read_ledger(0).to_pylist()
    assert (rows[3]["state"], rows[3]["stage"], rows[3]["reason"]) == ("filtered", "rule", "molecular_weight 0-500")
    assert library.read_compounds(0)["flags"].to_pylist() == [
        ["brenk: acid_halide"],
        ["brenk: Aliphatic_long_chain"],
        [],
    ]
