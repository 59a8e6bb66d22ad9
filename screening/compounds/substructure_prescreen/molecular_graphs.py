"""Many molecules as arrays of atoms and bonds, so that one numpy call works on a whole batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from rdkit import Chem

#: RDKit's numbers for bond types.
SINGLE, DOUBLE, TRIPLE, AROMATIC = 1, 2, 3, 12

#: Added to the type of a bond that is in a ring.
IN_RING = 32


@dataclasses.dataclass(frozen=True)
class Graphs:
    """Molecules without hydrogen atoms.

    Attributes
    ----------
    starts
        First atom of each molecule and, at the end, the number of atoms; shape (molecules + 1,).
    number, hydrogens, charge, aromatic
        Atomic number, hydrogens, formal charge and aromaticity of each atom; shape (atoms,).
    begin, end, kind
        Atoms of each bond, and its type (plus `IN_RING`); shape (bonds,).
    """

    starts: np.ndarray
    number: np.ndarray
    hydrogens: np.ndarray
    charge: np.ndarray
    aromatic: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    kind: np.ndarray

    @property
    def atoms(self) -> int:
        """Number of atoms of all molecules together."""
        return len(self.number)

    @cached_property
    def molecule(self) -> np.ndarray:
        """Molecule of each atom; shape (atoms,)."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    @cached_property
    def degree(self) -> np.ndarray:
        """Bonds of each atom; shape (atoms,)."""
        return np.bincount(self.begin, minlength=self.atoms) + np.bincount(self.end, minlength=self.atoms)

    @cached_property
    def in_ring(self) -> np.ndarray:
        """Whether each atom is in a ring; shape (atoms,)."""
        found = np.zeros(self.atoms, bool)
        ring = self.kind >= IN_RING
        found[self.begin[ring]] = True
        found[self.end[ring]] = True
        return found

    @cached_property
    def ring_excess(self) -> np.ndarray:
        """Bonds in rings less atoms in rings: 0 if no two rings share an atom; shape (molecules,)."""
        bonds = np.bincount(self.molecule[self.begin[self.kind >= IN_RING]], minlength=len(self.starts) - 1)
        return bonds - np.bincount(self.molecule[self.in_ring], minlength=len(self.starts) - 1)

    @cached_property
    def around(self) -> tuple[np.ndarray, np.ndarray]:
        """Neighbours of each atom and the kind of bond to them, shape (atoms, most neighbours).

        Rows are filled up with the number of atoms and kind 0.
        """
        source = np.concatenate([self.begin, self.end])
        order = np.argsort(source, kind="stable")
        source = source[order]
        first = np.cumsum(self.degree) - self.degree
        slot = np.arange(len(source)) - first[source]
        shape = (self.atoms, int(slot.max(initial=0)) + 1)
        neighbours, kinds = np.full(shape, self.atoms), np.zeros(shape, np.int64)
        neighbours[source, slot] = np.concatenate([self.end, self.begin])[order]
        kinds[source, slot] = np.concatenate([self.kind, self.kind])[order]
        return neighbours, kinds

    def per_molecule(self, values: np.ndarray) -> np.ndarray:
        """Return the sum over its atoms for each molecule, of `values` of shape (atoms,)."""
        return np.bincount(self.molecule, values, minlength=len(self.starts) - 1)


def graphs_of_mols(mols: Sequence[Chem.Mol]) -> Graphs:
    """Return molecules as arrays, atom by atom; `smiles_to_graphs` of this package is the fast way."""
    atoms: list[tuple[int, int, int, bool]] = []
    bonds: list[tuple[int, int, int]] = []
    starts = [0]
    for mol in mols:
        first = starts[-1]
        for atom in mol.GetAtoms():
            facts = (atom.GetAtomicNum(), atom.GetTotalNumHs(), atom.GetFormalCharge(), atom.GetIsAromatic())
            atoms.append(facts)
        for bond in mol.GetBonds():
            kind = int(bond.GetBondType()) + (IN_RING if bond.IsInRing() else 0)
            bonds.append((first + bond.GetBeginAtomIdx(), first + bond.GetEndAtomIdx(), kind))
        starts.append(len(atoms))
    number, hydrogens, charge, aromatic = np.array(atoms, np.int64).reshape(-1, 4).T
    begin, end, kinds = np.array(bonds, np.int64).reshape(-1, 3).T
    return Graphs(np.array(starts), number, hydrogens, charge, aromatic.astype(bool), begin, end, kinds)
