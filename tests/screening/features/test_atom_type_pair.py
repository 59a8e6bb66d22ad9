"""Pairs of typed atoms, counted by hand and against another way of counting."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from rdkit import Chem

from screening.features.atom_type_pair import TYPES, counts
from screening.features.atom_types import AtomTypes
from screening.features.molecule_features import molecule_features

SMILES = ["CCO", "c1ccccc1C(=O)NC", "C[C@H](N)C(=O)O", "O=C(O)c1ccccc1OC(C)=O", "CN1CCC(CC1)c1ccc(Cl)cc1"]


def test_benzene_has_a_pair_for_each_distance() -> None:
    # Six equal atoms: six pairs one bond apart, six two bonds apart, three across the ring.
    for name in TYPES:
        assert sorted(counts(name, Chem.MolFromSmiles("c1ccccc1")).values()) == [3, 6, 6]


def test_features_do_not_tell_elements_apart_and_environments_do() -> None:
    chloro, bromo = (Chem.MolFromSmiles(f"CC(=O)c1ccc({halogen})cc1") for halogen in ("Cl", "Br"))
    assert counts("feature pair", chloro) == counts("feature pair", bromo)
    assert counts("feature environment pair", chloro) == counts("feature environment pair", bromo)
    assert counts("environment pair", chloro) != counts("environment pair", bromo)


@pytest.mark.parametrize("name", list(TYPES))
def test_pairs_are_those_of_the_types_and_distances(name: str) -> None:
    for text in SMILES:
        mol = Chem.MolFromSmiles(text)
        atoms = AtomTypes.of([mol])
        types = getattr(atoms, TYPES[name])
        wanted = Counter(
            (*sorted((int(types[i]), int(types[j]))), len(Chem.GetShortestPath(mol, i, j)) - 1)
            for i, j in itertools.combinations(range(mol.GetNumAtoms()), 2)
        )
        found = np.array(list(counts(name, mol).values()))
        # All distances up to five are told apart; longer ones fall into classes, so there can only be fewer features.
        near = sum(1 for _, _, bonds in wanted if bonds <= 5)
        assert near <= len(found) <= len(wanted)
        assert found.sum() == mol.GetNumAtoms() * (mol.GetNumAtoms() - 1) // 2


def test_one_pass_over_the_molecules_gives_the_same_as_each_fingerprint_alone() -> None:
    names = ("Morgan", *TYPES)
    found = molecule_features(SMILES, names, np.zeros((len(SMILES), 10), dtype=np.float32))
    for name in TYPES:
        table = found.tables[name]
        for row, text in enumerate(SMILES):
            here = slice(table.pointers[row], table.pointers[row + 1])
            own = dict(zip(table.features[here].tolist(), table.counts[here].tolist()))
            assert own == {key: min(count, 16) for key, count in counts(name, Chem.MolFromSmiles(text)).items()}
