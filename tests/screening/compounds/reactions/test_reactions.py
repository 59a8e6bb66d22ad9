"""Reactions make the products that chemists expect; schemes say what does not fit; nothing is enumerated."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem

from screening.compounds.reactions.catalog import REACTIONS, reaction_named
from screening.compounds.reactions.protecting_groups import REMOVED_BY, protecting_groups
from screening.compounds.reactions.reaction import Reaction
from screening.compounds.reactions.reaction_library import ReactionLibrary, open_reactions
from screening.compounds.reactions.scheme import is_scheme, read_scheme
from screening.compounds.reactions.synthons import open_synthons
from screening.errors import FileError, UsageError

#: Reactants of each reaction of the catalog, and the one product.
EXAMPLES: dict[str, tuple[str, str]] = {
    "amide coupling": ("CC(=O)O.NCc1ccccc1", "CC(=O)NCc1ccccc1"),
    "amide from acid chloride": ("CC(=O)Cl.C1CCNC1", "CC(=O)N1CCCC1"),
    "esterification": ("OC(=O)c1ccccc1.OCC", "CCOC(=O)c1ccccc1"),
    "reductive amination": ("O=Cc1ccccc1.C1COCCN1", "C(c1ccccc1)N1CCOCC1"),
    "sulfonamide formation": ("CS(=O)(=O)Cl.Nc1ccccc1", "CS(=O)(=O)Nc1ccccc1"),
    "urea from isocyanate": ("O=C=Nc1ccccc1.CN", "CNC(=O)Nc1ccccc1"),
    "urea from two amines": ("Nc1ccccc1.CNC", "CN(C)C(=O)Nc1ccccc1"),
    "thiourea from isothiocyanate": ("S=C=NC.NC1CC1", "CNC(=S)NC1CC1"),
    "carbamate from isocyanate": ("O=C=NC.OCC", "CCOC(=O)NC"),
    "carbamate from chloroformate": ("CCOC(=O)Cl.CN", "CCOC(=O)NC"),
    "Suzuki coupling": ("Brc1ccncc1.CC1(C)OB(c2ccccc2)OC1(C)C", "c1ccc(-c2ccncc2)cc1"),
    "Buchwald-Hartwig amination": ("Brc1ccccc1.C1COCCN1", "c1ccc(N2CCOCC2)cc1"),
    "Chan-Lam amination": ("OB(O)c1ccccc1.CN", "CNc1ccccc1"),
    "Sonogashira coupling": ("Ic1ccccc1.C#CCO", "OCC#Cc1ccccc1"),
    "Heck coupling": ("Brc1ccccc1.C=CC(=O)OC", "COC(=O)C=Cc1ccccc1"),
    "SNAr with amine": ("Fc1ncccn1.NC1CC1", "C1CC1Nc1ncccn1"),
    "SNAr with alcohol": ("Fc1ccc([N+](=O)[O-])cc1.OC", "COc1ccc([N+](=O)[O-])cc1"),
    "N-alkylation": ("BrCc1ccccc1.CNC", "CN(C)Cc1ccccc1"),
    "azole N-alkylation": ("CI.c1c[nH]cn1", "Cn1ccnc1"),
    "Williamson ether synthesis": ("CCBr.Oc1ccccc1", "CCOc1ccccc1"),
    "thioether formation": ("CCBr.Sc1ccccc1", "CCSc1ccccc1"),
    "Mitsunobu reaction": ("CC(C)O.Oc1ccccc1", "CC(C)Oc1ccccc1"),
    "epoxide opening": ("CC1CO1.CNC", "CC(O)CN(C)C"),
    "aza-Michael addition": ("C=CC(=O)OC.CNC", "COC(=O)CCN(C)C"),
    "azide-alkyne cycloaddition": ("CCN=[N+]=[N-].C#Cc1ccccc1", "CCn1cc(-c2ccccc2)nn1"),
    "benzimidazole formation": ("Nc1ccccc1N.CC(=O)O", "Cc1nc2ccccc2[nH]1"),
    "1,2,4-oxadiazole formation": ("NC(=NO)c1ccccc1.CC(=O)O", "Cc1nc(-c2ccccc2)no1"),
    "Hantzsch thiazole synthesis": ("CC(N)=S.BrCC(=O)c1ccccc1", "Cc1nc(-c2ccccc2)cs1"),
    "Passerini reaction": ("CC(=O)O.O=CC.[C-]#[N+]C", "CNC(=O)C(C)OC(C)=O"),
    "Ugi reaction": ("CC(=O)O.NCC.O=CC.[C-]#[N+]C", "CCN(C(C)=O)C(C)C(=O)NC"),
    "Boc removal": ("CC(C)(C)OC(=O)N1CCCC1", "C1CCNC1"),
    "Cbz removal": ("O=C(OCc1ccccc1)NCC", "CCN"),
    "Fmoc removal": ("O=C(OCC1c2ccccc2-c2ccccc21)NCC", "CCN"),
    "tert-butyl ester cleavage": ("CC(=O)OC(C)(C)C", "CC(=O)O"),
    "ester hydrolysis": ("CCOC(=O)c1ccccc1", "O=C(O)c1ccccc1"),
    "nitro reduction": ("O=[N+]([O-])c1ccccc1", "Nc1ccccc1"),
}


@pytest.mark.parametrize("name", REACTIONS)
def test_every_reaction_makes_what_it_says(name: str) -> None:
    reaction = REACTIONS[name]
    reactants, product = EXAMPLES[name]
    mols = [Chem.MolFromSmiles(text) for text in reactants.split(".")]
    assert reaction.products(mols) == [Chem.CanonSmiles(product)]
    assert [reaction.places(mol, at) for at, mol in enumerate(mols)] == [1] * len(mols)
    assert len(reaction.roles) == reaction.reactants
    assert reaction.reference


def test_amides_are_no_amines_and_tertiary_amines_do_not_couple() -> None:
    amide = REACTIONS["amide coupling"]
    for text in ("CC(N)=O", "CN(C)C", "CS(N)(=O)=O", "NC(N)=N", "NN"):
        assert amide.places(Chem.MolFromSmiles(text), 1) == 0, text
    assert amide.places(Chem.MolFromSmiles("NCCCN"), 1) == 1, "equivalent amines count once"
    assert amide.places(Chem.MolFromSmiles("NCCCNC"), 1) == 2


def test_protecting_groups_are_seen_and_come_off() -> None:
    for group, name in REMOVED_BY.items():
        mol = Chem.MolFromSmiles(EXAMPLES[name][0])
        assert group in protecting_groups(mol)
        assert group not in protecting_groups(Chem.MolFromSmiles(EXAMPLES[name][1]))
    assert protecting_groups(Chem.MolFromSmiles("CCO")) == []


@pytest.mark.parametrize(
    ("smarts", "told"),
    [
        ("CCO", "no reaction SMARTS"),
        ("[C:1]>>", "products"),
        ("[C:1]>>[C:1].[O]", "2 products"),
        ("(((", "no reaction"),
    ],
)
def test_smarts_that_are_no_reaction(smarts: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        assert Reaction("mine", smarts).compiled


SCHEME = """
[[step]]
reaction = "reductive amination"
reagents = ["aldehydes.smi", "diamines.smi"]
[[step]]
reaction = "Boc removal"
reagents = ["product"]
[[step]]
reaction = "amide coupling"
reagents = ["acids.smi", "product"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "aldehydes.smi").write_text("O=Cc1ccccc1 benz\nO=CC1CC1 cyc\nCC(=O)C acetone\nCCO ethanol\n")
    (tmp_path / "diamines.smi").write_text(
        "CC(C)(C)OC(=O)N1CCNCC1 pip\nCC(C)(C)OC(=O)NCCNC eda\nNCCCNC two\nnot-smiles broken\n"
    )
    (tmp_path / "acids.smi").write_text("".join(f"OC(=O){'C' * n} acid{n}\n" for n in range(1, 6)))
    (tmp_path / "reactions.toml").write_text(SCHEME)
    return tmp_path


def test_a_scheme_of_three_steps(folder: Path) -> None:
    library = open_reactions(folder)
    assert library.shape == (3, 2, 5)
    assert library.compounds == 30
    first, second, third = library.positions
    assert first.misfits == ("ethanol",)
    assert (second.ambiguous, second.unread) == (("two",), 1)
    assert third.step == 3
    product = library.product(0)
    assert product.name == "benz_pip_acid1"
    assert product.smiles == Chem.CanonSmiles("CC(=O)N1CCN(Cc2ccccc2)CC1")
    assert [line.split(":")[0] for line in product.route] == ["reductive amination", "Boc removal", "amide coupling"]
    assert library.sampled(30)[""] == 30
    assert any("fit at several places and are left out" in one for one in library.warnings())
    assert not any("Boc" in one for one in library.warnings()), "the scheme takes it off"
    assert open_reactions(folder / "reactions.toml").key == library.key
    assert is_scheme(folder)


def test_a_protecting_group_that_stays_is_reported(folder: Path) -> None:
    text = '[[step]]\nreaction = "reductive amination"\nreagents = ["aldehydes.smi", "diamines.smi"]\n'
    (folder / "reactions.toml").write_text('ambiguous = "keep"\n' + text)
    library = open_reactions(folder)
    assert library.shape == (3, 3)
    assert any("carry Boc; a step with 'Boc removal' takes it off" in one for one in library.warnings())
    assert library.product(2).reason == "", "of two products the first by SMILES is taken"


def test_products_that_cannot_be_made_say_why(folder: Path) -> None:
    (folder / "reactions.toml").write_text(
        '[[step]]\nreaction = "reductive amination"\nreagents = ["aldehydes.smi", "diamines.smi"]\n'
        '[[step]]\nreaction = "ester hydrolysis"\nreagents = ["product"]\n'
    )
    library = open_reactions(folder)
    assert library.product(0).smiles == ""
    assert library.product(0).reason == "no product: step 2, ester hydrolysis"


BAD_SCHEMES = {
    "not toml": ("[[step", "no TOML"),
    "no steps": ('name = "x"', "has no step"),
    "unknown key": ("steps = 3", "does not know 'steps'"),
    "unknown reaction": ('[[step]]\nreaction = "alchemy"\nreagents = ["acids.smi"]', "no reaction 'alchemy'"),
    "bad smarts": ('[[step]]\nsmarts = "CC"\nreagents = ["acids.smi"]', "no reaction SMARTS"),
    "one file too few": ('[[step]]\nreaction = "amide coupling"\nreagents = ["acids.smi"]', "needs 2 reactants"),
    "product first": ('[[step]]\nreaction = "amide coupling"\nreagents = ["acids.smi", "product"]', "stands among"),
    "ambiguous": ('ambiguous = "maybe"\n' + SCHEME, "ambiguous is 'maybe'"),
    "nothing fits": ('[[step]]\nreaction = "amide coupling"\nreagents = ["aldehydes.smi", "acids.smi"]', "fits amide"),
    "no file": ('[[step]]\nreaction = "amide coupling"\nreagents = ["acids.smi", "nowhere.smi"]', "no such file"),
}


@pytest.mark.parametrize("case", BAD_SCHEMES)
def test_bad_schemes_are_refused_in_one_sentence(case: str, folder: Path) -> None:
    text, told = BAD_SCHEMES[case]
    (folder / "reactions.toml").write_text(text)
    with pytest.raises(FileError, match=told) as caught:
        open_reactions(folder)
    assert str(caught.value).count("\n") == 0


def test_two_reagents_of_one_name_are_refused(folder: Path) -> None:
    (folder / "acids.smi").write_text("CC(=O)O a\nCCC(=O)O a\n")
    with pytest.raises(FileError, match="two reagents are called a"):
        open_reactions(folder)


def test_a_library_of_more_products_than_any_machine_holds_is_described_at_once(folder: Path) -> None:
    scheme = read_scheme(folder)
    library = ReactionLibrary(scheme)
    assert library.product(library.compounds - 1).name == "acetone_eda_acid5"
    assert reaction_named("AMIDE coupling").name == "amide coupling"


CLICK = '[[step]]\nreaction = "azide-alkyne cycloaddition"\nreagents = ["azides.smi", "alkynes.smi"]\n'


def test_products_are_found_by_structure_without_being_made(folder: Path) -> None:
    library = open_reactions(folder)
    space = open_synthons(library)
    assert space.products == library.compounds
    wanted = library.product(17)
    best = space.similar(wanted.smiles, 3)[0]
    assert (best.number, best.smiles) == (17, wanted.smiles)
    assert best.similarity == pytest.approx(1.0)
    held = space.holding("C1CC1", 100)
    expected = [n for n in range(30) if Chem.MolFromSmiles(library.product(n).smiles).HasSubstructMatch(
        Chem.MolFromSmarts("C1CC1"))]  # fmt: skip
    assert [one.number for one in held] == expected
    with pytest.raises(UsageError, match="is no SMILES"):
        space.similar("not a molecule", 3)


def test_a_ring_that_two_reagents_form_is_searched_too(folder: Path) -> None:
    (folder / "azides.smi").write_text("CCN=[N+]=[N-] a\n[N-]=[N+]=NCc1ccccc1 b\n")
    (folder / "alkynes.smi").write_text("C#Cc1ccccc1 c\nC#CCO d\n")
    (folder / "reactions.toml").write_text(CLICK)
    library = open_reactions(folder)
    found = open_synthons(library).holding("c1cnnn1", 10)
    assert [one.smiles for one in found] == [library.product(number).smiles for number in range(4)]
