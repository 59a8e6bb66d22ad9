"""Pairs of typed atoms with the number of bonds between them: atom pairs whose atoms are what a binding site sees.

Atom pairs: Carhart, Smith and Venkataraghavan, J. Chem. Inf. Comput. Sci. 1985, 25, 64. With the environment of each
atom for its type they describe large molecules better than either idea alone (Capecchi, Probst and Reymond, J. Cheminf.
2020, 12, 43).
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from screening.features.atom_types import AtomTypes
from screening.features.count_table import LARGEST_COUNT, CountTable
from screening.features.hashing import scattered

#: Fingerprint to the types of its atoms, a field of `AtomTypes`.
TYPES = {
    "feature pair": "features",
    "feature environment pair": "feature_environments",
    "environment pair": "element_environments",
}

#: Bonds between two atoms to the class of distance: exact up to five, then three classes for each doubling.
_CLASSES = np.array([*range(6), *(int(3 * np.log2(bonds)) for bonds in range(6, 65))], dtype=np.uint64)
_SUM, _PRODUCT, _DISTANCE = (
    np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
)


@functools.lru_cache(maxsize=256)
def _upper(n: int) -> tuple[np.ndarray, np.ndarray]:
    return np.triu_indices(n, 1)


@dataclasses.dataclass(frozen=True)
class AtomPairs:
    """The pairs of atoms of some molecules, each pair once.

    Attributes
    ----------
    molecule
        int64, shape (pairs,): which molecule, rising.
    left, right
        int64, shape (pairs,): the atoms, counted over all molecules.
    apart
        uint64, shape (pairs,): class of the bonds between them. Atoms farther apart than 64 bonds, or not connected,
        count as 64 apart.
    """

    molecule: np.ndarray
    left: np.ndarray
    right: np.ndarray
    apart: np.ndarray

    @classmethod
    def of(cls, atoms: AtomTypes) -> AtomPairs:
        """Pair the atoms of each molecule."""
        left, right, bonds = [], [], []
        for first, distances in zip(atoms.pointers.tolist(), atoms.distances):
            rows, columns = _upper(len(distances))
            left.append(rows + first)
            right.append(columns + first)
            bonds.append(distances[rows, columns])
        molecule = np.repeat(np.arange(len(left)), [len(rows) for rows in left])
        apart = _CLASSES[np.minimum(np.concatenate(bonds), len(_CLASSES) - 1).astype(np.int64)]
        return cls(molecule, np.concatenate(left), np.concatenate(right), apart)

    def features(self, types: np.ndarray) -> np.ndarray:
        """Return the feature of each pair, uint32, for atoms of these types (`screening.features.atom_types`)."""
        left, right = types[self.left], types[self.right]
        mixed = scattered((left + right) * _SUM + left * right * _PRODUCT + self.apart * _DISTANCE)
        return (mixed >> np.uint64(32)).astype(np.uint32)


def tables(names: Sequence[str], mols: Sequence[Chem.Mol]) -> dict[str, CountTable]:
    """Return the counts of molecules for some fingerprints of `TYPES`."""
    if not mols:
        return {name: CountTable.of([]) for name in names}
    atoms = AtomTypes.of(mols)
    pairs = AtomPairs.of(atoms)
    found = {}
    for name in names:
        features = pairs.features(getattr(atoms, TYPES[name]))
        # One sort for all molecules: the number of the molecule stands above the feature.
        both = (pairs.molecule.astype(np.uint64) << np.uint64(32)) | features
        keys, counts = np.unique(both, return_counts=True)
        pointers = np.searchsorted(keys, np.arange(len(mols) + 1, dtype=np.uint64) << np.uint64(32))
        words = keys.astype(np.uint32)  # the lower half
        found[name] = CountTable(pointers, words, np.minimum(counts, LARGEST_COUNT).astype(np.uint8))
    return found


def counts(name: str, mol: Chem.Mol) -> dict[int, int]:
    """Return feature to number of occurrences for a fingerprint of `TYPES`."""
    atoms = AtomTypes.of([mol])
    features, found = np.unique(AtomPairs.of(atoms).features(getattr(atoms, TYPES[name])), return_counts=True)
    return dict(zip(features.tolist(), found.tolist()))
