"""Polymers, attachment points, link nodes, labels and queries are refused with the word, not read as what is drawn."""

from __future__ import annotations

import pytest
from rdkit import Chem

from screening.compounds.files.record import Notation
from screening.compounds.library.describe_record import smiles_of_block
from screening.compounds.standardisation.standardise import Parent, Refusal, parent_of


def _block(*lines: str, order: int = 1) -> str:
    return "\n".join([
        "name", "  made", "", "  3  2  0  0  0  0  0  0  0  0999 V2000",
        "    0.0000    0.0000    0.0000 C   0  0", "    1.3000    0.7500    0.0000 C   0  0",
        "    2.6000    0.0000    0.0000 O   0  0", "  1  2  1  0", f"  2  3{order:3d}  0", *lines, "M  END", "",
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (["M  STY  1   1 SRU", "M  SAL   1  1   2"], "polymer"),
        (["M  STY  2   1 DAT   2 COP", "M  SAL   2  1   2"], "polymer"),
        (["M  APO  1   1   1"], "attachment point"),
        (["M  LIN  1   2   4   1   3"], "link node"),
        (["A    1", "CO2H"], "labelled 'CO2H'"),
        (["A    1", "R1"], "labelled 'R1'"),
        (["A    1", "Boc"], "labelled 'Boc'"),
    ],
)
def test_v2000(lines: list[str], word: str) -> None:
    found = smiles_of_block(_block(*lines), Notation.MOLBLOCK)
    assert isinstance(found, Refusal)
    assert word in found.reason


@pytest.mark.parametrize("lines", [[], ["A    1", "CH3"], ["A    1", "Me"], ["A    3", "OH"], ["A    2", "C2"],
                                   ["M  STY  1   1 DAT", "M  SAL   1  1   1"], ["A    1", "see note 3"]])  # fmt: skip
def test_what_only_repeats_or_remarks_is_read(lines: list[str]) -> None:
    assert smiles_of_block(_block(*lines), Notation.MOLBLOCK) == "CCO"


@pytest.mark.parametrize("order", [5, 6, 7, 8])
def test_query_bonds(order: int) -> None:
    found = smiles_of_block(_block(order=order), Notation.MOLBLOCK)
    assert isinstance(found, Refusal)
    assert "query bond" in found.reason


@pytest.mark.parametrize(
    ("smiles", "word"),
    [
        ("CCC |Sg:n:1:n:ht|", "polymer"), ("CC |$R1;$|", "labelled 'R1'"), ("*C |$_R1;$|", "attachment point"),
        ("Oc1ccccc1 |m:0:1.2.3|", "varies"), ("CCCC |LN:1:1.3|", "link node"), ("CC~CO", "query bond"),
        ("CC\u2013O", "EN DASH"),
        ("CC\uff2f", "FULLWIDTH"), ("CCO\u200b", "ZERO WIDTH SPACE"), ("CC\x00O", "character"),
    ],
)  # fmt: skip
def test_smiles(smiles: str, word: str) -> None:
    found = parent_of(smiles)
    assert isinstance(found, Refusal), found
    assert word in found.reason


@pytest.mark.parametrize(
    "extension", ["(0,0,;1,0,;2,0,;3,0,;4,0,;9,9,)", "$;;label with space$", "$_AV:R1;;$", "f:0.1", "$;C1;C2;C3;O1$"]
)
def test_remarks_in_an_extension_are_passed_over(extension: str) -> None:
    found = parent_of(f"NCCCO.Cl |{extension}|")
    assert isinstance(found, Parent)
    assert found.smiles == "NCCCO"


@pytest.mark.parametrize(
    ("drawn", "same"),
    [
        ("[H]/N=C(/C)c1ccccc1", "CC(=N)c1ccccc1"), ("[H]/N=C(\\OC)c1ccccc1", "COC(=N)c1ccccc1"),
        ("[3H]/C=C/C(=O)O", "C=CC(=O)O"), ("[2H]C([2H])([2H])O[H]", "CO"),
        ("[H][C@](C)(N)c1ccccc1", "C[C@@H](N)c1ccccc1"),
    ],
)  # fmt: skip
def test_drawn_hydrogens_make_no_other_parent(drawn: str, same: str) -> None:
    one, two = parent_of(drawn), parent_of(same)
    assert isinstance(one, Parent)
    assert isinstance(two, Parent)
    assert one == two or Chem.CanonSmiles(drawn.replace("[H]", "")) == two.smiles


@pytest.mark.parametrize(
    ("drawn", "parent"),
    [
        ("F[P-](F)(F)(F)(F)F.CCCCn1cc[n+](C)c1", "CCCCn1cc[n+](C)c1"), ("F[P-](F)(F)(F)(F)F.C[NH+](C)C", "CN(C)C"),
        ("F[As-](F)(F)(F)(F)F.c1ccc([I+]c2ccccc2)cc1", "c1ccc([I+]c2ccccc2)cc1"),
        ("F[Sb-](F)(F)(F)(F)F.CC[NH3+]", "CCN"), ("C[N+](C)(C)C.F[Si-](C)(C)(C)F", "C[N+](C)(C)C"),
        ("c1ccc([B-](c2ccccc2)(c2ccccc2)c2ccccc2)cc1.CC[NH3+]", "CCN"), ("F[B-](F)(F)F.CC[NH3+]", "CCN"),
        ("[K+].F[B-](F)(F)c1ccccc1", "F[B-](F)(F)c1ccccc1"), ("F[P-](F)(F)(F)(F)F.[Na+]", "F[P-](F)(F)(F)(F)F.[Na+]"),
    ],
)  # fmt: skip
def test_complex_anions_leave(drawn: str, parent: str) -> None:
    found = parent_of(drawn)
    assert isinstance(found, Parent), found
    assert found.smiles == parent
