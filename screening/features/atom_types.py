"""Atoms told apart by number: by element and bonds, or by what they do, each alone or with its neighbours.

Element and bonds: the invariants of Rogers and Hahn, J. Chem. Inf. Model. 2010, 50, 742. What they do: the donor,
acceptor, aromatic, halogen, basic and acidic patterns of Gobbi and Poppinger, Biotechnol. Bioeng. 1998, 61, 47, as
RDKit has them. One round of neighbours, bond orders included, gives the environment of an atom.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from screening.features.hashing import scattered

_FACTORS = np.array([0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93], dtype=np.uint64)


@dataclasses.dataclass(frozen=True)
class AtomTypes:
    """Types of the n atoms of some molecules, uint64, shape (n,), and the bonds between each two of a molecule.

    Attributes
    ----------
    pointers
        int64: molecule i has the atoms ``pointers[i]:pointers[i + 1]``.
    elements, features
        By element and bonds; by what an atom does.
    element_environments, feature_environments
        The same with the neighbours.
    distances
        For each molecule of m atoms float64, shape (m, m): bonds on the shortest path.
    """

    pointers: np.ndarray
    elements: np.ndarray
    features: np.ndarray
    element_environments: np.ndarray
    feature_environments: np.ndarray
    distances: list[np.ndarray]

    @classmethod
    def of(cls, mols: Sequence[Chem.Mol]) -> AtomTypes:
        """Work out the types of at least one molecule."""
        pointers = np.concatenate([[0], np.cumsum([mol.GetNumAtoms() for mol in mols])])
        raw = np.concatenate([np.array(rdMolDescriptors.GetConnectivityInvariants(mol), np.uint64) for mol in mols])
        elements = scattered(raw)
        raw = np.concatenate([np.array(rdMolDescriptors.GetFeatureInvariants(mol), np.uint64) for mol in mols])
        features = scattered(raw + _FACTORS[0])
        centres, neighbours, bonds = [], [], []
        for mol, first in zip(mols, pointers.tolist()):
            orders = Chem.GetAdjacencyMatrix(mol, useBO=True)
            rows, columns = np.nonzero(orders)
            centres.append(rows + first)
            neighbours.append(columns + first)
            bonds.append(orders[rows, columns])
        around = np.concatenate(neighbours)
        kinds = (2.0 * np.concatenate(bonds)).astype(np.uint64) * _FACTORS[0]
        starts = np.searchsorted(np.concatenate(centres), np.arange(len(elements) + 1))
        return cls(
            pointers,
            elements,
            features,
            _environments(elements, around, kinds, starts),
            _environments(features, around, kinds, starts),
            [Chem.GetDistanceMatrix(mol) for mol in mols],
        )


def _environments(types: np.ndarray, neighbours: np.ndarray, bonds: np.ndarray, starts: np.ndarray) -> np.ndarray:
    sums = np.concatenate([[np.uint64(0)], np.cumsum(scattered(types[neighbours] + bonds))])
    # A sum, so that the order of the neighbours does not matter; it wraps, and so does the difference.
    return scattered(types * _FACTORS[1] + sums[starts[1:]] - sums[starts[:-1]])
