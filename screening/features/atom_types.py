"""Atoms told apart by number: by element and bonds, or by what they do, each alone or with its neighbours.

Element and bonds: the invariants of Rogers and Hahn, J. Chem. Inf. Model. 2010, 50, 742. What they do: the donor,
acceptor, aromatic, halogen, basic and acidic patterns of Gobbi and Poppinger, Biotechnol. Bioeng. 1998, 61, 47, as
RDKit has them. One round of neighbours, bond orders included, gives the environment of an atom.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from screening.features.hashing import scattered

_FACTORS = np.array([0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93], dtype=np.uint64)


@dataclasses.dataclass(frozen=True)
class AtomTypes:
    """Types of the n atoms of a molecule, uint64, shape (n,), and the bonds between each two of them.

    Attributes
    ----------
    elements, features
        By element and bonds; by what an atom does.
    element_environments, feature_environments
        The same with the neighbours.
    distances
        float64, shape (n, n): bonds on the shortest path.
    """

    elements: np.ndarray
    features: np.ndarray
    element_environments: np.ndarray
    feature_environments: np.ndarray
    distances: np.ndarray

    @classmethod
    def of(cls, mol: Chem.Mol) -> AtomTypes:
        """Work out the types of a molecule."""
        elements = scattered(np.array(rdMolDescriptors.GetConnectivityInvariants(mol), dtype=np.uint64))
        features = scattered(np.array(rdMolDescriptors.GetFeatureInvariants(mol), dtype=np.uint64) + _FACTORS[0])
        orders = Chem.GetAdjacencyMatrix(mol, useBO=True)
        atoms, neighbours = np.nonzero(orders)
        bonds = (2.0 * orders[atoms, neighbours]).astype(np.uint64) * _FACTORS[0]
        starts = np.searchsorted(atoms, np.arange(len(elements)))
        return cls(
            elements,
            features,
            _environments(elements, neighbours, bonds, starts),
            _environments(features, neighbours, bonds, starts),
            Chem.GetDistanceMatrix(mol),
        )


def _environments(types: np.ndarray, neighbours: np.ndarray, bonds: np.ndarray, starts: np.ndarray) -> np.ndarray:
    around = np.concatenate([[np.uint64(0)], np.cumsum(scattered(types[neighbours] + bonds))])
    # A sum, so that the order of the neighbours does not matter; it wraps, and so does the difference.
    ends = np.append(starts[1:], len(neighbours))
    return scattered(types * _FACTORS[1] + around[ends] - around[starts])
