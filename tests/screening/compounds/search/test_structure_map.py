"""The map of structures keeps series together, is the same each time, and takes more compounds than it is made of."""

from __future__ import annotations

import numpy as np
import pytest

from screening.compounds.search.structure_map import structure_map
from screening.features.compound_blocks import morgan_fingerprints

SIDE = ["C", "CC", "CCC", "CCCC", "CO", "CCO", "CN", "CCN", "C(C)C", "CF", "CCl", "CC#N", "CS", "CCS", "CC(C)C", "CCF"]
CORES = ["c1ccc2ncncc2c1{}", "O=C(N{})c1ccc(S(N)(=O)=O)cc1", "OC[C@H]1O[C@@H]({})[C@H](O)[C@H]1O"]


@pytest.fixture(scope="module")
def series() -> tuple[np.ndarray, np.ndarray]:
    smiles = [core.format(side) for side in SIDE for core in CORES]
    return morgan_fingerprints(smiles), np.tile(np.arange(len(CORES)), len(SIDE))


@pytest.mark.parametrize("most", [None, 24])
def test_the_nearest_on_the_map_is_of_the_same_series(series: tuple[np.ndarray, np.ndarray], most: int | None) -> None:
    fingerprints, core = series
    places = structure_map(fingerprints, most=most)
    assert places.shape == (len(core), 2)
    assert np.isfinite(places).all()
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert (core[apart.argmin(axis=1)] == core).mean() > 0.9
    np.testing.assert_array_equal(places, structure_map(fingerprints, most=most))


def test_the_same_structure_lies_where_its_twin_lies(series: tuple[np.ndarray, np.ndarray]) -> None:
    fingerprints = np.repeat(series[0], 2, axis=0)
    places = structure_map(fingerprints, most=48)
    width = np.ptp(places, axis=0).max()
    assert np.median(np.linalg.norm(places[::2] - places[1::2], axis=1)) < 0.1 * width


@pytest.mark.parametrize("count", [1, 4])
def test_a_few_compounds_lie_in_a_row(series: tuple[np.ndarray, np.ndarray], count: int) -> None:
    assert structure_map(series[0][:count], most=3).tolist() == [[float(at), 0.0] for at in range(count)]
