"""Every count fingerprint and the descriptors of many molecules, computed in one pass over their SMILES."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from screening.features import descriptors
from screening.features.catalog import FINGERPRINTS
from screening.features.count_table import CountTable


@dataclasses.dataclass(frozen=True)
class MoleculeFeatures:
    """Features of n molecules.

    Attributes
    ----------
    tables
        Name in `screening.features.catalog.FINGERPRINTS` to counts.
    descriptors
        float32, shape (n, len(descriptors.NAMES)).
    """

    tables: dict[str, CountTable]
    descriptors: np.ndarray

    def __len__(self) -> int:
        return len(self.descriptors)

    def take(self, rows: np.ndarray) -> MoleculeFeatures:
        """Return the molecules at the given positions, or where a boolean array is True."""
        at = np.flatnonzero(rows) if rows.dtype == bool else rows
        return MoleculeFeatures({name: table.take(at) for name, table in self.tables.items()}, self.descriptors[at])


def molecule_features(smiles: Sequence[str], names: Sequence[str]) -> MoleculeFeatures:
    """Compute the fingerprints called `names`, and the descriptors, of parent SMILES.

    Raises
    ------
    ValueError
        If a SMILES does not parse; parents of `screening.compounds.standardise` always do.
    """
    rows: dict[str, list[dict[int, int]]] = {name: [] for name in names}
    physical = np.zeros((len(smiles), len(descriptors.NAMES)), dtype=np.float32)
    for at, text in enumerate(smiles):
        mol = Chem.MolFromSmiles(text)
        if mol is None:
            raise ValueError(f"SMILES {at} does not parse: {text[:80]}")
        for name in names:
            rows[name].append(FINGERPRINTS[name](mol))
        physical[at] = descriptors.row(mol)
    return MoleculeFeatures({name: CountTable.of(found) for name, found in rows.items()}, physical)
