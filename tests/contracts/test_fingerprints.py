"""Every count fingerprint of the catalog keeps the same promises."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from rdkit import Chem

from screening.features.catalog import FINGERPRINTS
from screening.features.count_table import LARGEST_COUNT, CountTable
from screening.models.estimators.kernels import minmax

SMILES = ["CCO", "OCC", "c1ccccc1C(=O)NC", "C[C@H](N)C(=O)O", "C", "[Na+].[Cl-]", "C" * 40, "O=C(O)c1ccccc1OC(C)=O"]


@pytest.fixture(params=list(FINGERPRINTS))
def counts(request: pytest.FixtureRequest) -> Callable[[Chem.Mol], dict[int, int]]:
    return FINGERPRINTS[request.param]


def test_counts_are_positive_and_the_same_however_a_molecule_is_written(
    counts: Callable[[Chem.Mol], dict[int, int]],
) -> None:
    for text in SMILES:
        mol = Chem.MolFromSmiles(text)
        found = counts(mol)
        assert all(count > 0 for count in found.values())
        shuffled = Chem.MolFromSmiles(Chem.MolToRandomSmilesVect(mol, 1, randomSeed=7)[0])
        assert counts(shuffled) == found


def test_similarity_is_one_to_itself_and_what_the_definition_says(
    counts: Callable[[Chem.Mol], dict[int, int]],
) -> None:
    rows = [{key: min(n, LARGEST_COUNT) for key, n in counts(Chem.MolFromSmiles(text)).items()} for text in SMILES]
    table = CountTable.of(rows)
    found = minmax(table, table)
    for i, one in enumerate(rows):
        for j, other in enumerate(rows):
            keys = set(one) | set(other)
            shared = sum(min(one.get(key, 0), other.get(key, 0)) for key in keys)
            either = sum(max(one.get(key, 0), other.get(key, 0)) for key in keys)
            assert found[i, j] == pytest.approx(shared / max(either, 1), abs=1e-6)


def test_tables_take_rows_and_count_densely() -> None:
    rows = [{5: 2, 2**63 + 1: 1}, {}, {5: 100, 7: 3}]
    table = CountTable.of(rows)
    assert len(table) == 3
    np.testing.assert_array_equal(table.totals(), [3, 0, LARGEST_COUNT + 3])
    np.testing.assert_array_equal(table.take(np.array([2, 0])).totals(), [LARGEST_COUNT + 3, 3])
    words = table.vocabulary()
    assert len(words) == 3
    assert len(table.vocabulary(least=2)) == 1
    dense = table.dense(words)
    assert dense[2, list(words).index(5)] == LARGEST_COUNT
    assert dense.sum() == table.totals().sum()
