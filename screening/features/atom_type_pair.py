"""Pairs of typed atoms with the number of bonds between them: atom pairs whose atoms are what a binding site sees.

Atom pairs: Carhart, Smith and Venkataraghavan, J. Chem. Inf. Comput. Sci. 1985, 25, 64. With the environment of each
atom for its type they describe large molecules better than either idea alone (Capecchi, Probst and Reymond, J. Cheminf.
2020, 12, 43).
"""

from __future__ import annotations

import functools

import numpy as np
from rdkit import Chem

from screening.features.atom_types import AtomTypes
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


def pairs(types: np.ndarray, distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the features, uint32 and rising, and how often each occurs, int64.

    Parameters
    ----------
    types
        uint64, shape (n,), see `screening.features.atom_types`.
    distances
        float64, shape (n, n). Atoms farther apart than 64 bonds, or not connected, count as 64 apart.
    """
    rows, columns = _upper(len(types))
    left, right = types[rows], types[columns]
    apart = _CLASSES[np.minimum(distances[rows, columns], len(_CLASSES) - 1).astype(np.int64)]
    mixed = scattered((left + right) * _SUM + left * right * _PRODUCT + apart * _DISTANCE)
    features, counts = np.unique((mixed >> np.uint64(32)).astype(np.uint32), return_counts=True)
    return features, counts


def counts(name: str, mol: Chem.Mol) -> dict[int, int]:
    """Return feature to number of occurrences for a fingerprint of `TYPES`."""
    atoms = AtomTypes.of(mol)
    features, found = pairs(getattr(atoms, TYPES[name]), atoms.distances)
    return dict(zip(features.tolist(), found.tolist()))
