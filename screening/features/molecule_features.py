"""Every count fingerprint and the descriptors of many molecules, computed in one pass over their SMILES."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from screening.features import atom_type_pair, descriptors
from screening.features.atom_types import AtomTypes
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

    @classmethod
    def joined(cls, pieces: Sequence[MoleculeFeatures]) -> MoleculeFeatures:
        """Return the molecules of several, one after the other; there must be at least one."""
        tables = {name: CountTable.joined([piece.tables[name] for piece in pieces]) for name in pieces[0].tables}
        return cls(tables, np.concatenate([piece.descriptors for piece in pieces]))


def molecule_features(smiles: Sequence[str], names: Sequence[str], properties: np.ndarray) -> MoleculeFeatures:
    """Compute the fingerprints called `names`, and the descriptors, of parent SMILES.

    Parameters
    ----------
    smiles
        n of them.
    names
        In `screening.features.catalog.FINGERPRINTS`.
    properties
        float32, shape (n, 10): what a prepared library holds; the descriptors end with them.

    Raises
    ------
    ValueError
        If a SMILES does not parse; parents of `screening.compounds.standardise` always do.
    """
    plain = {name: FINGERPRINTS[name] for name in names if name not in atom_type_pair.TYPES}
    paired = {name: atom_type_pair.TYPES[name] for name in names if name in atom_type_pair.TYPES}
    counted: dict[str, list[dict[int, int]]] = {name: [] for name in plain}
    arrays: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {name: [] for name in paired}
    physical = np.zeros((len(smiles), len(descriptors.NAMES)), dtype=np.float32)
    for at, text in enumerate(smiles):
        mol = Chem.MolFromSmiles(text)
        if mol is None:
            raise ValueError(f"SMILES {at} does not parse: {text[:80]}")
        for name, counts in plain.items():
            counted[name].append(counts(mol))
        if paired:
            atoms = AtomTypes.of(mol)
            for name, types in paired.items():
                arrays[name].append(atom_type_pair.pairs(getattr(atoms, types), atoms.distances))
        physical[at] = descriptors.row(mol, properties[at])
    tables = {name: CountTable.of(rows) for name, rows in counted.items()}
    tables |= {name: CountTable.of_arrays(found) for name, found in arrays.items()}
    return MoleculeFeatures({name: tables[name] for name in names}, physical)
