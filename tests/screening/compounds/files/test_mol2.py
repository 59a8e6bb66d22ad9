"""MOL2 as different programs write it gives the molecule that was meant, with and without hydrogens."""

from __future__ import annotations

import pytest
from rdkit import Chem

from screening.compounds.files.record import Notation
from screening.compounds.library.describe_record import smiles_of_block
from screening.compounds.standardisation.standardise import Parent, Refusal, parent_of
from tests.screening.compounds.files.mol2_writer import HABITS, HYDROGENS, mol2_block

EVERYDAY = """
CC(=O)[O-] CCNC(N)=[NH2+] C[N+](=O)[O-] CNS(=O)(=O)c1ccc(C)cc1 COP(=O)([O-])[O-] c1ccncc1 c1c[nH]cn1 C[n+]1ccccc1
c1cc[nH+]cc1 [O-][n+]1ccccc1 NC(=[NH2+])c1ccccc1 C[N+](C)(C)C CS(C)=O O=c1cc[nH]cc1 Cn1c(=O)c2c(ncn2C)n(C)c1=O CC#N
CN=[N+]=[N-] OB(O)c1ccccc1 C[C@H]([NH3+])C(=O)[O-] C/C=C\\C CC(=O)N CS [O-]S(=O)(=O)c1ccccc1 [C-]#[N+]C c1nnn[n-]1
CC(=O)[N-]S(C)(=O)=O C[S+](C)C c1ccc2c(c1)[nH]c1ccccc12 O=c1[nH]c(=O)c2[nH]cnc2[nH]1 C[C@@H](O)[C@H](N)c1ccccc1
c1ccsc1 F/C=C/Cl C[P+](C)(C)C CP(C)(C)=O c1cc[o+]cc1 Clc1ccc(Br)cc1I
""".split()


@pytest.mark.parametrize("hydrogens", HYDROGENS)
@pytest.mark.parametrize("habit", HABITS)
def test_everyday_molecules(habit: str, hydrogens: str) -> None:
    wrong = {}
    for smiles in EVERYDAY:
        block = mol2_block(Chem.MolFromSmiles(smiles), habit, hydrogens)
        read = smiles_of_block(block, Notation.MOL2)
        found = parent_of(read) if isinstance(read, str) else read
        if found != parent_of(smiles):
            wrong[smiles] = found
    assert not wrong


def _edited(old: str, new: str) -> str | Refusal:
    block = mol2_block(Chem.MolFromSmiles("CCO"), "sybyl", "all")
    assert old in block
    return smiles_of_block(block.replace(old, new), Notation.MOL2)


def test_numbers_with_gaps_lone_pairs_and_stated_charges() -> None:
    block = (
        "@<TRIPOS>MOLECULE\nx\n4 3\nSMALL\nNO_CHARGES\n\n@<TRIPOS>ATOM\n"
        "10 C1 0 0 0 C.3\n20 N1 1.4 0 0 N.3\n30 C2 2 1 0 C.3\n40 LP1 1 1 1 LP\n"
        "@<TRIPOS>UNITY_ATOM_ATTR\n20 1\ncharge 1\n"
        "@<TRIPOS>BOND\n1 10 20 1\n2 20 30 1\n3 20 40 1\n"
    )
    assert smiles_of_block(block, Notation.MOL2) == "C[NH2+]C"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("C.3", "Any", "type Any"), ("2 2 3 1", "2 2 3 un", "bond of type un"), ("9 8", "9 7", "bond lines"),
        ("9 8", "8 8", "atom lines"), ("2 2 3 1", "2 2 33 1", "bond to an atom that is not there"),
        ("2 2 3 1", "2 1 2 1", "written twice"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(old: str, new: str, word: str) -> None:
    found = _edited(old, new)
    assert isinstance(found, Refusal)
    assert word in found.reason


def test_a_carbon_without_all_its_hydrogens_is_refused() -> None:
    block = mol2_block(Chem.MolFromSmiles("CCO"), "sybyl", "all").splitlines()
    last = next(at for at, line in enumerate(block) if line.split()[1:2] == ["H4"])
    block[last] = block[last].replace(" H ", " F ", 1).replace("H4", "F4")
    assert smiles_of_block("\n".join(block), Notation.MOL2) != "CCO"  # still whole: fluorine counts as a neighbour
    cut = [line for line in block if line.split()[1:2] != ["F4"] and line.split()[2:3] != ["4"]]
    cut[2] = "8 7 0 0 0"
    found = smiles_of_block("\n".join(cut), Notation.MOL2)
    assert isinstance(found, Refusal)
    assert "without all its hydrogens" in found.reason


def test_parents_do_not_depend_on_the_program() -> None:
    for smiles in ("Cc1ccc(cc1)S(=O)(=O)Nc1nccs1", "C[C@@H](O)[C@H](N)c1ccccc1", "OC(=O)c1ccc(cc1)C(=O)O"):
        blocks = [mol2_block(Chem.MolFromSmiles(smiles), habit, kept) for habit in HABITS for kept in HYDROGENS]
        parents = {parent_of(str(smiles_of_block(block, Notation.MOL2))) for block in blocks}
        assert len(parents) == 1
        assert isinstance(parents.pop(), Parent)
