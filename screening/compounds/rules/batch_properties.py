"""The properties of a whole batch of compounds, equal to those of `screening.compounds.rules.properties`.

Counts follow from the arrays of `screening.compounds.substructure_prescreen.molecular_graphs` by the definitions RDKit
uses. The contributions of atoms to logP and TPSA depend on no more than the atoms one or two bonds away; they are taken
from RDKit once for each kind of surroundings and remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from screening.compounds.rules.properties import log_p_contributions
from screening.compounds.substructure_prescreen.atom_environments import mixed, with_neighbours
from screening.compounds.substructure_prescreen.molecular_graphs import (
    AROMATIC,
    DOUBLE,
    IN_RING,
    SINGLE,
    TRIPLE,
    Graphs,
)

_CARBON, _NITROGEN, _OXYGEN, _FLUORINE, _PHOSPHORUS, _SULFUR, _CHLORINE, _BROMINE = 6, 7, 8, 9, 15, 16, 17, 35
_REMEMBERED = 200_000

#: Atoms of a compound above which RDKit's limit on matches could change its counts.
MOST_ATOMS = 200

_MASSES = np.array([Chem.GetPeriodicTable().GetAtomicWeight(max(number, 1)) for number in range(119)])

#: RDKit releases differ in whether an aromatic nitrogen with three bonds is an acceptor.
_THREE_BONDED_ACCEPTS = rdMolDescriptors.CalcNumHBA(Chem.MolFromSmiles("Cn1cccc1")) > 0


class _Contributions:
    """Contributions of atoms that were worked out by RDKit, by a key of what they depend on."""

    def __init__(self, of_mol: Callable[[Chem.Mol], Sequence[float]]) -> None:
        self._of_mol = of_mol
        self._known: dict[int, float] = {}

    def __call__(self, keys: np.ndarray, graphs: Graphs, texts: Sequence[str]) -> np.ndarray:
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        names = keys.tolist()
        values = list(map(self._known.get, names))
        if None in values:
            for atom, value in enumerate(values):
                if value is None and names[atom] not in self._known:
                    molecule = int(graphs.molecule[atom])
                    first, stop = int(graphs.starts[molecule]), int(graphs.starts[molecule + 1])
                    found = self._of_mol(Chem.MolFromSmiles(texts[molecule]))
                    self._known.update(zip(names[first:stop], found, strict=True))
            values = list(map(self._known.get, names))
        return np.array(values, float)


_LOG_P = _Contributions(log_p_contributions)
_TPSA = _Contributions(rdMolDescriptors._CalcTPSAContribs)


def batch_properties(mols: Sequence[Chem.Mol], texts: Sequence[str], graphs: Graphs) -> np.ndarray:
    """Return the properties of compounds.

    Parameters
    ----------
    mols
        Compounds of at most `MOST_ATOMS` atoms, none of them hydrogen.
    texts
        Their canonical SMILES.
    graphs
        The same compounds, their atoms as in `texts`.

    Returns
    -------
    numpy.ndarray
        Shape (compounds, properties), in the order of `PROPERTIES`.
    """
    local = _Local(graphs)
    carbon = local.number == _CARBON
    total = graphs.per_molecule
    heavy = np.diff(graphs.starts)
    sp3 = total(carbon & (graphs.degree + graphs.hydrogens == 4))
    columns = (
        np.round(total(_MASSES[graphs.number] + graphs.hydrogens * _MASSES[1]), 3),
        np.round(total(_LOG_P(_log_p_keys(graphs), graphs, texts)), 5) + 0.0,
        np.round(total(_TPSA(_tpsa_keys(graphs, local), graphs, texts)), 2),
        total(local.donors()),
        total(local.acceptors()),
        local.rotatable_bonds(),
        heavy,
        np.array([mol.GetRingInfo().NumRings() for mol in mols]),
        sp3 / np.maximum(total(carbon), 1),
        total(graphs.charge),
    )
    return np.stack([np.asarray(column, float) for column in columns], axis=1)


class _Local:
    """What the definitions of donors, acceptors and rotatable bonds ask of atoms and their bonds."""

    def __init__(self, graphs: Graphs) -> None:
        self._graphs = graphs
        self.number = graphs.number
        self.order = graphs.kind % IN_RING
        self.ring = graphs.kind >= IN_RING
        self.aliphatic = ~graphs.aromatic
        bonds = np.where(self.order == AROMATIC, 0, self.order)
        self.valence = self._summed(bonds, bonds) + graphs.hydrogens  # of aliphatic atoms

    def _summed(self, to_begin: np.ndarray, to_end: np.ndarray) -> np.ndarray:
        """Return for each atom the sum of what its bonds bring to it."""
        begin, end, atoms = self._graphs.begin, self._graphs.end, self._graphs.atoms
        return np.bincount(begin, to_begin, atoms) + np.bincount(end, to_end, atoms)

    def beside(self, bonds: np.ndarray, atoms: np.ndarray) -> np.ndarray:
        """Return how many of `atoms` each atom reaches by `bonds` (both boolean)."""
        return self._summed(bonds & atoms[self._graphs.end], bonds & atoms[self._graphs.begin])

    def elements(self, *numbers: int) -> np.ndarray:
        """Say which atoms are aliphatic ones of these elements."""
        return self.aliphatic & np.isin(self.number, numbers)

    def donors(self) -> np.ndarray:
        """Say which atoms are donors (``NumHBD`` of RDKit)."""
        hydrogens, charge = self._graphs.hydrogens, self._graphs.charge
        nitrogen = self.elements(_NITROGEN) & (hydrogens > 0)
        nitrogen &= (self.valence == 3) | ((charge == 1) & (self.valence == 4))
        one = (hydrogens == 1) & (charge == 0)
        return nitrogen | (self.elements(_OXYGEN, _SULFUR) & one) | ((self.number == _NITROGEN) & ~self.aliphatic & one)

    def acceptors(self) -> np.ndarray:
        """Say which atoms are acceptors (``NumHBA`` of RDKit)."""
        hydrogens, charge = self._graphs.hydrogens, self._graphs.charge
        single, double = self.order == SINGLE, self.order == DOUBLE
        electronegative = self.elements(_OXYGEN, _NITROGEN, _PHOSPHORUS, _SULFUR)
        acyl = self.beside(double, electronegative) > 0
        open_acyl = self.beside(double & ~self.ring, electronegative) > 0
        chalcogen = self.elements(_OXYGEN, _SULFUR)
        two = self.valence == 2
        found = chalcogen & ((hydrogens == 1) & two & (self.beside(single, ~acyl) > 0) | (hydrogens == 0) & two)
        found |= chalcogen & (charge == -1)
        found |= self.elements(_NITROGEN) & (self.valence == 3) & (self.beside(single, open_acyl) == 0)
        aromatic = ~self.aliphatic & (charge == 0)
        pyridine = (self.number == _NITROGEN) & (hydrogens == 0)
        pyridine &= _THREE_BONDED_ACCEPTS | (self._graphs.degree == 2)
        return found | (aromatic & (pyridine | np.isin(self.number, (_OXYGEN, _SULFUR))))

    def rotatable_bonds(self) -> np.ndarray:
        """Return the rotatable bonds of each molecule (RDKit's strict definition); shape (molecules,)."""
        graphs = self._graphs
        every = np.ones(len(self.order), bool)
        free = (graphs.degree != 1) & (self.beside(self.order == TRIPLE, np.ones(graphs.atoms, bool)) == 0)
        carbon = self.elements(_CARBON)
        methyl = carbon & (graphs.hydrogens == 3)
        for group in (*(self.elements(halogen) for halogen in (_FLUORINE, _CHLORINE, _BROMINE)), methyl):
            free &= ~(carbon & (self.beside(every, group) >= 3))
        open_single = (self.order == SINGLE) & ~self.ring
        acyl = carbon & (graphs.degree == 3)
        acyl &= self.beside(self.order == DOUBLE, self.elements(_NITROGEN, _OXYGEN, _SULFUR)) > 0
        partner = (self.number == _NITROGEN) | self.elements(_OXYGEN) | (self.elements(_SULFUR) & (graphs.degree != 1))
        stiff = acyl & (self.beside(open_single, partner) > 0) | partner & (self.beside(open_single, acyl) > 0)
        begin, end = graphs.begin, graphs.end
        turning = open_single & free[begin] & free[end] & ~(stiff[begin] & stiff[end])
        return np.bincount(graphs.molecule[begin[turning]], minlength=len(graphs.starts) - 1)


def _log_p_keys(graphs: Graphs) -> np.ndarray:
    """Return keys of what Wildman and Crippen's types ask: an atom and its neighbours; for O, theirs too."""
    neighbours, kinds = graphs.around
    kinds = kinds % IN_RING
    element = graphs.number | graphs.aromatic.astype(np.int64) << 8 | (graphs.charge + 32) << 9
    atom = mixed(element | graphs.hydrogens << 16 | graphs.degree << 21)
    keys = mixed(atom + with_neighbours(mixed(element), neighbours, kinds))
    oxygen = np.flatnonzero(graphs.number == _OXYGEN)
    keys[oxygen] = mixed(with_neighbours(keys, neighbours, kinds)[oxygen] + np.uint64(1))
    return keys


def _tpsa_keys(graphs: Graphs, local: _Local) -> np.ndarray:
    """Return keys of what Ertl's types ask: the atom, its bonds, and whether it is in a ring of three."""
    every = np.ones(graphs.atoms, bool)
    polar = np.isin(graphs.number, (_NITROGEN, _OXYGEN))
    keys = graphs.number | graphs.hydrogens << 8 | (graphs.charge + 32) << 12
    for place, order in enumerate((SINGLE, DOUBLE, TRIPLE, AROMATIC)):
        keys |= local.beside(local.order == order, every).astype(np.int64) << (20 + 4 * place)
    keys |= in_ring_of_three(graphs, polar & graphs.in_ring).astype(np.int64) << 40
    return np.where(polar, keys, -1)


def in_ring_of_three(graphs: Graphs, asked: np.ndarray) -> np.ndarray:
    """Say which of the atoms `asked` for are in a ring of three."""
    neighbours, _ = graphs.around
    atoms = np.flatnonzero(asked)
    near = neighbours[atoms]
    padded = np.concatenate([neighbours, np.full((1, neighbours.shape[1]), -1)])
    second = padded[near].reshape(len(atoms), near.shape[1] * neighbours.shape[1])
    found = np.zeros(graphs.atoms, bool)
    for place in range(near.shape[1]):
        found[atoms] |= ((second == near[:, place, None]) & (near[:, place, None] < graphs.atoms)).any(axis=1)
    return found
