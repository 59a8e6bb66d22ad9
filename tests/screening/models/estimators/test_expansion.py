"""The expanded process against sums over all training compounds, written out."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from screening.features.compound_blocks import fingerprints_and_properties
from screening.features.molecule_features import MoleculeFeatures, molecule_features
from screening.features.stored_features import STORED
from screening.models.estimators.expansion import Expansion
from screening.models.estimators.kernels import MeanKernel, Standardiser, minmax


@pytest.fixture(scope="module")
def molecules(data: Path) -> MoleculeFeatures:
    with open(data / "affinities" / "nav17.csv", encoding="utf-8") as stream:
        smiles = [row["smiles"] for row in csv.DictReader(stream)][:150]
    with open(data / "libraries" / "nci.smi", encoding="utf-8") as stream:
        smiles += [line.split()[0] for line in stream][:150:]
    smiles.append("C")
    _, properties = fingerprints_and_properties(smiles)
    return molecule_features(smiles, STORED, properties)


@pytest.fixture(scope="module")
def references(molecules: MoleculeFeatures) -> MoleculeFeatures:
    return molecules.take(np.arange(150))


@pytest.fixture(scope="module")
def weights() -> np.ndarray:
    return np.random.default_rng(0).normal(size=150)


def test_fingerprints_are_summed_to_the_first_order(
    molecules: MoleculeFeatures, references: MoleculeFeatures, weights: np.ndarray
) -> None:
    terms = Expansion(references, Standardiser.of(references.descriptors), weights).terms(molecules)
    assert terms.shape == (301, len(STORED) + 3)
    for column, name in enumerate(STORED):
        similarity = minmax(molecules.tables[name], references.tables[name])
        first_order = (similarity / (1.0 + similarity)) @ weights  # s / t, where the similarity is s / (t - s)
        np.testing.assert_allclose(terms[:, column], first_order, atol=0.02 * first_order.std())


def test_descriptors_are_summed_to_the_second_order(
    molecules: MoleculeFeatures, references: MoleculeFeatures, weights: np.ndarray
) -> None:
    standardiser = Standardiser.of(references.descriptors)
    found = Expansion(references, standardiser, weights).terms(molecules)[:, -3:].sum(axis=1)
    left, right = standardiser.apply(molecules.descriptors), standardiser.apply(references.descriptors)
    width = left.shape[1]
    products = left @ right.T / width
    near = np.exp(-0.5 * (left**2).sum(axis=1) / width)[:, None] * np.exp(-0.5 * (right**2).sum(axis=1) / width)
    np.testing.assert_allclose(found, (near * (1.0 + products + products**2 / 2.0)) @ weights, rtol=1e-9, atol=1e-12)


def test_the_terms_follow_the_process_on_compounds_unlike_the_training_set(
    molecules: MoleculeFeatures, references: MoleculeFeatures
) -> None:
    standardiser = Standardiser.of(references.descriptors)
    weights = np.random.default_rng(1).normal(size=150)
    others = molecules.take(np.arange(150, 300))
    process = MeanKernel(references, standardiser).to(others) @ weights
    terms = Expansion(references, standardiser, weights).terms(others)
    terms = np.column_stack([np.ones(len(terms)), terms])
    coefficients = np.linalg.lstsq(terms[::2], process[::2], rcond=None)[0]
    assert np.corrcoef(terms[1::2] @ coefficients, process[1::2])[0, 1] > 0.95


def test_the_terms_of_a_compound_do_not_depend_on_the_others(
    molecules: MoleculeFeatures, references: MoleculeFeatures, weights: np.ndarray
) -> None:
    expansion = Expansion(references, Standardiser.of(references.descriptors), weights)
    together = expansion.terms(molecules)
    for row in (0, 77, 200, 300):
        np.testing.assert_array_equal(expansion.terms(molecules.take(np.array([row])))[0], together[row])
