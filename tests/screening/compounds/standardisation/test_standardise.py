"""The parent of a structure: what is taken away, what stays, and that its name does not depend on the drawing."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem, DataStructs, rdBase
from rdkit.Chem import Crippen, Descriptors, rdFingerprintGenerator, rdMolDescriptors

from screening.compounds.compound import PROPERTIES, structure_key
from screening.compounds.fingerprint import packed_morgan, stack
from screening.compounds.rules.properties import log_p, property_row
from screening.compounds.rules.rotatable_bonds import rotatable_bonds
from screening.compounds.standardisation.fast_path import short_form
from screening.compounds.standardisation.standardise import (
    Parent,
    Refusal,
    long_form,
    parent_of,
    parent_of_mol,
    standard_form,
)

PARENTS = [
    ("CC(=O)Oc1ccccc1C(=O)[O-].[Na+]", "CC(=O)Oc1ccccc1C(=O)O", ()),
    ("C[NH+](C)CCc1ccccc1.[Cl-]", "CN(C)CCc1ccccc1", ()),
    ("[NH3+][C@@H](C)C(=O)[O-]", "C[C@H](N)C(=O)O", ()),
    ("CCN.O.CS(=O)(=O)O", "CCN", ()),
    ("CCN.CCN", "CCN", ()),
    ("CCc1ccccc1.CCCc1ccncc1", "CCCc1ccncc1.CCc1ccccc1", ("mixture",)),
    ("[Na+].[Cl-]", "[Cl-].[Na+]", ("mixture",)),
    ("CC(=O)[O-].[Na+]", "CC(=O)[O-].[Na+]", ("mixture",)),
    ("O", "O", ()),
    ("CC(=O)O.OC(=O)C", "CC(=O)O", ()),
    ("[2H]C([2H])([2H])c1ccccc1", "Cc1ccccc1", ()),
    ("[13CH3]c1ccccc1", "Cc1ccccc1", ()),
    ("[CH3:7]c1ccccc1", "Cc1ccccc1", ()),
    ("C[N+](C)(C)Cc1ccccc1.[Br-]", "C[N+](C)(C)Cc1ccccc1", ()),
    ("C[N+](C)(C)CCO.[Br-]", "C[N+](C)(C)CCO.[Br-]", ("mixture",)),
    ("C[N+](C)(C)CC([O-])CC(=O)[O-]", "C[N+](C)(C)CC(O)CC(=O)[O-]", ()),
    ("CS(=O)C", "C[S+](C)[O-]", ()),
    ("C[S@](=O)c1ccccc1", "C[S@+]([O-])c1ccccc1", ()),
    ("CN(=O)=O", "C[N+](=O)[O-]", ()),
    ("O=n1ccccc1", "[O-][n+]1ccccc1", ()),
    ("CC(O)=NC", "CNC(C)=O", ()),
    ("CN(C)(C)C", "C[N+](C)(C)C", ()),
    ("c1ccccc1C[Mg]Br", "Cc1ccccc1.[Mg+]", None),
    ("[Na]OC(=O)c1ccc(C)cc1C", "Cc1ccc(C(=O)O)c(C)c1", ()),
    ("C1=CC=CC=C1[Hg]C", "[CH3][Hg][c]1ccccc1", ("metal",)),
    ("N.N.Cl[Pt]Cl", None, ("mixture", "metal")),
    ("C[n+]1ccccc1.[I-]", "C[n+]1ccccc1", ()),
    ("Cc1cc[nH+]cc1", "Cc1ccncc1", ()),
    ("CCS(=O)(=O)[N-]c1ccccc1", "CCS(=O)(=O)Nc1ccccc1", ()),
]


@pytest.mark.parametrize(("smiles", "parent", "flags"), PARENTS)
def test_parents(smiles: str, parent: str | None, flags: tuple[str, ...] | None) -> None:
    found = parent_of(smiles)
    assert isinstance(found, Parent)
    if flags is not None:
        assert found.flags == flags
        if parent is not None:
            assert found.smiles == parent
    assert found.identity == structure_key(found.smiles)
    assert parent_of(found.smiles) == found, "the parent of a parent is itself"


@pytest.mark.parametrize("smiles", [smiles for smiles, _, _ in PARENTS])
def test_the_parent_does_not_depend_on_the_order_of_the_atoms(smiles: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        pytest.skip("RDKit has no drawing of it to shuffle")
    expected = parent_of(smiles)
    random.seed(1)
    for seed in range(10):
        other = Chem.MolToRandomSmilesVect(mol, 1, randomSeed=seed + 1)[0]
        assert parent_of(other) == expected
    assert parent_of_mol(mol) == expected


@pytest.mark.parametrize(
    ("smiles", "stage", "reason"),
    [
        ("", "read", "no structure: the SMILES is empty"),
        ("   ", "read", "no structure: the SMILES is empty"),
        ("*", "structure", "an attachment point or query atom (such as *): not one compound"),
        ("CC*", "structure", "an attachment point or query atom (such as *): not one compound"),
        ("C1CC", "read", "not SMILES: a ring that is never closed"),
        ("C(C", "read", "not SMILES: a ( or ) without its partner"),
        ("C[NH", "read", "not SMILES: a [ or ] without its partner"),
        ("CC=", "read", "not SMILES: a bond or branch that leads nowhere"),
        ("aspirin!", "read", "not SMILES: character '!'"),
        ("hello", "read", "not SMILES"),
        ("c1cccc1", "read", "aromatic ring that cannot be kekulised"),
        ("C(C)(C)(C)(C)C", "read", "impossible valence (Explicit valence for C, 5, is greater than permitted)"),
        ("C" * 10_001, "size", "SMILES of 10001 characters, at most 10000 are read"),
        ("C" * 1_000, "size", "1000 heavy atoms, at most 999 are read"),
    ],
)
def test_refusals_say_why(smiles: str, stage: str, reason: str) -> None:
    assert parent_of(smiles) == Refusal(stage, reason)


def test_families_roll_up_stereo_and_protonation() -> None:
    forms = ["C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O", "CC(N)C(=O)O", "CC([NH3+])C(=O)[O-]", "C[C@H](N)C(=O)[O-].[K+]"]
    found = [parent_of(smiles) for smiles in forms]
    assert all(isinstance(one, Parent) for one in found)
    assert len({one.family for one in found if isinstance(one, Parent)}) == 1
    assert len({one.identity for one in found if isinstance(one, Parent)}) == 3
    assert parent_of("C/C=C/C").family == parent_of("C/C=C\\C").family  # type: ignore[union-attr]


#: Pieces that between them meet every branch of the fast path.
_PIECES = (
    "C CC [C@H](C) [C@@H](F) N O S n1ccccc1 c1ccccc1 c1c[nH]cc1 c1cc[nH+]cc1 [NH+](C) [NH2+] [NH3+] [O-] [S-] [N-] "
    "C(=O) C(=O)[O-] C(O)=N C(=N) C(=[NH2+])N S(=O) S(=O)(=O) S(C)=O S(=O)(=N) [S@](=O) [N+](=O)[O-] [N+]([O-])=O "
    "[N+](C)(C) [n+]1([O-])ccccc1 C=C C#N C#C (C) (O) (Cl) Br I F P(=O)(O) B(O) [Si](C)(C) [C-] [NH] [N] [OH] /C=C/ "
    "C([S-])=[NH+] C([O-])=N C1CC1 C%12CC%12 .Cl .O [H] [2H] * \\C=C\\ [se]1cccc1 [n-]1cccc1 N=[N+]=[N-]"
).split()  # fmt: skip


@settings(max_examples=3000, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=8).map("".join))
def test_the_short_way_ends_where_the_long_way_ends(smiles: str) -> None:
    short = short_form(smiles)
    if short is None:
        return
    long = long_form(smiles)
    assert not isinstance(long, Refusal), long
    mol, parent = long
    assert short[1] == parent.smiles
    assert packed_morgan(short[0]) == packed_morgan(mol)
    assert property_row(short[0]) == pytest.approx(property_row(mol), abs=1e-9)
    assert parent.flags == ()


def test_the_short_way_ends_where_the_long_way_ends_in_any_order_of_atoms() -> None:
    for smiles in (
        "CN=C(C)O", "C[N-]S(=O)(=O)c1ccccc1", "CS(=O)CC[NH2+]C", "C[NH2+]CC(=O)[O-]", "NC(=[NH2+])CC(=O)[O-]",
        "C[NH+]=C(C)CC(C)=C[O-]", "O=[N+]([O-])c1ccc(C(=O)[O-])cc1C[NH3+]", "C[S@](=O)CC[C@@H](N)C(=O)O",
        "CC(C)S(=O)(=O)NC1=NCCS1", "OC1=NCCCCC1", "N=C(O)c1ccccc1", "C[S@@](=N)(=O)c1ccccc1",
    ):  # fmt: skip
        mol = Chem.MolFromSmiles(smiles)
        for seed in range(60):
            text = Chem.MolToRandomSmilesVect(mol, 1, randomSeed=seed + 1)[0]
            short, long = short_form(text), long_form(text)
            assert not isinstance(long, Refusal)
            assert short is None or short[1] == long[1].smiles, text


def test_the_short_way_is_taken_by_ordinary_molecules() -> None:
    for smiles in (
        "CC(=O)Oc1ccccc1C(=O)O", "C[NH+](C)CCc1ccccc1", "C[C@H]([NH3+])C(=O)[O-]", "Cc1cc[nH+]cc1",
        "O=[N+]([O-])c1ccccc1C(=O)[O-]", "CS(=O)c1ccccc1", "NS(=O)(=O)c1ccccc1", "CCS(=O)(=O)[N-]c1ccccc1",
    ):  # fmt: skip
        assert short_form(smiles) is not None, smiles


def test_fingerprint_bits_are_rdkits() -> None:
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    mols = [Chem.MolFromSmiles(smiles) for smiles in ("CC(=O)Oc1ccccc1C(=O)O", "Cn1c(=O)c2c(ncn2C)n(C)c1=O")]
    packed = stack([packed_morgan(mol) for mol in mols])
    assert packed.shape == (2, 256)
    unpacked = np.unpackbits(packed, axis=1, bitorder="little")
    for row, mol in zip(unpacked, mols):
        assert np.array_equal(row, generator.GetFingerprintAsNumPy(mol))
    both = np.bitwise_count(packed[0] & packed[1]).sum() / np.bitwise_count(packed[0] | packed[1]).sum()
    assert both == DataStructs.TanimotoSimilarity(*map(generator.GetFingerprint, mols))


def test_properties_are_rdkits_and_the_published_ones() -> None:
    aspirin = Chem.MolFromSmiles("CC(=O)Oc1ccccc1C(=O)O")
    row = dict(zip(PROPERTIES, property_row(aspirin)))
    assert row["molecular_weight"] == pytest.approx(180.16, abs=0.01)  # CRC Handbook
    assert row["tpsa"] == pytest.approx(63.6, abs=0.01)  # Ertl, Rohde, Selzer, J. Med. Chem. 2000, 43, 3714: 63.6
    assert row["logp"] == pytest.approx(Crippen.MolLogP(aspirin), abs=1e-5)
    assert row["rotatable_bonds"] == rdMolDescriptors.CalcNumRotatableBonds(aspirin)
    assert row["fraction_csp3"] == Descriptors.FractionCSP3(aspirin)
    assert (row["hbd"], row["heavy_atoms"], row["rings"], row["formal_charge"]) == (1, 13, 1, 0)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=8).map("".join))
def test_log_p_is_rdkits(smiles: str) -> None:
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    if mol is not None:
        ours = log_p(mol)
        assert ours == pytest.approx(Crippen.MolLogP(mol), abs=1e-5)
        assert log_p(mol) == ours


@pytest.mark.parametrize(
    "smiles",
    ["O", "N", "[H][H]", "OO", "CO", "[OH-]", "[SiH4]", "S", "CS", "c1c[nH]cc1", "CON", "NO", "OB(O)c1ccccc1", "C=CO",
     "OC#N", "OC(O)=S", "CP(O)O", "OS(=O)(=O)O", "[NH4+]", "C[N+](C)(O)C", "O[n+]1ccccc1", "OCl", "c1ccccc1[OH2+]",
     "O[Hg]C", "P", "[OH][2H]"],
)  # fmt: skip
def test_log_p_of_odd_hydrogens_is_rdkits(smiles: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    assert log_p(mol) == pytest.approx(Crippen.MolLogP(mol), abs=1e-5)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=8).map("".join))
def test_rotatable_bonds_are_rdkits(smiles: str) -> None:
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    if mol is not None:
        assert rotatable_bonds(mol) == rdMolDescriptors.CalcNumRotatableBonds(mol)


@pytest.mark.parametrize(
    ("smiles", "count"),
    [("CCCC", 1), ("CCOC(=O)CC", 2), ("CC(C)(C)CC", 0), ("FC(F)(F)CCC", 1), ("CC#CCC", 0), ("c1ccccc1-c1ccccc1", 1),
     ("CCNC(=O)NCC", 2), ("CCC(=S)SCC", 2), ("CCC(=[NH2+])NCC", 2), ("C" * 999, 996), ("CC(Cl)(Br)CC", 1)],
)  # fmt: skip
def test_rotatable_bonds_of_stiff_groups_are_rdkits(smiles: str, count: int) -> None:
    mol = Chem.MolFromSmiles(smiles)
    assert rotatable_bonds(mol) == rdMolDescriptors.CalcNumRotatableBonds(mol) == count


@pytest.mark.parametrize(
    "smiles",
    [
        "Cc1cc(Br)c(O)c(C([NH3+]=O)NC)c1",  # impossible valence
        "CN1Cs(=O)CC(C1)C",  # an aromatic atom that is none
        "CC[C@H](C)Oc1c#ccc(NC(=O)C2CCC2)c1",  # a triple bond in an aromatic ring
        "CCC1CCC=3ccccc3=[NH+]N1",  # a ring of aromatic and other atoms, closed by a double bond
        "COCC(=O)C=c1ccccc=1OC",
        "[NH+]=3ccccc3[O-]",
        "O=C1C=CC(=NCl)[nH+]C=C1",  # a ring that is aromatic only without its charge
        "CCCNC(=O)N1CCN(C(=O)C2C3=CC=CC=C3CC2C)C[nH+]C1",
        "O=C(C[NH+]1CCCC1CN1cncn1)NC1C#CC[nH+]CNC1=O",
        "O=C1c2ccccc2N(Cc2ccccc2)C2=NCCNs12",  # a ring half drawn as aromatic
    ],
)
def test_odd_texts_end_as_by_the_long_way(smiles: str) -> None:
    with rdBase.BlockLogs():
        short, long = standard_form(smiles), long_form(smiles)
    if isinstance(long, Refusal):
        assert isinstance(short, Refusal)
    else:
        assert not isinstance(short, Refusal)
        assert short[1] == long[1]


def test_rings_do_not_depend_on_how_a_macrocycle_is_drawn() -> None:
    drawn = "COc1cc2c3c(c1OC)Oc1cc4c(cc1OC)C(=NCC4)Cc1ccc(cc1)Oc1cc(ccc1O)CC3N(C)CC2"
    short, long = standard_form(drawn), long_form(drawn)
    assert not isinstance(short, Refusal)
    assert not isinstance(long, Refusal)
    assert property_row(short[0]) == property_row(long[0])
