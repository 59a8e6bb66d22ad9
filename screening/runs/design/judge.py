"""What is known of a design before it is made: prediction, alerts, synthetic accessibility, nearest known compounds."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from rdkit import Chem, rdBase

from screening.compounds.rules.alerts import AlertCatalog
from screening.features.compound_blocks import fingerprints_and_properties
from screening.models.affinity import AffinityModel, CompoundBlock, Predictions
from screening.models.fingerprint_index import FingerprintIndex, nearest

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary

#: Alert sets that are looked for.
ALERTS = ("pains", "brenk")


@dataclasses.dataclass(frozen=True)
class Nearest:
    """The most similar compound of a library: record, name and Tanimoto similarity (Morgan, radius 2)."""

    record: int
    name: str
    similarity: float


def block_of(smiles: Sequence[str]) -> CompoundBlock:
    """Return what a model sees of canonical SMILES."""
    fingerprints, properties = fingerprints_and_properties(list(smiles))
    return CompoundBlock(list(smiles), fingerprints, properties)


def predicted(model: AffinityModel | None, block: CompoundBlock) -> Predictions | None:
    """Return predictions, or None where there is no model."""
    return None if model is None else model.predict(block)


@lru_cache(maxsize=1)
def _catalog() -> AlertCatalog:
    return AlertCatalog(ALERTS)


def alerts_of(smiles: Sequence[str]) -> list[list[str]]:
    """Return the substructure alerts of each compound, set and name."""
    with rdBase.BlockLogs():
        return [_catalog().matches(Chem.MolFromSmiles(text)) for text in smiles]


@lru_cache(maxsize=1)
def _scorer() -> Any:
    try:
        from rdkit.Contrib.SA_Score import sascorer
    except ImportError:
        return None
    return sascorer


def synthetic_accessibility(smiles: Sequence[str]) -> np.ndarray:
    """Return SA scores, 1 (easy) to 10 (hard), float64; NaN where this RDKit does not bring the score along.

    Ertl and Schuffenhauer, J. Cheminform. 2009, 1, 8; RDKit's Contrib/SA_Score.
    """
    scorer = _scorer()
    if scorer is None:
        return np.full(len(smiles), np.nan)
    with rdBase.BlockLogs():
        return np.array([scorer.calculateScore(Chem.MolFromSmiles(text)) for text in smiles], dtype=np.float64)


def nearest_in(library: PreparedLibrary, fingerprints: np.ndarray, block: int = 2048) -> list[Nearest]:
    """Return the most similar compound of a library for each of n designs; the first record wins a tie.

    Parameters
    ----------
    library
        A prepared library.
    fingerprints
        uint8, shape (n, 256).
    block
        Library compounds compared at once.
    """
    index = FingerprintIndex(fingerprints)
    best = np.full(len(fingerprints), -1.0, np.float32)
    found: list[tuple[int, str]] = [(-1, "")] * len(fingerprints)
    for table in library.iterate(["record", "name", "fingerprint"]):
        for start in range(0, table.num_rows, block):
            rows = table.slice(start, block)
            packed = np.frombuffer(b"".join(rows.column("fingerprint").to_pylist()), np.uint8)
            at, similarity = nearest(index.similarity(packed.reshape(rows.num_rows, -1)).T)
            records, names = rows.column("record").to_pylist(), rows.column("name").to_pylist()
            for design in np.flatnonzero(similarity > best).tolist():
                best[design] = similarity[design]
                found[design] = (records[at[design]], names[at[design]])
    return [Nearest(record, name, round(float(value), 3)) for (record, name), value in zip(found, best)]
