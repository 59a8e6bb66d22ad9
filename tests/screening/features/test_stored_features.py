"""What is stored of a part comes back without a difference, whole or in pieces."""

from __future__ import annotations

import numpy as np
import pytest

from screening.features.compound_blocks import fingerprints_and_properties
from screening.features.molecule_features import MoleculeFeatures, molecule_features
from screening.features.stored_features import STORED, from_table, to_table
from screening.models.estimators.kernel_ensemble import KERNELS

SMILES = [
    "CC(=O)Oc1ccccc1C(=O)O",
    "C",
    "CN1CCC[C@H]1c1cccnc1",
    "O=C(O)C[C@H](O)C[C@H](O)CCn1c(C(C)C)c(C(=O)Nc2ccccc2)c(-c2ccccc2)c1-c1ccc(F)cc1",
    "CN1CCC[C@@H]1c1cccnc1",
    "[Na+]",
    "F[P-](F)(F)(F)(F)F",
]


@pytest.fixture(scope="module")
def features() -> MoleculeFeatures:
    _, properties = fingerprints_and_properties(SMILES)
    properties[5, 3] = np.nan
    return molecule_features(SMILES, STORED, properties)


def properties_of(features: MoleculeFeatures) -> np.ndarray:
    found = features.descriptors[:, :10].copy()
    found[5, 3] = np.nan
    return found


def require_equal(found: MoleculeFeatures, right: MoleculeFeatures) -> None:
    np.testing.assert_array_equal(found.descriptors, right.descriptors)
    assert found.tables.keys() == right.tables.keys()
    for name in right.tables:
        for array in ("pointers", "features", "counts"):
            np.testing.assert_array_equal(getattr(found.tables[name], array), getattr(right.tables[name], array))
        words = right.tables[name].vocabulary()[::2]
        np.testing.assert_array_equal(found.tables[name].dense(words), right.tables[name].dense(words))


def test_all_of_a_part_comes_back(features: MoleculeFeatures) -> None:
    require_equal(from_table(to_table(features), 0, properties_of(features)), features)


@pytest.mark.parametrize(("first", "count"), [(0, 3), (2, 4), (6, 1), (7, 0)])
def test_some_rows_of_a_part_come_back(features: MoleculeFeatures, first: int, count: int) -> None:
    rows = np.arange(first, first + count)
    require_equal(from_table(to_table(features), first, properties_of(features)[rows]), features.take(rows))


def test_only_the_fingerprints_asked_for_are_read(features: MoleculeFeatures) -> None:
    found = from_table(to_table(features), 0, properties_of(features), ("atom pair", "Morgan"))
    names = ("atom pair", "Morgan")
    require_equal(found, MoleculeFeatures({name: features.tables[name] for name in names}, features.descriptors))


def test_rows_of_stored_features_are_taken_as_of_others(features: MoleculeFeatures) -> None:
    stored = from_table(to_table(features), 0, properties_of(features))
    for rows in (np.array([4]), np.array([3, 0, 6, 1]), np.arange(7) % 2 == 0):
        require_equal(stored.take(rows), features.take(rows))
    require_equal(MoleculeFeatures.joined([stored, stored]), MoleculeFeatures.joined([features, features]))


def test_the_same_features_give_the_same_bytes(features: MoleculeFeatures) -> None:
    stored = from_table(to_table(features), 0, properties_of(features))
    assert to_table(stored).equals(to_table(features))


def test_all_that_the_accurate_model_sees_is_stored() -> None:
    assert set(KERNELS) <= set(STORED)
