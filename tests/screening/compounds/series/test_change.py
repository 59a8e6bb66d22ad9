"""What differs between two compounds, and what the same exchange did in other pairs of a series."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem

from screening.compounds.series.change import ChangeKind, change_between, same_exchanges
from screening.compounds.series.matched_pairs import matched_pairs

GROUPS = ("F", "Cl", "Br", "C", "OC", "C#N")
SERIES = [f"CNC(=O)c1ccc({group})cc1" for group in GROUPS] + [f"O=C(NC2CC2)c1ccc({group})cc1" for group in GROUPS]


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("CCO", "OCC", ChangeKind.SAME),
        ("C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O", ChangeKind.CONFIGURATION),
        ("C/C=C/Cc1ccccc1", "C/C=C\\Cc1ccccc1", ChangeKind.CONFIGURATION),
        ("CNC(=O)c1ccccc1", "CNC(=O)c1ccc(F)cc1", ChangeKind.EXCHANGE),
        ("CNC(=O)c1cc(Cl)ccc1", "CCNC(=O)c1cc(C#N)cc(C)c1", ChangeKind.SEVERAL),
        ("CCCCCCCCCCO", "c1ccc2c(c1)[nH]cc2", ChangeKind.UNLIKE),
    ],
)
def test_the_kind_of_change(first: str, second: str, kind: ChangeKind) -> None:
    assert change_between(first, second).kind is kind


def test_the_smallest_exchange_names_its_fragments_and_atoms() -> None:
    found = change_between("CNC(=O)c1ccccc1", "CNC(=O)c1ccc(F)cc1")
    assert (found.before, found.after) == ("[H][*:1]", "F[*:1]")
    assert found.first_atoms == frozenset()
    mol = Chem.MolFromSmiles(found.second)
    assert [mol.GetAtomWithIdx(atom).GetSymbol() for atom in found.second_atoms] == ["F"]
    assert not found.configuration
    assert len(found.common) == 10


def test_common_atoms_leave_the_changed_ones_out() -> None:
    found = change_between("COc1ccc(OCC)cc1", "COc1ccc(OC)cc1")
    assert {a for a, _ in found.common}.isdisjoint(found.first_atoms)
    assert {b for _, b in found.common}.isdisjoint(found.second_atoms)


def test_an_inverted_centre_beside_an_exchange_is_said() -> None:
    assert change_between("C[C@H](N)Cc1ccccc1", "C[C@@H](N)Cc1ccc(F)cc1").configuration
    assert not change_between("C[C@H](N)Cc1ccccc1", "C[C@H](N)Cc1ccc(F)cc1").configuration


def test_other_pairs_are_those_of_the_whole_series_without_the_pair_itself() -> None:
    values = np.random.default_rng(5).normal(7, 1, len(SERIES))
    found = {(one.before, one.after, one.surroundings): one for one in matched_pairs(SERIES, values, least_pairs=1)}
    several = [one for one in found.values() if len(one.pairs) > 1]
    assert len(several) > 10
    for one in several:
        first, second = one.pairs[0]
        change = change_between(SERIES[first], SERIES[second])
        assert (change.before, change.after, change.surroundings) == (one.before, one.after, one.surroundings)
        others = same_exchanges(change, SERIES, values)
        assert others is not None
        assert set(others.pairs) == set(one.pairs[1:])
        assert others.changes == pytest.approx([values[b] - values[a] for a, b in others.pairs])


def test_values_that_are_missing_make_no_pair() -> None:
    values = np.full(len(SERIES), 6.0)
    change = change_between(SERIES[0], SERIES[1])
    assert same_exchanges(change, SERIES, values) is not None
    values[6] = np.nan
    assert same_exchanges(change, SERIES, values) is None


def test_another_kind_of_atom_counts_only_anywhere() -> None:
    series = ["CNC(=O)c1ccccc1F", "CNC(=O)c1ccccc1Cl", "CNC(=O)CCCF", "CNC(=O)CCCCl"]
    change = change_between(*series[:2])
    assert same_exchanges(change, series, np.array([6.0, 7.0, 5.0, 5.5])) is None
    anywhere = same_exchanges(change, series, np.array([6.0, 7.0, 5.0, 5.5]), anywhere=True)
    assert anywhere is not None
    assert anywhere.pairs == ((2, 3),)
    assert anywhere.mean == pytest.approx(0.5)


def test_what_is_no_smiles_is_refused() -> None:
    with pytest.raises(ValueError, match="no SMILES"):
        change_between("CCO", "C1CC")
