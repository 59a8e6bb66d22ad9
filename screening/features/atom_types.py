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

_FACTORS = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93], dtype=np.uint64)


def scattered(values: np.ndarray) -> np.ndarray:
    """Return uint64 numbers that depend on every bit of the given ones (the finaliser of splitmix64)."""
    mixed = (values ^ (values >> np.uint64(30))) * _FACTORS[1]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _FACTORS[2]
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


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
    return scattered(types * _FACTORS[3] + around[ends] - around[starts])
