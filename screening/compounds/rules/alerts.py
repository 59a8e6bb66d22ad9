"""Structural alerts of RDKit's filter catalogs, found without trying every pattern on every molecule.

Which questions of `screening.compounds.substructure_prescreen.ullmann_refinement` an atom answers is worked out once
for each kind of surroundings and remembered. A pattern with a question that no atom of the molecule answers is out, and
so is one with more rings; the few others are tried by RDKit. The alerts found are those of the plain catalog.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np
from rdkit import Chem
from rdkit.Chem import FilterCatalog

from screening.compounds.rules.nibr import nibr_catalog
from screening.compounds.substructure_prescreen.atom_environments import atom_class, atom_codes, mixed, with_neighbours
from screening.compounds.substructure_prescreen.molecular_graphs import Graphs, graphs_of_mols
from screening.compounds.substructure_prescreen.query_atoms import wants_several_rings
from screening.compounds.substructure_prescreen.ullmann_refinement import UllmannRefinement

#: Our name of an alert set to RDKit's; those of `screening.compounds.rules.nibr` have none.
ALERT_SETS = {
    "pains": "PAINS",
    "brenk": "BRENK",
    "nih": "NIH",
    "bms": "CHEMBL_BMS",
    "glaxo": "CHEMBL_Glaxo",
    "dundee": "CHEMBL_Dundee",
    "lint": "CHEMBL_LINT",
    "mlsmr": "CHEMBL_MLSMR",
    "inpharmatica": "CHEMBL_Inpharmatica",
    "surechembl": "CHEMBL_SureChEMBL",
    "zinc": "ZINC",
    "nibr": "",
    "nibr-exclude": "",
}

_MAGIC = b"\xef\xbe\xad\xde"  # how RDKit's pickled molecules begin
_REMEMBERED = 100_000  # kinds of surroundings, some hundred bytes each


class AlertCatalog:
    """Alert sets to look for.

    Parameters
    ----------
    names
        Keys of `ALERT_SETS`.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._entries: list[FilterCatalog.FilterCatalogEntry] = []
        self._labels: list[str] = []
        self._catalogs = []  # entries live as long as their catalog
        for name in names:
            catalog = plain_catalog(name)
            self._catalogs.append(catalog)
            for index in range(catalog.GetNumEntries()):
                entry = catalog.GetEntryWithIdx(index)
                self._entries.append(entry)
                self._labels.append(f"{name}: {entry.GetDescription().lstrip('>')}")
        patterns = [_pattern(entry) for entry in self._entries]
        self._rings = np.array([(0, 0) if pattern is None else _cycles(pattern) for pattern in patterns]).T
        self._questions = UllmannRefinement(patterns)
        lengths = np.array([len(asked) for asked in self._questions.asked])
        self._asking = np.flatnonzero(lengths)
        self._asked = np.array([number for asked in self._questions.asked for number in asked], np.int64)
        self._starts = (np.cumsum(lengths) - lengths)[self._asking]
        self._forget()

    def __len__(self) -> int:
        return len(self._entries)

    def matches(self, mol: Chem.Mol) -> list[str]:
        """Return the alerts in a molecule as ``"set: alert"``, in the order of the sets and of their alerts."""
        return self.confirm(mol, self.candidates([mol], graphs_of_mols([mol]))[0])

    def confirm(self, mol: Chem.Mol, candidates: Sequence[int]) -> list[str]:
        """Return which of the `candidates` are in a molecule."""
        entries, labels = self._entries, self._labels
        return [labels[row] for row in candidates if entries[row].HasFilterMatch(mol)]

    def candidates(self, mols: Sequence[Chem.Mol], graphs: Graphs) -> list[list[int]]:
        """Return the alerts that could match each molecule, as ascending positions in the catalog.

        Parameters
        ----------
        mols
            The molecules.
        graphs
            The same molecules; their atoms may be in another order.
        """
        answered = self._answered(graphs)
        rings = np.array([mol.GetRingInfo().NumRings() for mol in mols])
        possible = (rings[:, None] >= self._rings[0]) & (graphs.ring_excess[:, None] >= self._rings[1])
        if len(self._asking):
            enough = np.logical_and.reduceat(np.ascontiguousarray(answered.T)[self._asked], self._starts, axis=0)
            possible[:, self._asking] &= enough.T
        # Some questions count hydrogen atoms in other ways.
        possible[graphs.molecule[graphs.number == 1]] = True
        possible[np.diff(graphs.starts) == 0] = True
        found: list[list[int]] = [[] for _ in mols]
        for molecule, row in zip(*(place.tolist() for place in np.nonzero(possible))):
            found[molecule].append(row)
        return found

    def _answered(self, graphs: Graphs) -> np.ndarray:
        """Say which questions have an answer in each molecule; shape (molecules, questions)."""
        if len(self._far) > _REMEMBERED:
            self._forget()
        neighbours, kinds = graphs.around
        codes = atom_codes(graphs)
        keys = with_neighbours(mixed(codes), neighbours, kinds)
        near = _rows(keys, self._near, lambda names, atoms: self._learn_near(names, atoms, codes, graphs))
        keys = with_neighbours(mixed(near), neighbours, kinds)
        far = _rows(keys, self._far, lambda names, atoms: self._learn_far(names, atoms, near, graphs))
        filled = np.flatnonzero(np.diff(graphs.starts))
        answered = np.zeros((len(graphs.starts) - 1, self._far_answers.shape[1]), np.uint64)
        if len(filled):
            answered[filled] = np.bitwise_or.reduceat(self._far_answers[far], graphs.starts[filled], axis=0)
        return np.unpackbits(answered.view(np.uint8), axis=1, count=len(self._questions)).astype(bool)

    def _forget(self) -> None:
        self._codes: dict[int, np.ndarray] = {}
        self._bonds: dict[int, np.ndarray] = {}
        self._near: dict[int, int] = {}  # key to row of answers; equal answers share a row
        self._near_answers: dict[bytes, int] = {}
        self._far: dict[int, int] = {}
        self._far_answers = np.zeros((0, -(-len(self._questions) // 64)), np.uint64)

    def _learn_near(self, names: list[int], atoms: np.ndarray, codes: np.ndarray, graphs: Graphs) -> None:
        """Find the answers of some atoms to questions that look one bond far."""
        neighbours, kinds = (table[atoms] for table in graphs.around)
        padded = np.append(codes, -1)
        for code in np.unique(padded[np.append(neighbours.ravel(), atoms)]).tolist():
            if code not in self._codes:
                self._codes[code] = self._questions.of_atom(atom_class(code)) & (code >= 0)
        center, *around = (
            np.array([self._codes[code] for code in column.tolist()])
            for column in (codes[atoms], *padded[neighbours].T)
        )
        for name, answers in zip(names, self._questions.near(center, around, self._bond_answers(kinds))):
            self._near[name] = self._near_answers.setdefault(answers.tobytes(), len(self._near_answers))

    def _learn_far(self, names: list[int], atoms: np.ndarray, near: np.ndarray, graphs: Graphs) -> None:
        """Find the answers of some atoms to questions that look two bonds far."""
        neighbours, kinds = (table[atoms] for table in graphs.around)
        answers = np.frombuffer(b"".join(self._near_answers), bool).reshape(len(self._near_answers), -1)
        answers = np.concatenate([answers, np.zeros_like(answers[:1])])
        around = np.append(near, len(answers) - 1)[neighbours]
        found = self._questions.far(
            answers[near[atoms]], [answers[column] for column in around.T], self._bond_answers(kinds)
        )
        packed = np.zeros((len(found), 8 * self._far_answers.shape[1]), np.uint8)
        packed[:, : -(-found.shape[1] // 8)] = np.packbits(found, axis=1)
        self._far_answers = np.concatenate([self._far_answers, packed.view(np.uint64)])
        for name in names:
            self._far[name] = len(self._far)

    def _bond_answers(self, kinds: np.ndarray) -> list[np.ndarray]:
        for kind in np.unique(kinds).tolist():
            if kind not in self._bonds:
                self._bonds[kind] = self._questions.of_bond(kind)
        return [np.array([self._bonds[kind] for kind in column]) for column in kinds.T.tolist()]


def _rows(keys: np.ndarray, known: dict[int, int], learn: Callable[[list[int], np.ndarray], None]) -> np.ndarray:
    """Return each atom's row of answers by its key; first `learn` keys not `known`, each from one of its atoms."""
    each = keys.tolist()
    rows = list(map(known.get, each))
    if None in rows:
        names, atoms = np.unique(keys, return_index=True)
        new = np.array([name not in known for name in names.tolist()])
        learn(names[new].tolist(), atoms[new])
        rows = list(map(known.get, each))
    return np.array(rows)


def _cycles(pattern: Chem.Mol) -> tuple[int, int]:
    """Return how many rings a molecule needs for a pattern, and how many ring bonds more than ring atoms.

    If the pattern has several pieces, the first is a number not above it. The second is 0 for separate rings, and at
    least 1 for fused ones and for an atom that asks for several rings.
    """
    Chem.FastFindRings(pattern)
    excess = sum(bond.IsInRing() for bond in pattern.GetBonds()) - sum(atom.IsInRing() for atom in pattern.GetAtoms())
    several = any(wants_several_rings(atom.DescribeQuery()) for atom in pattern.GetAtoms() if atom.HasQuery())
    return pattern.GetNumBonds() - pattern.GetNumAtoms() + 1, max(excess, int(several))


def _pattern(entry: FilterCatalog.FilterCatalogEntry) -> Chem.Mol | None:
    """Return the pattern of an entry, or None if it has several or that is unknown (then it is always tried)."""
    content = bytes(entry.Serialize())
    start = content.find(_MAGIC)
    if start < 0:
        return None
    size = content[:start].split()[-1]
    if not size.isdigit() or content.find(_MAGIC, start + int(size)) >= 0:
        return None
    try:
        return Chem.Mol(content[start : start + int(size)])
    except RuntimeError:
        return None


def plain_catalog(name: str) -> FilterCatalog.FilterCatalog:
    """Return RDKit's catalog of an alert set."""
    if name.startswith("nibr"):
        return nibr_catalog(exclude_only=name == "nibr-exclude")
    parameters = FilterCatalog.FilterCatalogParams()
    parameters.AddCatalog(getattr(FilterCatalog.FilterCatalogParams.FilterCatalogs, ALERT_SETS[name]))
    return FilterCatalog.FilterCatalog(parameters)


@functools.cache
def alert_catalog(names: tuple[str, ...]) -> AlertCatalog:
    """Return the catalog of some alert sets; the same object for the same names in a process."""
    return AlertCatalog(names)
