from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from rdkit import Chem

from screening.models import explain
from screening.models.affinity import AffinityKind
from screening.models.data.measurements import data_from_arrays
from screening.models.train import TrainOptions, train_model
from screening.models.trained import TrainedModel


@pytest.fixture(scope="module")
def amines() -> TrainedModel:
    """Affinity is made of one thing: a terminal amine is worth two log units."""
    cores = ["c1ccccc1", "C1CCCCC1", "c1ccncc1", "c1ccsc1", "C1CCOCC1", "c1ccoc1"]
    smiles = [f"{core}{'C' * n}{end}" for core in cores for n in (1, 2, 3, 4) for end in ("N", "O", "F", "S")]
    values = np.array([7.0 if text.endswith("N") else 5.0 for text in smiles])
    values += np.random.default_rng(0).normal(0, 0.05, len(values))
    data = data_from_arrays(smiles, values, kind=AffinityKind.PKI, source="made")
    return train_model(data, options=TrainOptions(model="fast"))


def test_the_atom_that_matters_gets_the_credit(amines: TrainedModel) -> None:
    for text in ("NCCc1ccccc1", "NCCCC1CCOCC1"):
        smiles = Chem.MolToSmiles(Chem.MolFromSmiles(text))
        mol = Chem.MolFromSmiles(smiles)
        found = explain.atom_contributions(amines, smiles)
        assert found.shape == (mol.GetNumAtoms(),)
        amine = next(atom.GetIdx() for atom in mol.GetAtoms() if atom.GetSymbol() == "N")
        assert found[amine] > 0.3
        ring = [atom.GetIdx() for atom in mol.GetAtoms() if atom.IsInRing()]
        assert found[amine] > 2 * np.abs(found[ring]).max()


def test_an_atom_that_does_not_matter_gets_little(amines: TrainedModel) -> None:
    assert explain.atom_contributions(amines, "OCCc1ccccc1").max() < 0.3


def test_neighbours_are_sorted_and_measured(amines: TrainedModel) -> None:
    found = explain.neighbours(amines.training, amines.training.smiles[5], count=4)
    assert found[0].similarity == 1.0
    assert found[0].value == amines.training.values[5]
    assert [one.similarity for one in found] == sorted((one.similarity for one in found), reverse=True)


def test_cliffs_are_pairs_that_look_alike_and_differ(model: TrainedModel) -> None:
    found = explain.cliffs(model.training, alike=0.6, jump=1.5)
    assert found
    value = dict(zip(model.training.names, model.training.values))
    for one in found:
        assert one.similarity >= 0.6
        assert value[one.first] - value[one.second] == pytest.approx(one.difference, abs=1e-3)
    assert [one.difference for one in found] == sorted((one.difference for one in found), reverse=True)


def test_limits_make_no_cliffs(model: TrainedModel) -> None:
    censored = dataclasses.replace(model.training, limits=np.full(len(model.training), -1, dtype=np.int8))
    assert explain.cliffs(censored) == []
