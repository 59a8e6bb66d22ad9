"""Every count fingerprint and the descriptors of many molecules, computed in one pass over their SMILES."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from screening.features import atom_type_pair, descriptors
from screening.features.catalog import FINGERPRINTS
from screening.features.count_table import CountTable

#: Molecules worked on together: enough that little is done for each alone, few enough that their pairs fit in memory.
_ROWS = 500


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
        If a SMILES does not parse; parents of `screening.compounds.standardisation.standardise` always do.
    """
    pieces = [
        _molecule_features(smiles[at : at + _ROWS], at, names, properties[at : at + _ROWS])
        for at in range(0, max(len(smiles), 1), _ROWS)
    ]
    return pieces[0] if len(pieces) == 1 else MoleculeFeatures.joined(pieces)


def _molecule_features(
    smiles: Sequence[str], first: int, names: Sequence[str], properties: np.ndarray
) -> MoleculeFeatures:
    mols = []
    for at, text in enumerate(smiles, first):
        mol = Chem.MolFromSmiles(text)
        if mol is None:
            raise ValueError(f"SMILES {at} does not parse: {text[:80]}")
        mols.append(mol)
    paired = [name for name in names if name in atom_type_pair.TYPES]
    tables = atom_type_pair.tables(paired, mols)
    for name in names:
        if name not in tables:
            tables[name] = CountTable.of([FINGERPRINTS[name](mol) for mol in mols])
    return MoleculeFeatures({name: tables[name] for name in names}, descriptors.rows(mols, properties))
