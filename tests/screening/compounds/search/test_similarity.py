"""Search, picks and clusters are exact: the same as RDKit's on the same fingerprints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator
from rdkit.ML.Cluster import Butina

from screening.compounds.fingerprint import packed_morgan, stack
from screening.compounds.library.prepare import PrepareOptions, prepare_library
from screening.compounds.rules.rules import NO_RULES
from screening.compounds.search import similarity
from screening.compounds.search.diversity import cluster_butina, pick_diverse, pick_leaders
from screening.compounds.search.similarity import FingerprintTable, search_library

_ENDS = ("C", "CC", "c1ccccc1", "C(=O)O", "C(=O)N", "N", "O", "F", "c1ccncc1", "S(=O)(=O)N", "C#N", "C1CC1")
SMILES = sorted(
    {
        Chem.CanonSmiles(f"{left}{middle}{right}")
        for left in ("C", "N", "Oc1ccccc1", "FC(F)(F)", "c1ccsc1")
        for middle in ("CC", "c1ccc(cc1)", "C(=O)N", "N1CCN(CC1)", "OC", "C(C)", "CCCCC", "C=C")
        for right in _ENDS
        if Chem.MolFromSmiles(f"{left}{middle}{right}") is not None
    }
)


@pytest.fixture(scope="module")
def vectors() -> list[DataStructs.ExplicitBitVect]:
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    return [generator.GetFingerprint(Chem.MolFromSmiles(smiles)) for smiles in SMILES]


@pytest.fixture(scope="module")
def packed() -> np.ndarray:
    return stack([packed_morgan(Chem.MolFromSmiles(smiles)) for smiles in SMILES])


@pytest.mark.parametrize("block", [7, 64, 4096])
@pytest.mark.parametrize(("top", "threshold"), [(10, 0.0), (1, 0.0), (1000, 0.0), (50, 0.35), (None, 0.5)])
def test_search_is_exact(vectors, packed, monkeypatch, block: int, top: int | None, threshold: float) -> None:
    monkeypatch.setattr(similarity, "BLOCK", block)
    table = FingerprintTable(packed)
    for row in range(0, len(SMILES), 17):
        plain = np.array(DataStructs.BulkTanimotoSimilarity(vectors[row], vectors))
        order = np.lexsort((np.arange(len(plain)), -plain))
        order = order[plain[order] >= threshold][:top]
        found = table.search(packed[row], top=top, threshold=threshold)
        assert found.rows.tolist() == order.tolist()
        assert found.similarity == pytest.approx(plain[order])
        assert np.array_equal(table.similarities(packed[row]), plain)


def test_search_of_random_bits_is_exact() -> None:
    pick = np.random.default_rng(5)
    bits = pick.random((3000, 2048)) < pick.uniform(0, 0.3, (3000, 1))
    bits[5] = False  # an empty fingerprint is similar to nothing
    table = FingerprintTable(np.packbits(bits, axis=1, bitorder="little"))
    for row in (0, 5, 17, 1234):
        common = (bits & bits[row]).sum(axis=1)
        plain = common / np.maximum((bits | bits[row]).sum(axis=1), 1)
        order = np.lexsort((np.arange(3000), -plain))[:25]
        found = table.search(np.packbits(bits[row], bitorder="little"), top=25)
        assert found.rows.tolist() == order.tolist()
        assert np.array_equal(found.similarity, plain[order])


def test_a_library_is_searched_part_by_part_with_the_same_result(tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("".join(f"{smiles}\n" for smiles in SMILES))
    options = PrepareOptions(rules=NO_RULES)
    library = prepare_library(tmp_path / "a.smi", tmp_path / "lib", options=options, batch_records=50)
    assert len(library.parts) > 4
    whole = np.concatenate(list(similarity.library_fingerprints(library)))
    queries = whole[::60]
    for query, found in zip(queries, search_library(library, queries, top=20, threshold=0.1)):
        alone = FingerprintTable(whole).search(query, top=20, threshold=0.1)
        assert found.rows.tolist() == alone.rows.tolist()
        assert np.array_equal(found.similarity, alone.similarity)


def test_maxmin_picks_are_the_least_similar(vectors, packed) -> None:
    table = FingerprintTable(packed)
    picks = pick_diverse(table, 25, first=3)
    assert picks[0] == 3
    assert len(set(picks.tolist())) == 25
    highest = np.array(DataStructs.BulkTanimotoSimilarity(vectors[3], vectors))
    for pick in picks[1:]:
        left = np.setdiff1d(np.arange(len(highest)), picks[: picks.tolist().index(pick)])
        assert highest[pick] == pytest.approx(highest[left].min(), abs=1e-6)
        highest = np.maximum(highest, DataStructs.BulkTanimotoSimilarity(vectors[pick], vectors))
    assert pick_diverse(table, 10, seed=1).tolist() == pick_diverse(table, 10, seed=1).tolist()
    assert sorted(pick_diverse(table, 10**6).tolist()) == list(range(len(SMILES)))


def test_butina_clusters_are_rdkits(vectors, packed) -> None:
    distances = []
    for row in range(1, len(vectors)):
        distances += [1 - s for s in DataStructs.BulkTanimotoSimilarity(vectors[row], vectors[:row])]
    theirs = Butina.ClusterData(distances, len(vectors), 0.45, isDistData=True)
    centre = cluster_butina(FingerprintTable(packed), 0.55)
    # Ties between equally large clusters may be broken in another way, so sizes are compared.
    assert sorted(np.unique(centre, return_counts=True)[1])[-5:] == sorted(map(len, theirs))[-5:]
    for row, of in enumerate(centre):
        assert DataStructs.TanimotoSimilarity(vectors[row], vectors[of]) >= 0.55
        assert centre[of] == of


def test_leaders_are_unlike_each_other_and_cover_all(vectors, packed) -> None:
    leaders = pick_leaders(FingerprintTable(packed), 0.5)
    for row in leaders:
        alike = DataStructs.BulkTanimotoSimilarity(vectors[row], [vectors[other] for other in leaders if other != row])
        assert max(alike) < 0.5
    for row in range(len(vectors)):
        assert max(DataStructs.BulkTanimotoSimilarity(vectors[row], [vectors[lead] for lead in leaders])) >= 0.5
